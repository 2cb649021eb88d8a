//! How a word gets its label where it has several tokens.

use serde::{Deserialize, Serialize};

use crate::decode::Decoded;
use crate::decode::probability::{largest, softmax};
use crate::decode::rows::{Asked, HostRows};
use crate::text::Encoding;
use crate::value::Layout;

/// Whose probabilities label a word, by the names of transformers' `aggregation_strategy`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aggregation {
    /// Each token stands for itself, so that a word may be cut.
    Simple,
    /// The word's first token, which is the one that is trained.
    #[default]
    First,
    /// The mean over the word's tokens.
    Average,
    /// The token of the word that is surest of its label.
    Max,
}

impl Aggregation {
    /// What is labelled: words, or tokens.
    pub(super) fn asked(self) -> Asked {
        if self == Self::Simple { Asked::Pieces } else { Asked::Words }
    }

    /// The class of the word that begins at a row, or of the token.
    pub(super) fn class(self, rows: &HostRows, layout: &Layout, sequence: usize, row: usize, encoding: &Encoding) -> Decoded {
        let own = |row: usize| softmax(rows.row(row));
        let scores = match self {
            Self::Simple | Self::First => own(row),
            Self::Average => mean(word_rows(layout, sequence, row, encoding).map(own)),
            Self::Max => word_rows(layout, sequence, row, encoding).map(own).reduce(surer).unwrap_or_default(),
        };
        Decoded::Class { best: largest(&scores), scores }
    }
}

/// The rows of the word that begins at this one.
fn word_rows(layout: &Layout, sequence: usize, row: usize, encoding: &Encoding) -> impl Iterator<Item = usize> {
    let (rows, tokens) = (layout.rows(sequence), layout.tokens(sequence));
    let own: Vec<usize> = tokens.into_iter().skip(row - rows.start).map(|token| token as usize).collect();
    let word = encoding.word_pieces(own.first().copied().unwrap_or(0));
    (row..rows.end).zip(own).take_while(move |(_, token)| word.contains(token)).map(|(row, _)| row)
}

fn mean(tokens: impl Iterator<Item = Vec<f32>>) -> Vec<f32> {
    let all: Vec<Vec<f32>> = tokens.collect();
    let sum = |label: usize| all.iter().filter_map(|scores| scores.get(label)).sum::<f32>();
    (0..all.first().map_or(0, Vec::len)).map(|label| sum(label) / all.len() as f32).collect()
}

/// The scores with the greater greatest, the earlier ones of equals.
fn surer(one: Vec<f32>, other: Vec<f32>) -> Vec<f32> {
    let greatest = |scores: &[f32]| scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if greatest(&other) > greatest(&one) { other } else { one }
}
