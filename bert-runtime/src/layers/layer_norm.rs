//! `layer_norm eps=E`.

use candle_core::{D, DType, Tensor};

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::kernels::norm::Norm;
use crate::kernels::operations::Normalised;
use crate::kernels::tensors::Numbers;
use crate::layers::{python_float, wide};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// `(x - mean) / sqrt(variance + eps) * weight + bias` over the feature axis, as PyTorch's `LayerNorm`.
///
/// It is never candle's fused operation, which has no gradient and whose variance, the difference of two large numbers,
/// can come out below zero for features that are all alike.
#[derive(Debug, Clone)]
pub struct LayerNorm {
    weight: Parameter,
    bias: Parameter,
    eps: f64,
}

impl LayerNorm {
    /// A norm with `weight` and `bias` `[features]`.
    pub fn new(weight: Parameter, bias: Parameter, eps: f64) -> Self {
        Self { weight, bias, eps }
    }

    /// The same shape `[.., features]`.
    ///
    /// # Errors
    /// A feature axis of another size than the weight's.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        if x.tensor().device().is_cpu() && x.tensor().dtype() == DType::F32 {
            let (weight, bias) = (self.weight.get_inside(cx)?.contiguous()?, self.bias.get_inside(cx)?.contiguous()?);
            let normalised = x.tensor().contiguous()?.apply_op3(&weight, &bias, Normalised { eps: self.eps as f32 })?;
            return Ok(x.with_tensor(normalised));
        }
        let rows = wide(x.tensor())?;
        let centred = rows.broadcast_sub(&rows.mean_keepdim(D::Minus1)?)?;
        let scaled = over_root_mean_square(&centred, self.eps)?;
        let weighted = scaled.broadcast_mul(&wide(&self.weight.get_inside(cx)?)?)?;
        let shifted = weighted.broadcast_add(&wide(&self.bias.get_inside(cx)?)?)?;
        Ok(x.with_tensor(shifted.to_dtype(x.tensor().dtype())?))
    }
}

impl LayerNorm {
    /// The weight and the bias, `[features]`, and what is added to a variance.
    pub(crate) fn weights(&self) -> (&Parameter, &Parameter, f64) {
        (&self.weight, &self.bias, self.eps)
    }

    /// The weights' numbers, where they are on the CPU in f32.
    pub(crate) fn numbers(&self) -> Option<LayerNormNumbers<'_>> {
        let (weight, bias) = (Numbers::of(self.weight.tensor())?, Numbers::of(self.bias.tensor())?);
        Some(LayerNormNumbers { weight, bias, eps: self.eps as f32 })
    }
}

/// The numbers of a [`LayerNorm`].
pub(crate) struct LayerNormNumbers<'a> {
    weight: Numbers<'a>,
    bias: Numbers<'a>,
    eps: f32,
}

impl LayerNormNumbers<'_> {
    /// What normalises panels.
    pub(crate) fn norm(&self) -> Norm<'_> {
        Norm { weight: self.weight.get(), bias: self.bias.get(), eps: self.eps }
    }
}

/// `x / sqrt(mean(x^2) + eps)` over the last axis.
pub(super) fn over_root_mean_square(x: &Tensor, eps: f64) -> Result<Tensor> {
    let root = (x.sqr()?.mean_keepdim(D::Minus1)? + eps)?.sqrt()?;
    Ok(x.broadcast_div(&root)?)
}

impl Module for LayerNorm {
    fn class(&self) -> Option<String> {
        let (size, eps) = (self.weight.tensor().elem_count(), python_float(self.eps));
        Some(format!("LayerNorm(({size},), eps={eps}, elementwise_affine=True, bias=True)"))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.weight, &self.bias]
    }
}

impl LayerRoom for bert_dsl::layers::LayerNorm {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let (weight, bias) = (maker.weight("weight"), maker.weight("bias"));
        Node::unary(LayerNorm::new(weight, bias, maker.binder().eps(self.eps)), LayerNorm::forward)
    }
}
