//! Products of rows by weights, by the library that candle calls for them.

use candle_core::backend::BackendStorage;
use candle_core::{CpuStorage, CudaStorage, CustomOp2, Layout, Result, Shape, Tensor};

/// `rows W^T`: from `[rows, in]` and `[out, in]` to `[rows, out]`, with its gradients where `graph` says so.
pub(crate) fn product(rows: &Tensor, weight: &Tensor, graph: bool) -> Result<Tensor> {
    if graph { rows.apply_op2(weight, Product) } else { rows.matmul(&weight.t()?) }
}

/// A product whose weight's gradient comes as the weight lies, and not turned over.
struct Product;

impl Product {
    fn forward<S: BackendStorage>((rows, of_rows): (&S, &Layout), (weight, of_weight): (&S, &Layout)) -> Result<(S, Shape)> {
        let ((count, inner), out) = (of_rows.shape().dims2()?, of_weight.dim(0)?);
        let found = rows.matmul(weight, (1, count, out, inner), of_rows, &of_weight.transpose(0, 1)?)?;
        Ok((found, Shape::from((count, out))))
    }
}

impl CustomOp2 for Product {
    fn name(&self) -> &'static str {
        "rows-by-weight"
    }

    fn cpu_fwd(&self, rows: &CpuStorage, of_rows: &Layout, weight: &CpuStorage, of_weight: &Layout) -> Result<(CpuStorage, Shape)> {
        Self::forward((rows, of_rows), (weight, of_weight))
    }

    fn cuda_fwd(&self, rows: &CudaStorage, of_rows: &Layout, weight: &CudaStorage, of_weight: &Layout) -> Result<(CudaStorage, Shape)> {
        Self::forward((rows, of_rows), (weight, of_weight))
    }

    fn bwd(&self, rows: &Tensor, weight: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let gradient = gradient.contiguous()?;
        Ok((Some(gradient.matmul(weight)?), Some(gradient.t()?.matmul(rows)?)))
    }
}
