//! Sums over rows and of squares, of parts that do not depend on the device.

use candle_core::{DType, Result, Tensor};

use super::buffer::{Blank, address};
use super::launch::{Launch, Operand, int, suffix};

/// How many parts rows are added up in at most, and how many rows and columns a block takes at once.
pub(super) const PARTS: usize = 256;
const ROWS: usize = 8;
const COLUMNS: usize = 32;

/// The threads of a block of sums: eight warps.
const THREADS: u32 = 256;

fn summing(kernel: &str, dtype: DType, grid: [usize; 3]) -> Result<Launch> {
    Ok(Launch { file: "sums", kernel: format!("{kernel}_{}", suffix(dtype)?), grid, threads: THREADS })
}

/// The sum of all rows: from `[rows, width]` to `[width]`, in the same format.
pub(super) fn column_sums(rows: &Tensor) -> Result<Tensor> {
    let (count, width) = rows.dims2()?;
    let parts = count.div_ceil(ROWS).clamp(1, PARTS);
    let mut sums = Blank::new((parts, width), DType::F32, rows.device())?;
    let launch = summing("column_parts", rows.dtype(), [width.div_ceil(COLUMNS), parts, 1])?;
    launch.run(rows.device(), &[address(rows)?, int(count)?, int(width)?, sums.address()?])?;
    of_parts(&sums.tensor(), rows.dtype())
}

/// The sum of parts in float: from `[parts, width]` to `[width]`.
pub(super) fn of_parts(parts: &Tensor, dtype: DType) -> Result<Tensor> {
    let (count, width) = parts.dims2()?;
    let mut sums = Blank::new(width, dtype, parts.device())?;
    let launch = summing("column_sums", dtype, [width.div_ceil(COLUMNS), 1, 1])?;
    launch.run(parts.device(), &[address(parts)?, int(count)?, int(width)?, sums.address()?])?;
    Ok(sums.tensor())
}

/// The sum of each tensor's squares, with one trip from the device for all of them. The tensors must lie on one device, without gaps.
pub(crate) fn squares(tensors: &[&Tensor]) -> Result<Vec<f64>> {
    let Some(first) = tensors.first() else { return Ok(Vec::new()) };
    let blocks: Vec<usize> = tensors.iter().map(|tensor| tensor.elem_count().div_ceil(THREADS as usize * ROWS).clamp(1, PARTS)).collect();
    let mut parts = Blank::new(blocks.iter().sum::<usize>(), DType::F32, first.device())?;
    let (all, mut start) = (parts.address()?, 0);
    for (tensor, &blocks) in tensors.iter().zip(&blocks) {
        let launch = summing("squares", tensor.dtype(), [blocks, 1, 1])?;
        let count = Operand::Count(tensor.elem_count() as u64);
        launch.run(tensor.device(), &[address(tensor)?, count, all.after(start * size_of::<f32>())])?;
        start += blocks;
    }
    let parts: Vec<f32> = parts.tensor().to_vec1()?;
    let mut rest = parts.as_slice();
    let sum = |&blocks: &usize| {
        let (own, others) = rest.split_at(blocks);
        rest = others;
        own.iter().map(|&part| f64::from(part)).sum()
    };
    Ok(blocks.iter().map(sum).collect())
}
