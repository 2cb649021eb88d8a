//! A text with its entities.

use std::ops::Range;

use serde::Serialize;

use crate::decode::classified::no_label;
use crate::decode::entities::Tag;
use crate::decode::{Classified, Decoded, DecodedEntity, FromDecoded, PerToken};
use crate::error::Result;
use crate::head::Label;

/// Some words of a text that are one entity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entity<L> {
    /// What it is, without the mark of its place: `PER` of `B-PER`.
    pub kind: &'static str,
    /// The label of its first word.
    pub label: L,
    /// The mean over its words of the probability of each word's label.
    pub score: f32,
    /// Its text, as it stands there.
    pub text: String,
    /// Which text of a pair it stands in, 0 or 1.
    pub sequence: usize,
    /// Its characters in that text.
    pub chars: Range<usize>,
    /// Its words in that text.
    pub words: Range<usize>,
}

/// The entities of a text, and the label of each of its words.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tagged<L> {
    /// The entities, in the order of the text.
    pub entities: Vec<Entity<L>>,
    /// The label of each word that was not cut off.
    pub words: PerToken<Classified<L>>,
}

impl<L: Label> FromDecoded for Tagged<L> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Entities { entities, words } => Ok(Self {
                entities: entities.into_iter().map(typed).collect::<Result<_>>()?,
                words: PerToken::from_decoded(Decoded::Tokens(words))?,
            }),
            other => Err(other.is_not("entities")),
        }
    }
}

fn typed<L: Label>(entity: DecodedEntity) -> Result<Entity<L>> {
    let label = L::from_index(entity.label).ok_or_else(|| no_label::<L>(entity.label))?;
    let kind = L::NAMES.get(entity.label).and_then(|name| Tag::parse(name, L::NAMES).kind).unwrap_or("");
    let DecodedEntity { score, text, sequence, chars, words, .. } = entity;
    Ok(Entity { kind, label, score, text, sequence, chars, words })
}
