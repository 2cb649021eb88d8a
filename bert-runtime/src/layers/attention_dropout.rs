//! Dropout of attention probabilities.
//!
//! An element is keyed by its sequence, its head and the columns of its query and key. So it depends neither on the
//! width of the batch nor on which queries are computed.

use candle_core::{Device, Tensor};
use rayon::prelude::*;

use crate::context::Context;
use crate::error::Result;
use crate::kernels::dropout::Kept;
use crate::layers::Dropout;
use crate::layers::heads::Rectangle;
use crate::value::Layout;

/// The mask of a batch's attention probabilities: `[batch, head, query, key]` in f32; `None` without dropout.
pub(super) fn mask(cx: &Context, dropout: &Dropout, heads: &Rectangle<'_>, device: &Device) -> Result<Option<Tensor>> {
    if !cx.is_training() || dropout.probability() == 0.0 {
        return Ok(None);
    }
    let mut cells = Vec::with_capacity(heads.cells());
    for sequence in 0..heads.keys.sequences() {
        for head in 0..heads.count {
            fill(&mut cells, cx, dropout, heads, (sequence, head));
        }
    }
    let shape = (heads.keys.sequences(), heads.count, heads.longest_query, heads.longest_key);
    Ok(Some(Tensor::from_vec(cells, shape, device)?))
}

/// One sequence's and head's part of the rectangle, zeros at padding.
fn fill(cells: &mut Vec<f32>, cx: &Context, dropout: &Dropout, heads: &Rectangle<'_>, (sequence, head): (usize, usize)) {
    let draws = cx.draws(&path_of_head(dropout, head), dropout.probability(), heads.keys.sequence_number(sequence));
    let keys = heads.keys.positions(sequence);
    let end = cells.len() + heads.longest_query * heads.longest_key;
    if let Some(mut draws) = draws {
        for &query in heads.queries.positions(sequence) {
            cells.extend(draws.cells(query, keys));
            cells.extend(std::iter::repeat_n(0.0, heads.longest_key - keys.len()));
        }
    }
    cells.resize(end, 0.0);
}

/// Which probabilities of each head of each sequence are kept, `[sequence][head]`; nothing without dropout.
pub(crate) fn kept(cx: &Context, dropout: &Dropout, heads: usize, queries: &Layout, keys: &Layout) -> Vec<Kept> {
    if !cx.is_training() || dropout.probability() == 0.0 {
        return Vec::new();
    }
    let paths: Vec<String> = (0..heads).map(|head| path_of_head(dropout, head)).collect();
    let of = |(sequence, path): (usize, &String)| {
        let mut draws = cx.draws(path, dropout.probability(), keys.sequence_number(sequence))?;
        Some(draws.kept_cells(queries.positions(sequence), keys.positions(sequence)))
    };
    let each = (0..keys.sequences()).into_par_iter().flat_map(|sequence| paths.par_iter().map(move |path| (sequence, path)));
    each.filter_map(of).collect()
}

/// By which path the masks of a head are keyed.
pub(crate) fn path_of_head(dropout: &Dropout, head: usize) -> String {
    format!("{}.{head}", dropout.path())
}
