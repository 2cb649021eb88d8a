//! The rows' kernels as operations of candle's, with their gradients.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp1, CustomOp3, Layout, Shape, Tensor};

use super::activation::Function;
use super::isa::Isa;
use super::norm::Norm;
use super::rows::attention::{Masks, RowAttention};
use super::tensors::{Numbers, numbers};

/// A layer norm of rows `[.., features]`, by a weight and a bias `[features]`.
pub(crate) struct Normalised {
    pub(crate) eps: f32,
}

impl CustomOp3 for Normalised {
    fn name(&self) -> &'static str {
        "layer-norm"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> candle_core::Result<(CpuStorage, Shape)> {
        let (rows, weight, bias) = (numbers((s1, l1))?, numbers((s2, l2))?, numbers((s3, l3))?);
        let width = l1.dims().last().copied().unwrap_or(1);
        if weight.len() != width || bias.len() != width {
            candle_core::bail!("a norm of {} features meets rows of {width}", weight.len());
        }
        let norm = Norm { weight, bias, eps: self.eps };
        Ok((CpuStorage::F32(norm.of_rows(Isa::best(), rows)), l1.shape().clone()))
    }

    fn bwd(
        &self,
        rows: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        result: &Tensor,
    ) -> candle_core::Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let result = result.contiguous()?;
        let [of_rows, of_weight, of_bias, of_result] = [held(rows)?, held(weight)?, held(bias)?, held(&result)?];
        let norm = Norm { weight: of_weight.get(), bias: of_bias.get(), eps: self.eps };
        let found = norm.gradients(Isa::best(), of_rows.get(), of_result.get());
        let tensor = |numbers, like: &Tensor| Tensor::from_vec(numbers, like.shape(), like.device()).map(Some);
        Ok((tensor(found.rows, rows)?, tensor(found.weight, weight)?, tensor(found.bias, bias)?))
    }
}

/// An activation of each number.
pub(crate) struct Activated(pub(crate) Function);

impl CustomOp1 for Activated {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(self.0.map(Isa::best(), numbers((storage, layout))?)), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, result: &Tensor) -> candle_core::Result<Option<Tensor>> {
        let result = result.contiguous()?;
        let (of_x, of_result) = (held(x)?, held(&result)?);
        Tensor::from_vec(self.0.gradient(Isa::best(), of_x.get(), of_result.get()), x.shape(), x.device()).map(Some)
    }
}

/// What each query reads, of queries `[queries, width]` and keys and values `[keys, width]`.
pub(crate) struct Attended {
    pub(crate) heads: usize,
    pub(crate) of_query: Vec<Range<usize>>,
    pub(crate) of_key: Vec<Range<usize>>,
    pub(crate) masks: Arc<dyn Masks>,
}

impl Attended {
    fn attention<'a>(&'a self, width: usize, [query, key, value]: [&'a [f32]; 3]) -> RowAttention<'a> {
        let (of_query, of_key, masks) = (&self.of_query, &self.of_key, &*self.masks);
        RowAttention { heads: self.heads, width, query, key, value, of_query, of_key, masks }
    }
}

impl CustomOp3 for Attended {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> candle_core::Result<(CpuStorage, Shape)> {
        let (_, width) = l1.shape().dims2()?;
        let parts = [numbers((s1, l1))?, numbers((s2, l2))?, numbers((s3, l3))?];
        Ok((CpuStorage::F32(self.attention(width, parts).read(Isa::best())), l1.shape().clone()))
    }

    fn bwd(
        &self,
        query: &Tensor,
        key: &Tensor,
        value: &Tensor,
        _: &Tensor,
        result: &Tensor,
    ) -> candle_core::Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let result = result.contiguous()?;
        let [of_query, of_key, of_value, of_result] = [held(query)?, held(key)?, held(value)?, held(&result)?];
        let attention = self.attention(query.dim(1)?, [of_query.get(), of_key.get(), of_value.get()]);
        let [queries, keys, values] = attention.gradients(Isa::best(), of_result.get());
        let tensor = |numbers, like: &Tensor| Tensor::from_vec(numbers, like.shape(), like.device()).map(Some);
        Ok((tensor(queries, query)?, tensor(keys, key)?, tensor(values, value)?))
    }
}

/// The numbers of an operand, which its caller has made contiguous.
fn held(tensor: &Tensor) -> candle_core::Result<Numbers<'_>> {
    Numbers::of(tensor).ok_or_else(|| candle_core::Error::msg("an operand has gaps, or is not of f32 on the CPU"))
}
