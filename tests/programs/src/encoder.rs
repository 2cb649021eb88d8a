//! The encoder that every program fits: the small one of the fixtures.

/// `hidden`.
pub(crate) const HIDDEN: usize = 32;
/// `vocab`.
pub(crate) const VOCAB: usize = 1200;
/// `depth`: the embeddings and two layers.
pub(crate) const DEPTH: usize = 3;
