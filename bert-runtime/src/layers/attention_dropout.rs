//! Dropout of attention probabilities.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::context::Context;
use crate::error::Result;
use crate::kernels::rows::attention::Masks;
use crate::layers::Dropout;
use crate::layers::heads::{Heads, Rectangle};
use crate::value::Layout;

/// The mask of a batch's attention probabilities: `[batch, head, query, key]` in f32; `None` without dropout.
///
/// An element is keyed by its sequence, its head and the columns of its query and key. So it depends neither on the
/// width of the batch nor on which queries are computed.
pub(super) fn mask(cx: &Context, dropout: &Dropout, heads: &Rectangle<'_>, device: &Device) -> Result<Option<Tensor>> {
    if !cx.is_training() || dropout.probability() == 0.0 {
        return Ok(None);
    }
    let paths: Vec<String> = (0..heads.count).map(|head| format!("{}.{head}", dropout.path())).collect();
    let mut cells = Vec::with_capacity(heads.cells());
    for sequence in 0..heads.keys.sequences() {
        for path in &paths {
            let number = heads.keys.sequence_number(sequence);
            let side = heads.keys.positions(sequence).last().map_or(0, |&last| last as usize + 1);
            let square = cx.sequence_mask(path, dropout.probability(), number, side * side).unwrap_or_default();
            fill(&mut cells, &square, heads, sequence);
        }
    }
    let shape = (heads.keys.sequences(), heads.count, heads.longest_query, heads.longest_key);
    Ok(Some(Tensor::from_vec(cells, shape, device)?))
}

/// The same without a rectangle: the mask of a sequence and a head when it is asked for.
pub(super) struct CellMasks {
    cx: Context,
    paths: Vec<String>,
    probability: f64,
    queries: Arc<Layout>,
    keys: Arc<Layout>,
}

impl CellMasks {
    pub(super) fn new(cx: &Context, heads: &Heads<'_>, queries: &Arc<Layout>, keys: &Arc<Layout>) -> Self {
        let paths = (0..heads.count).map(|head| format!("{}.{head}", heads.dropout.path())).collect();
        Self { cx: cx.clone(), paths, probability: heads.dropout.probability(), queries: queries.clone(), keys: keys.clone() }
    }
}

impl Masks for CellMasks {
    fn mask(&self, sequence: usize, head: usize) -> Option<Vec<f32>> {
        let (queries, keys) = (self.queries.positions(sequence), self.keys.positions(sequence));
        let side = keys.last().map_or(0, |&last| last as usize + 1);
        let square = self.cx.sequence_mask(&self.paths[head], self.probability, self.keys.sequence_number(sequence), side * side)?;
        let cell = |query: u32, key: u32| square.get(shell(query as usize, key as usize)).copied().unwrap_or(0.0);
        Some(queries.iter().flat_map(|&query| keys.iter().map(move |&key| (query, key))).map(|(query, key)| cell(query, key)).collect())
    }
}

/// One sequence's and head's part of the rectangle, zeros at padding.
fn fill(cells: &mut Vec<f32>, square: &[f32], heads: &Rectangle<'_>, sequence: usize) {
    let column = |layout: &Layout, number| layout.positions(sequence).get(number).copied();
    for query in 0..heads.longest_query {
        let query = column(heads.queries, query);
        let cell = |key| Some(square.get(shell(query? as usize, column(heads.keys, key)? as usize))).flatten().copied();
        cells.extend((0..heads.longest_key).map(|key| cell(key).unwrap_or(0.0)));
    }
}

/// Numbers the cells of an endless square, shell by shell from its corner: the first `n * n` numbers fill a square of
/// side `n`, whatever `n` is (Rosenberg and Strong's pairing function).
fn shell(row: usize, column: usize) -> usize {
    let side = row.max(column);
    side * side + side + column - row
}

#[cfg(test)]
mod tests {
    use super::shell;

    #[test]
    fn shells_fill_every_square_once() {
        for side in 1..20 {
            let mut numbers: Vec<usize> = (0..side).flat_map(|row| (0..side).map(move |column| shell(row, column))).collect();
            numbers.sort_unstable();
            assert_eq!(numbers, (0..side * side).collect::<Vec<_>>());
        }
    }
}
