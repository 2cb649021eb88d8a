//! Products of matrices in which a row's result does not depend on its neighbours.
//!
//! The libraries add up in another order where a product is small or a single row, and where a row to be summed has another
//! rest of its division by their step. A text would then get other last bits alone than in a batch, so operands are made larger by
//! zeros that are cut off again.

use candle_core::{D, DType, Tensor};

use crate::error::Result;
use crate::kernels::tensors::RowsByWeight;

/// Up to so many results, of operands that both lie along their inner axis, the library adds up in another order.
const SMALL: usize = 256;

/// With up to so many rows and results, the library cuts a long inner axis into other parts.
const FEW: usize = 64;

/// The fewest rows that are added up as many are.
pub(super) const ROWS: usize = 2;

/// An inner axis is added up in so many parts at once, and what is left over element by element.
pub(super) const PARTS: usize = 32;

/// `rows W^T + bias`: from `[rows, in]`, a weight `[out, in]` and a bias `[out]` to `[rows, out]`.
///
/// # Errors
/// Another inner size, and a bias of another size.
pub(super) fn rows_by_weight(rows: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    if rows.device().is_cpu() && rows.dtype() == DType::F32 {
        let (rows, weight) = (rows.contiguous()?, weight.contiguous()?);
        return Ok(match bias {
            Some(bias) => rows.apply_op3(&weight, &bias.contiguous()?, RowsByWeight)?,
            None => rows.apply_op2(&weight, RowsByWeight)?,
        });
    }
    let product = padded_rows_by_weight(rows, weight)?;
    Ok(match bias {
        Some(bias) => product.broadcast_add(bias)?,
        None => product,
    })
}

fn padded_rows_by_weight(rows: &Tensor, weight: &Tensor) -> Result<Tensor> {
    let (count, out) = (rows.dim(0)?, weight.dim(0)?);
    let enough = if out > FEW { ROWS.max(SMALL / out + 1) } else { (FEW + 1).max(SMALL / out.max(1) + 1) };
    let wide = rows.pad_with_zeros(0, 0, enough.saturating_sub(count))?;
    Ok(wide.matmul(&weight.t()?)?.narrow(0, 0, count)?)
}

/// `queries keys^T` for each head: from `[.., query, d]` and `[.., key, d]` to `[.., query, key]`.
///
/// # Errors
/// Another width.
pub(super) fn queries_by_keys(queries: &Tensor, keys: &Tensor) -> Result<Tensor> {
    Ok(queries.matmul(&keys.transpose(D::Minus1, D::Minus2)?.contiguous()?)?)
}
