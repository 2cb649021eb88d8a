//! Programs of the head language that are right by construction, drawn at random from all that the language has.
//!
//! The generator follows the axes and sizes of every value itself, by the rules of the language's page and not by the compiler's:
//! a program that the compiler refuses is a fault of one of the two. Every program fits the small encoder of the fixtures.
//!
//! ```
//! use programs::{Drawn, file};
//!
//! assert_eq!(file(7, Drawn::ALL), file(7, Drawn::ALL));
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod declarations;
mod decodes;
mod draft;
mod encoder;
mod endings;
mod head;
mod layers;
mod layout;
mod losses;
mod names;
mod page;
mod random;
mod reuse;
mod sizes;
mod sources;
mod value;

use draft::Draft;
use names::Names;
use page::Page;
use random::Random;

/// The layer of one's own that programs name: any size to any size, with the settings `gates`, `mode` and `deep`.
pub const OWN_LAYER: &str = "crate::layers::Highway";
/// The enum of one's own that programs take labels from.
pub const OWN_LABELS: &str = "crate::labels::Topic";
/// How many labels it has.
pub const OWN_LABEL_COUNT: usize = 3;

/// What may be drawn that needs Rust beside the program.
#[derive(Debug, Clone, Copy)]
pub struct Drawn {
    /// [`OWN_LAYER`].
    pub own_layer: bool,
    /// [`OWN_LABELS`].
    pub own_labels: bool,
}

impl Drawn {
    /// Everything.
    pub const ALL: Self = Self { own_layer: true, own_labels: true };
    /// What needs no Rust.
    pub const ALONE: Self = Self { own_layer: false, own_labels: false };
}

/// A head with its name.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its name.
    pub name: String,
    /// Its text: `pub head NAME { .. }`.
    pub text: String,
}

/// The text of a file: a bare body, or one head or more; now in plain lines, now with blanks and comments anywhere.
pub fn file(seed: u64, drawn: Drawn) -> String {
    let random = &mut Random::new(seed);
    let page = if random.once_in(6) { Draft::new(random.part(), drawn).body() } else { heads(random, drawn) };
    if random.once_in(2) { layout::free(&page, random) } else { layout::plain(&page) }
}

fn heads(random: &mut Random, drawn: Drawn) -> Page {
    let (mut page, mut names) = (Page::default(), Names::default());
    for _ in 0..1 + random.below(6).saturating_sub(3) {
        let name = names.head(random);
        head::opening(&mut page, random);
        page.append(head::named(&name, Draft::new(random.part(), drawn).body()));
    }
    if random.once_in(8) {
        page.append(reuse::pair(&mut names, random));
    }
    page
}

/// One head that the whole crate sees.
pub fn head(seed: u64, drawn: Drawn) -> Head {
    let random = &mut Random::new(seed);
    let name = Names::default().head(random);
    let mut page = Page::default();
    head::docs(&mut page, random);
    page.put("pub");
    page.append(head::named(&name, Draft::new(random.part(), drawn).body()));
    let text = if random.once_in(2) { layout::free(&page, random) } else { layout::plain(&page) };
    Head { name, text }
}
