//! Optimised before it runs: small passes over a checked head, each of which says what need not be computed.
//!
//! A pass takes a checked head and refines it: it marks steps, narrows what is read of the sources, and puts selections in
//! front of layers. What the head answers, its loss and the gradients stay as they are. Back ends read the marks.

mod dropout;
mod groups;
mod layers;
mod rows;
mod select;
mod walk;

use std::collections::BTreeSet;

use crate::ir::CheckedHead;

/// A pass over a checked head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pass {
    /// Evaluation passes dropout by.
    Dropout,
    /// Of `layers` the encoder computes up to the highest layer that is taken, and keeps those that are.
    Layers,
    /// The encoder gives the rows that are read: the first token, given positions, mask tokens, tokens with a target.
    Rows,
    /// Inside of the head a selection moves ahead of layers that work row by row.
    Select,
}

impl Pass {
    /// All passes, in the order in which they run.
    pub const ALL: [Self; 4] = [Self::Dropout, Self::Layers, Self::Rows, Self::Select];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dropout => "dropout",
            Self::Layers => "layers",
            Self::Rows => "rows",
            Self::Select => "select",
        }
    }

    /// The pass of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pass| pass.name() == name)
    }

    fn run(self, head: &mut CheckedHead) {
        match self {
            Self::Dropout => dropout::run(head),
            Self::Layers => layers::run(head),
            Self::Rows => rows::run(head),
            Self::Select => select::run(head),
        }
    }
}

/// Which passes run: all of them, unless it is said otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passes(BTreeSet<Pass>);

impl Passes {
    /// No pass: the head computes what its text says, in that order.
    pub fn none() -> Self {
        Self(BTreeSet::new())
    }
}

impl Default for Passes {
    fn default() -> Self {
        Pass::ALL.into_iter().collect()
    }
}

impl FromIterator<Pass> for Passes {
    fn from_iter<I: IntoIterator<Item = Pass>>(passes: I) -> Self {
        Self(passes.into_iter().collect())
    }
}

/// The head after these passes. A head that is optimised already stays as it is.
///
/// ```
/// use bert_dsl::{check, optimise, Bare, Passes, Source};
///
/// let source = Source::new("third.head", "input layers; take 3; dropout; linear -> 2; pool first");
/// let head = &check(&source, Bare::Named("Third")).heads()?[0];
/// let optimised = optimise(head, &Passes::default()).to_string();
/// assert!(optimised.contains("reads the first token"));
/// assert!(optimised.contains("reads layers 3"));
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
#[must_use]
pub fn optimise(head: &CheckedHead, passes: &Passes) -> CheckedHead {
    let mut head = head.clone();
    passes.0.iter().for_each(|pass| pass.run(&mut head));
    head
}
