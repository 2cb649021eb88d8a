//! From tokenized texts to a batch.

use crate::encoder::Batch;
use crate::error::Result;
use crate::text::Encoding;

/// The batch of these texts, one sequence each.
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
    Batch::from_padded(&rows(Encoding::ids), &mask, &rows(Encoding::types))
}
