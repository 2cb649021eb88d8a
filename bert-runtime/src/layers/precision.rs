//! Number formats that are wide enough to compute in.

use candle_core::{DType, Tensor};

use crate::error::Result;

/// The tensor in f32 where it is in a 16-bit format, and as it is otherwise.
///
/// Sums, exponentials and roots are computed wide, as PyTorch's kernels do, and rounded once at the end.
///
/// # Errors
/// What candle says of the conversion.
pub(crate) fn wide(tensor: &Tensor) -> Result<Tensor> {
    match tensor.dtype() {
        DType::F16 | DType::BF16 => Ok(tensor.to_dtype(DType::F32)?),
        _ => Ok(tensor.clone()),
    }
}
