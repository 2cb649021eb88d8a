//! One of several labels, or a set of them.

use serde::Serialize;

use crate::decode::{Decoded, FromDecoded};
use crate::error::{Error, ErrorKind, Result};
use crate::head::Label;

/// A label, its probability, and that of every other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Classified<L> {
    /// The likeliest label.
    pub label: L,
    /// Its probability.
    pub score: f32,
    /// Every label with its probability, in the order of the set; they sum to 1.
    pub scores: Vec<(L, f32)>,
}

impl<L: Label> Classified<L> {
    /// The probability of a label.
    pub fn score_of(&self, label: L) -> f32 {
        score_of(&self.scores, label)
    }
}

/// One of the choices, or of the tokens, or of what has no labels, by its number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Chosen {
    /// The number of the likeliest, from 0.
    pub index: usize,
    /// Its probability.
    pub score: f32,
    /// The probability of each; they sum to 1.
    pub scores: Vec<f32>,
}

/// The labels that hold, and the probability of every label by itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LabelSet<L> {
    /// The labels whose probability is above the threshold, in the order of the set.
    pub labels: Vec<L>,
    /// Every label with its probability, in the order of the set.
    pub scores: Vec<(L, f32)>,
}

impl<L: Label> LabelSet<L> {
    /// Whether a label holds.
    pub fn contains(&self, label: L) -> bool {
        self.labels.iter().any(|held| held.index() == label.index())
    }

    /// The probability of a label.
    pub fn score_of(&self, label: L) -> f32 {
        score_of(&self.scores, label)
    }
}

impl<L: Label> FromDecoded for Classified<L> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Class { best, scores } => {
                let scores = named(scores)?;
                let (label, score) = *scores.get(best).ok_or_else(|| no_label::<L>(best))?;
                Ok(Self { label, score, scores })
            }
            other => Err(other.is_not("a label")),
        }
    }
}

impl FromDecoded for Chosen {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Class { best, scores } => Ok(Self { index: best, score: scores.get(best).copied().unwrap_or(0.0), scores }),
            other => Err(other.is_not("a choice")),
        }
    }
}

impl<L: Label> FromDecoded for LabelSet<L> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Labels { above, scores } => {
                let labels = above.into_iter().map(|index| L::from_index(index).ok_or_else(|| no_label::<L>(index)));
                Ok(Self { labels: labels.collect::<Result<_>>()?, scores: named(scores)? })
            }
            other => Err(other.is_not("a set of labels")),
        }
    }
}

/// Every label with its score.
fn named<L: Label>(scores: Vec<f32>) -> Result<Vec<(L, f32)>> {
    if scores.len() != L::COUNT {
        let what = format!("the output has {} scores an answer and {} labels: their numbers must be equal", scores.len(), L::COUNT);
        return Err(Error::new(ErrorKind::Input, what));
    }
    let label = |(index, score)| L::from_index(index).map(|label| (label, score)).ok_or_else(|| no_label::<L>(index));
    scores.into_iter().enumerate().map(label).collect()
}

pub(super) fn no_label<L: Label>(index: usize) -> Error {
    Error::new(ErrorKind::Input, format!("there is no label number {index} among {}", L::COUNT))
}

fn score_of<L: Label>(scores: &[(L, f32)], label: L) -> f32 {
    scores.get(label.index()).map_or(0.0, |(_, score)| *score)
}
