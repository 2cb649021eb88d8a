//! Trees of words.

use serde::Serialize;

use crate::decode::arborescence::best_tree;
use crate::decode::probability::softmax;
use crate::decode::rows::{Asked, HostRows, by_example, by_pair};
use crate::decode::{Decoded, FromDecoded, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::value::{Rows, Value};

/// Finds the likeliest tree of each text: a [`Decoded::Parent`] for each word, of which exactly one is the root.
///
/// `x` is `[batch, token, token]`, a score for each token and each that may be its parent, its own for the root. A word is
/// its first token, and only words are parents. The tree is the one of the greatest sum of scores among those with one root
/// and no cycle.
///
/// # Errors
/// Outputs that are not `[batch, token, token]` of the texts in `reading`, and what candle says of reading them.
pub fn decode_tree(x: &Value, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    if x.rows() != Rows::Pair || x.has_features() {
        return Err(Error::new(ErrorKind::Input, "`tree` reads an output with a number for each pair of tokens"));
    }
    let (rows, layout) = (HostRows::fetch(x)?, x.layout());
    by_example(layout, |sequence| {
        let pairs = by_pair(layout, sequence, reading, Asked::Words, |row| rows.row(row).first().copied().unwrap_or(0.0))?;
        let rows: Vec<&[f32]> = pairs.iter().map(|at| at.value.as_slice()).collect();
        let mut parents = best_tree(&rows).into_iter().enumerate();
        let mut parent = |scores: Vec<f32>| {
            let (word, parent) = parents.next().unwrap_or_default();
            let score = softmax(&scores).get(parent).copied().unwrap_or(0.0);
            Ok(Decoded::Parent { index: (parent != word).then_some(parent), score })
        };
        Ok(Decoded::Tokens(pairs.into_iter().map(|at| at.try_map(&mut parent)).collect::<Result<_>>()?))
    })
}

/// What a word depends on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Parent {
    /// The parent's place in the list of words; none for the root.
    pub index: Option<usize>,
    /// The probability of this parent among the words, by the softmax of their scores.
    pub score: f32,
}

impl FromDecoded for Parent {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Parent { index, score } => Ok(Self { index, score }),
            other => Err(other.is_not("a parent")),
        }
    }
}

impl DecodeRoom for bert_dsl::decode::Tree {
    fn make(&self, _outlet: Outlet) -> Reader {
        Box::new(|outputs, reading| decode_tree(&outputs[0], reading))
    }
}
