//! Biases, dropout, residuals and layer norms in one pass.

use candle_core::{DType, Result, Tensor};

use super::buffer::{Blank, address, aligned, all_aligned};
use super::dropout::Kept;
use super::launch::{Launch, Operand, int, suffix};
use super::noted::noted;
use super::sums::{PARTS, column_sums, of_parts};

/// Rows that a block takes at once, and columns that a lane's run of eight numbers makes of a warp.
const ROWS: usize = 4;
const COLUMNS: usize = 256;

/// What follows a product: `norm(skip + dropout(rows + bias))`.
pub(crate) struct Normed<'a> {
    /// `[rows, width]`.
    pub(crate) rows: &'a Tensor,
    /// `[width]`, the product's.
    pub(crate) added: &'a Tensor,
    pub(crate) kept: Option<Kept>,
    /// `[rows, width]`.
    pub(crate) skip: &'a Tensor,
    /// The norm's weight and bias, `[width]`.
    pub(crate) weight: &'a Tensor,
    pub(crate) bias: &'a Tensor,
    pub(crate) eps: f64,
}

/// What a [`Normed`] gives, `[rows, width]`, with its gradients where `graph` says so.
pub(crate) fn normed(of: &Normed<'_>, graph: bool) -> Result<Tensor> {
    let Normed { rows, added, kept, skip, weight, bias, eps } = of;
    let [of_rows, of_added, of_skip] = all_aligned([rows, added, skip])?;
    let [of_weight, of_bias] = all_aligned([weight, bias])?;
    let (count, width) = of_rows.dims2()?;
    let blank = || Blank::new((count, width), of_rows.dtype(), of_rows.device());
    let (mut sums, mut result) = (graph.then(blank).transpose()?, blank()?);
    let (bits, scale) = kept.as_ref().map_or((Operand::NONE, 1.0), |kept| (kept.address(), kept.scale));
    let group = vec![
        address(&of_rows)?,
        address(&of_added)?,
        address(&of_skip)?,
        bits,
        Operand::Number(scale),
        address(&of_weight)?,
        address(&of_bias)?,
        int(count)?,
        int(width)?,
        Operand::Number(*eps as f32),
        vectors(width),
    ];
    let to_sums = sums.as_mut().map_or(Ok(Operand::NONE), Blank::address)?;
    launch("norm", &of_rows)?.run(of_rows.device(), &[Operand::Group(group), to_sums, result.address()?])?;
    let Some(sums) = sums else { return Ok(result.tensor()) };
    let kept = kept.clone();
    let of_sums = move |_: &Tensor, gradient: &Tensor| {
        let through = kept.as_ref().map_or_else(|| Ok(gradient.clone()), |kept| kept.apply(gradient))?;
        let of_added = column_sums(&through)?;
        Ok(vec![through, of_added, gradient.clone()])
    };
    let sums = noted("residual", sums, &[rows, added, skip], Box::new(of_sums))?;
    noted_norm(result, &sums, weight, bias, *eps)
}

/// A norm of sums that was computed, as part of the graph.
pub(super) fn noted_norm(result: Blank, sums: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Result<Tensor> {
    let (of, of_weight) = (sums.detach(), aligned(&weight.detach())?);
    let back = move |_: &Tensor, gradient: &Tensor| back(&of, &of_weight, &aligned(gradient)?, eps);
    noted("layer-norm", result, &[sums, weight, bias], Box::new(back))
}

/// The gradients of the sums, the weight and the bias.
fn back(sums: &Tensor, weight: &Tensor, gradient: &Tensor, eps: f64) -> Result<Vec<Tensor>> {
    let (count, width) = sums.dims2()?;
    let blocks = count.div_ceil(ROWS).clamp(1, PARTS);
    let mut of_sums = Blank::new((count, width), sums.dtype(), sums.device())?;
    let mut parts = Blank::new((blocks, 2 * width), DType::F32, sums.device())?;
    let launch = Launch { grid: [blocks, 1, 1], ..launch("norm_back", sums)? };
    let operands = [
        address(sums)?,
        address(weight)?,
        address(gradient)?,
        int(count)?,
        int(width)?,
        Operand::Number(eps as f32),
        vectors(width),
        of_sums.address()?,
        parts.address()?,
    ];
    launch.run(sums.device(), &operands)?;
    let both = of_parts(&parts.tensor(), sums.dtype())?;
    Ok(vec![of_sums.tensor(), both.narrow(0, 0, width)?, both.narrow(0, width, width)?])
}

/// A kernel of rows that a warp holds, in as many runs as they need.
fn launch(kernel: &str, rows: &Tensor) -> Result<Launch> {
    let (count, width) = rows.dims2()?;
    Ok(Launch::new("norm", format!("{kernel}_{}_{}", runs(width), suffix(rows.dtype())?), count.div_ceil(ROWS)))
}

/// How many runs a lane holds of rows of this width.
pub(super) fn runs(width: usize) -> usize {
    width.div_ceil(COLUMNS).next_power_of_two()
}

/// Whether rows of this width are read eight numbers at a time.
pub(super) fn vectors(width: usize) -> Operand {
    Operand::Int(i32::from(width.is_multiple_of(8)))
}
