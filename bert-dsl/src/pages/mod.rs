//! The language's reference: a page a layer, loss and decode, from the tables that the compiler itself reads.
//!
//! What a page says of axes, parameters and targets is found out by checking its example, so it cannot go out of date.

mod errors;
mod facts;
mod markdown;
mod sources;

pub use crate::manual::{Argument, Given};
pub use errors::errors_markdown;
pub use facts::Facts;
pub use markdown::index;
pub use sources::{SourcePage, sources, sources_markdown};

use crate::manual::Entry;
use crate::{decode, layers, losses};

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A layer.
    Layer,
    /// A loss.
    Loss,
    /// A decode.
    Decode,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Layer, Self::Loss, Self::Decode];

    /// The folder of its pages: `layers`, `losses`, `decodes`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Layer => "layers",
            Self::Loss => "losses",
            Self::Decode => "decodes",
        }
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Layer => "layer",
            Self::Loss => "loss",
            Self::Decode => "decode",
        }
    }
}

/// Everything there is to know of a layer, loss or decode.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// What it is about.
    pub subject: Subject,
    /// Its name: the word, or what its words have in common.
    pub name: &'static str,
    /// The words by which it is called; none where another page's word reads it, or any path.
    pub words: Vec<&'static str>,
    /// How it is written.
    pub form: String,
    /// Everything that can be written behind its word.
    pub arguments: Vec<Argument>,
    /// What it computes, and where its formula comes from.
    pub about: &'static str,
    /// A complete head in its canonical form.
    pub example: &'static str,
    /// What checking the example found out.
    pub facts: Facts,
}

/// The page of each layer, loss and decode, in the order of the tables.
///
/// ```
/// let pages = bert_dsl::pages::pages();
/// let linear = pages.iter().find(|page| page.name == "linear").unwrap();
/// assert_eq!(linear.form, "linear [FROM] -> TO, bias=false, tied=word_embeddings");
/// assert_eq!(linear.facts.axes.as_deref(), Some("[batch, hidden] -> [batch, 2]"));
/// ```
pub fn pages() -> Vec<Page> {
    let layers = layers::manuals().map(|entry| page(Subject::Layer, entry));
    let losses = losses::manuals().map(|entry| page(Subject::Loss, entry));
    let decodes = decode::manuals().map(|entry| page(Subject::Decode, entry));
    layers.chain(losses).chain(decodes).collect()
}

fn page(subject: Subject, entry: Entry) -> Page {
    let Entry { page, words, form, arguments, manual } = entry;
    let words: Vec<_> = words.iter().copied().filter(|word| !word.is_empty()).collect();
    let facts = Facts::of(subject, page, &words, manual.example);
    Page { subject, name: page, words, form, arguments, about: manual.about, example: manual.example, facts }
}
