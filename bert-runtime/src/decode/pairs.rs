//! Answers for pairs of words.

use std::ops::Deref;

use serde::Serialize;

use crate::decode::{At, Decoded, FromDecoded};
use crate::error::Result;

/// One answer a pair of words: for each word a list with an answer for every word, both in the order of the text.
///
/// Of a dependency parse, the relation of word `i` to its parent `j` is `relations.get(i, j)`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PerPair<P>(pub Vec<At<Vec<P>>>);

impl<P> PerPair<P> {
    /// The answer for two of the words, by their places in the list.
    pub fn get(&self, first: usize, second: usize) -> Option<&P> {
        self.0.get(first)?.value.get(second)
    }
}

impl<P> Deref for PerPair<P> {
    type Target = [At<Vec<P>>];

    fn deref(&self) -> &[At<Vec<P>>] {
        &self.0
    }
}

impl<P: FromDecoded> FromDecoded for PerPair<P> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        let typed = |row: Vec<Decoded>| row.into_iter().map(P::from_decoded).collect();
        match decoded {
            Decoded::Pairs(rows) => rows.into_iter().map(|at| at.try_map(typed)).collect::<Result<_>>().map(Self),
            other => Err(other.is_not("an answer a pair of words")),
        }
    }
}
