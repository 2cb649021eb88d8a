//! From tokenized texts to a batch.

use crate::encoder::Batch;
use crate::error::Result;
use crate::text::{Encoding, Piece};

/// The batch of these texts, one sequence each, which knows the words that its tokens are pieces of.
///
/// # Errors
/// A text without any token.
pub fn collate(encodings: &[Encoding]) -> Result<Batch> {
    let width = encodings.iter().map(Encoding::len).max().unwrap_or(0);
    let padded = |mut row: Vec<u32>| {
        row.resize(width, 0);
        row
    };
    let rows = |row: fn(&Encoding) -> Vec<u32>| encodings.iter().map(|encoding| padded(row(encoding))).collect::<Vec<_>>();
    let mask = rows(|encoding| vec![1; encoding.len()]);
    Batch::from_padded(&rows(Encoding::ids), &mask, &rows(Encoding::types))?.with_words(encodings.iter().map(words).collect())
}

/// The word of each token, none for special tokens; the second text of a pair goes on counting, what was cut off included.
fn words(encoding: &Encoding) -> Vec<Option<u32>> {
    let before = |sequence: usize| (0..sequence).map(|earlier| encoding.words(earlier)).sum::<usize>();
    let word = |piece: &Piece| {
        let (sequence, word) = (piece.sequence?, piece.word.filter(|_| !piece.special)?);
        u32::try_from(before(sequence) + word).ok()
    };
    encoding.pieces().iter().map(word).collect()
}
