//! Sums of rows of the tables, normalised, and their gradients.

use std::sync::Arc;

use candle_core::{DType, Device, Result, Tensor};

use super::buffer::{Blank, address, all_aligned};
use super::groups::spread;
use super::launch::{Launch, Operand, int, suffix};
use super::norm::{noted_norm, runs, vectors};
use super::noted::noted;

/// Rows that a block takes at once.
const ROWS: usize = 4;

/// The tables, and which row of each a token looks up; the numbers were checked.
pub(crate) struct Tables<'a> {
    /// Of words, positions and types: `[.., hidden]`.
    pub(crate) tables: [&'a Tensor; 3],
    pub(crate) numbers: [Vec<u32>; 3],
    /// The norm's weight and bias, `[hidden]`.
    pub(crate) weight: &'a Tensor,
    pub(crate) bias: &'a Tensor,
    pub(crate) eps: f64,
}

/// The vectors of tokens, `[tokens, hidden]`, with their gradients where `graph` says so.
pub(crate) fn embedded(of: Tables<'_>, graph: bool) -> Result<Tensor> {
    let Tables { tables, numbers, weight, bias, eps } = of;
    let [words, positions, types] = all_aligned(tables)?;
    let (count, width, device) = (numbers[0].len(), words.dim(1)?, words.device());
    let looked_up = uploaded(&numbers, device)?;
    let of_token = |table: usize| address(&looked_up.narrow(0, table * count, count)?);
    let blank = || Blank::new((count, width), words.dtype(), device);
    let (mut sums, mut result) = (graph.then(blank).transpose()?, blank()?);
    let [of_weight, of_bias] = all_aligned([weight, bias])?;
    let group = vec![
        address(&words)?,
        address(&positions)?,
        address(&types)?,
        of_token(0)?,
        of_token(1)?,
        of_token(2)?,
        address(&of_weight)?,
        address(&of_bias)?,
        int(count)?,
        int(width)?,
        Operand::Number(eps as f32),
        vectors(width),
    ];
    let kernel = format!("embed_{}_{}", runs(width), suffix(words.dtype())?);
    let to_sums = sums.as_mut().map_or(Ok(Operand::NONE), Blank::address)?;
    Launch::new("embedding", kernel, count.div_ceil(ROWS)).run(device, &[Operand::Group(group), to_sums, result.address()?])?;
    let Some(sums) = sums else { return Ok(result.tensor()) };
    let sizes = tables.map(|table| table.dim(0).unwrap_or(0));
    let (numbers, dtype) = (Arc::new(numbers), words.dtype());
    let back = move |_: &Tensor, gradient: &Tensor| tables_back(&numbers, sizes, gradient, dtype);
    let sums = noted("embeddings", sums, &tables, Box::new(back))?;
    noted_norm(result, &sums, weight, bias, eps)
}

fn tables_back(numbers: &[Vec<u32>; 3], sizes: [usize; 3], gradient: &Tensor, dtype: DType) -> Result<Vec<Tensor>> {
    numbers.iter().zip(sizes).map(|(numbers, size)| spread(numbers, gradient, size)?.to_dtype(dtype)).collect()
}

fn uploaded(numbers: &[Vec<u32>; 3], device: &Device) -> Result<Tensor> {
    let all = numbers.concat();
    Tensor::from_vec(all.clone(), all.len(), device)
}
