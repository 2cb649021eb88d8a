//! The rows' kernels as operations of candle's, with their gradients.

use std::ops::Range;

use candle_core::{CpuStorage, CustomOp1, CustomOp3, Layout, Shape, Tensor};

use super::activation::Function;
use super::attention::{Attention, Sequences};
use super::choice;
use super::dropout::Kept;
use super::gradients::attention::AttentionGradients;
use super::isa::Isa;
use super::lines::Line;
use super::norm::Norm;
use super::scratch::Scratch;
use super::team;
use super::tensors::{Numbers, numbers};
use super::turn::{packed, unpacked};

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
        let normalised = team::inside(|| {
            let mut panels = packed(rows, width);
            Norm { weight, bias, eps: self.eps }.apply(Isa::best(), &mut panels);
            unpacked(&panels, width, rows.len().checked_div(width).unwrap_or(0))
        });
        Ok((CpuStorage::F32(normalised), l1.shape().clone()))
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
        let width = weight.elem_count();
        let (of_rows, found) = team::inside(|| {
            let mut gradient = packed(of_result.get(), width);
            let found = norm.back(Isa::best(), &packed(of_rows.get(), width), &mut gradient);
            (unpacked(&gradient, width, rows.elem_count().checked_div(width).unwrap_or(0)), found)
        });
        let tensor = |numbers, like: &Tensor| Tensor::from_vec(numbers, like.shape(), like.device()).map(Some);
        Ok((tensor(of_rows, rows)?, tensor(found.weight, weight)?, tensor(found.bias, bias)?))
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

/// The logarithm of one class's probability a row, `[rows]` of logits `[rows, classes]`.
pub(crate) struct Chosen(pub(crate) Vec<u32>);

impl CustomOp1 for Chosen {
    fn name(&self) -> &'static str {
        "log-probability"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        let (rows, width) = layout.shape().dims2()?;
        if rows != self.0.len() || self.0.iter().any(|&class| class as usize >= width) {
            candle_core::bail!("a class of {width} for each of {rows} rows");
        }
        let logs = choice::log_probabilities(Isa::best(), numbers((storage, layout))?, width, &self.0);
        Ok((CpuStorage::F32(logs), Shape::from(rows)))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, result: &Tensor) -> candle_core::Result<Option<Tensor>> {
        let result = result.contiguous()?;
        let (of_x, of_result) = (held(x)?, held(&result)?);
        let found = choice::gradient(Isa::best(), of_x.get(), x.dim(1)?, &self.0, of_result.get());
        Tensor::from_vec(found, x.shape(), x.device()).map(Some)
    }
}

/// What each query reads, of queries `[queries, width]` and keys and values `[keys, width]`.
pub(crate) struct Attended {
    pub(crate) heads: usize,
    pub(crate) of_query: Vec<Range<usize>>,
    pub(crate) of_key: Vec<Range<usize>>,
    /// See [`Attention::kept`].
    pub(crate) kept: Vec<Kept>,
}

impl Attended {
    fn attention<'a>(&'a self, width: usize, [query, key, value]: [&'a [Line]; 3]) -> Attention<'a> {
        let query = Sequences { panels: query, rows: &self.of_query };
        Attention { heads: self.heads, width, query, key: Sequences { panels: key, rows: &self.of_key }, value, kept: &self.kept }
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
        let (rows, width) = l1.shape().dims2()?;
        let parts = [numbers((s1, l1))?, numbers((s2, l2))?, numbers((s3, l3))?];
        let read = team::inside(|| {
            let [query, key, value] = parts.map(|rows| packed(rows, width));
            let mut read = Scratch::new(query.len());
            self.attention(width, [&query, &key, &value]).read(Isa::best(), &mut read);
            unpacked(&read, width, rows)
        });
        Ok((CpuStorage::F32(read), l1.shape().clone()))
    }

    fn bwd(
        &self,
        query: &Tensor,
        key: &Tensor,
        value: &Tensor,
        _: &Tensor,
        result: &Tensor,
    ) -> candle_core::Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (result, width) = (result.contiguous()?, query.dim(1)?);
        let parts = [held(query)?, held(key)?, held(value)?, held(&result)?];
        let (queries, keys) = (query.dim(0)?, key.dim(0)?);
        let found = team::inside(|| {
            let [query, key, value, result] = parts.each_ref().map(|rows| packed(rows.get(), width));
            let mut found = [Scratch::zeros(query.len()), Scratch::zeros(key.len()), Scratch::zeros(key.len())];
            let [to_query, to_key, to_value] = &mut found;
            let to = AttentionGradients { query: to_query, key: to_key, value: to_value };
            self.attention(width, [&query, &key, &value]).back(Isa::best(), &result, to);
            let [query, key, value] = found;
            [unpacked(&query, width, queries), unpacked(&key, width, keys), unpacked(&value, width, keys)]
        });
        let [queries, keys, values] = found;
        let tensor = |numbers, like: &Tensor| Tensor::from_vec(numbers, like.shape(), like.device()).map(Some);
        Ok((tensor(queries, query)?, tensor(keys, key)?, tensor(values, value)?))
    }
}

/// The numbers of an operand, which its caller has made contiguous.
fn held(tensor: &Tensor) -> candle_core::Result<Numbers<'_>> {
    Numbers::of(tensor).ok_or_else(|| candle_core::Error::msg("an operand has gaps, or is not of f32 on the CPU"))
}
