//! `linear A->B`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::kernels::gathered::Gathered;
use crate::kernels::lines::Line;
use crate::kernels::pages::zeros;
use crate::kernels::product::Product;
use crate::kernels::tensors::Numbers;
use crate::layers::product::rows_by_weight;
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// `x W^T + b` over the feature axis: from `[.., in]` to `[.., out]`, as PyTorch's `Linear`.
#[derive(Debug, Clone)]
pub struct Linear {
    weight: Parameter,
    bias: Option<Parameter>,
}

impl Linear {
    /// A layer with `weight` `[out, in]` and, unless `bias=false`, `bias` `[out]`.
    pub fn new(weight: Parameter, bias: Option<Parameter>) -> Self {
        Self { weight, bias }
    }

    /// From `[.., in]` to `[.., out]`.
    ///
    /// # Errors
    /// A feature axis of another size than `in`.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        Ok(x.with_tensor(self.apply(cx, x.tensor())?))
    }

    fn apply(&self, cx: &Context, x: &Tensor) -> Result<Tensor> {
        let weight = self.weight.get_inside(cx)?;
        let (out, inner) = weight.dims2()?;
        let mut shape = x.dims().to_vec();
        if let Some(last) = shape.last_mut() {
            *last = out;
        }
        if x.elem_count() == 0 {
            return Ok(Tensor::zeros(shape, x.dtype(), x.device())?);
        }
        let bias = self.bias.as_ref().map(|bias| bias.get_inside(cx)).transpose()?;
        Ok(rows_by_weight(&x.reshape(((), inner))?, &weight, bias.as_ref())?.reshape(shape)?)
    }

    /// `[out, in]`, and `[out]`.
    pub(crate) fn weights(&self) -> (&Parameter, Option<&Parameter>) {
        (&self.weight, self.bias.as_ref())
    }

    /// The weights' numbers, where they are on the CPU in f32.
    pub(crate) fn numbers(&self) -> Option<LinearNumbers<'_>> {
        let bias = self.bias.as_ref().map(|bias| Numbers::of(bias.tensor()).ok_or(())).transpose().ok()?;
        Some(LinearNumbers { weight: Numbers::of(self.weight.tensor())?, bias, stored: self.weight.tensor() })
    }
}

/// The numbers of a [`Linear`].
pub(crate) struct LinearNumbers<'a> {
    weight: Numbers<'a>,
    bias: Option<Numbers<'a>>,
    stored: &'a Tensor,
}

impl LinearNumbers<'_> {
    /// How many features it gives of so many.
    pub(crate) fn out(&self, inner: usize) -> usize {
        self.weight.get().len() / inner.max(1)
    }

    /// `[out, in]`.
    pub(crate) fn weight(&self) -> &[f32] {
        self.weight.get()
    }

    /// `[out]`.
    pub(crate) fn bias(&self) -> Option<&[f32]> {
        self.bias.as_ref().map(Numbers::get)
    }

    /// Room for the weight's gradient.
    pub(crate) fn room(&self, gathered: Option<&Gathered>) -> Vec<f32> {
        gathered.map_or_else(|| zeros(self.weight().len()), |gathered| gathered.room(self.stored))
    }

    /// The product with rows in panels, to be computed.
    pub(crate) fn product<'p>(&'p self, y: &'p mut [Line]) -> Product<'p> {
        Product::linear(self.weight.get(), self.bias.as_ref().map(Numbers::get), y)
    }
}

impl Module for Linear {
    fn class(&self) -> Option<String> {
        let [out, inner] = *self.weight.tensor().dims() else { return Some("Linear()".into()) };
        let bias = if self.bias.is_some() { "True" } else { "False" };
        Some(format!("Linear(in_features={inner}, out_features={out}, bias={bias})"))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        std::iter::once(&self.weight).chain(&self.bias).collect()
    }
}

impl LayerRoom for bert_dsl::layers::Linear {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let weight = maker.weight("weight");
        let bias = self.bias.then(|| maker.weight("bias"));
        Node::unary(Linear::new(weight, bias), Linear::forward)
    }
}
