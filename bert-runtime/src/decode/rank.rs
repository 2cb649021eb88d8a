//! Ranks.

use serde::Serialize;

use crate::decode::classified::no_label;
use crate::decode::probability::sigmoid;
use crate::decode::rows::{Asked, by_row};
use crate::decode::{Decoded, FromDecoded, IndexLabel, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::head::Label;
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::value::Value;

/// Counts the thresholds that are passed, those with a positive logit: a [`Decoded::Rank`] for each example, choice or word.
///
/// # Errors
/// Outputs without a feature axis or not of the texts in `reading`, and what candle says of reading them.
pub fn decode_rank(x: &Value, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    if !x.has_features() {
        return Err(Error::new(ErrorKind::Input, "`rank` reads an output whose last axis has a logit a threshold"));
    }
    by_row(x, reading, Asked::Words, |logits, _| Decoded::Rank {
        rank: logits.iter().filter(|logit| **logit > 0.0).count(),
        above: logits.iter().copied().map(sigmoid).collect(),
    })
}

/// A rank, and how likely it is that each threshold is passed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranked<L> {
    /// The rank: as many thresholds as are passed.
    pub rank: L,
    /// The probability that the rank is above the first, above the second, and so on.
    pub above: Vec<f32>,
}

impl<L: Label> FromDecoded for Ranked<L> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        let (rank, above) = rank(decoded)?;
        Ok(Self { rank: label(rank)?, above })
    }
}

impl<const N: usize> FromDecoded for IndexLabel<N> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        label(rank(decoded)?.0)
    }
}

impl FromDecoded for usize {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        Ok(rank(decoded)?.0)
    }
}

fn rank(decoded: Decoded) -> Result<(usize, Vec<f32>)> {
    match decoded {
        Decoded::Rank { rank, above } => Ok((rank, above)),
        other => Err(other.is_not("a rank")),
    }
}

fn label<L: Label>(rank: usize) -> Result<L> {
    L::from_index(rank).ok_or_else(|| no_label::<L>(rank))
}

impl DecodeRoom for bert_dsl::decode::Rank {
    fn make(&self, _outlet: Outlet) -> Reader {
        Box::new(|outputs, reading| decode_rank(&outputs[0], reading))
    }
}
