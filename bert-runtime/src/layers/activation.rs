//! Activations: the functions of the language, and whatever an encoder's `hidden_act` may be.

use candle_core::{D, DType, Tensor};

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::kernels::activation::Function;
use crate::kernels::operations::Activated;
use crate::kernels::tensors::mapped;
use crate::layers::ragged::Segments;
use crate::layers::wide;
use crate::module::Module;
use crate::value::Value;

/// A function of each element, or of the last axis. Shapes stay.
///
/// Formulas are PyTorch's, or those of transformers' `ACT2FN` where PyTorch has none. 16-bit values are computed in f32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `x * (1 + erf(x / sqrt 2)) / 2`, exact: Hugging Face's `gelu`.
    Gelu,
    /// The tanh form: `x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))) / 2`.
    GeluNew,
    /// As [`Activation::GeluNew`], under the name `gelu_pytorch_tanh`.
    GeluPytorchTanh,
    /// As [`Activation::GeluNew`], under the name `gelu_fast`.
    GeluFast,
    /// As [`Activation::GeluNew`], under the name `gelu_accurate`.
    GeluAccurate,
    /// `x * sigmoid(1.702 x)`.
    QuickGelu,
    /// `max(x, 0)`; its gradient at 0 is 0.
    Relu,
    /// `max(x, 0)^2`.
    Relu2,
    /// `min(max(x, 0), 6)`.
    Relu6,
    /// `x * sigmoid(x)`.
    Silu,
    /// As [`Activation::Silu`], under the name `swish`.
    Swish,
    /// `x * tanh(softplus(x))`.
    Mish,
    /// `x` itself: `linear` as a `hidden_act`.
    Identity,
    /// The hyperbolic tangent.
    Tanh,
    /// `1 / (1 + exp(-x))`.
    Sigmoid,
    /// Shares of the last axis, which add up to 1: features, else tokens, else choices.
    Softmax,
    /// The logarithm of [`Activation::Softmax`].
    LogSoftmax,
    /// `ln(1 + x)`.
    Log1p,
    /// `|x|`; its gradient at 0 is 0.
    Abs,
    /// `ln(1 + exp(x))`.
    Softplus,
    /// `x` above 0, `exp(x) - 1` below.
    Elu,
    /// `x` above 0, `0.01 x` below.
    LeakyRelu,
}

impl Activation {
    /// The activation that transformers' `ACT2FN` has under this name; `None` for a name that is not supported.
    ///
    /// ```
    /// use bert_runtime::layers::Activation;
    ///
    /// assert_eq!(Activation::from_hidden_act("gelu"), Some(Activation::Gelu));
    /// assert_eq!(Activation::from_hidden_act("gulu"), None);
    /// ```
    pub fn from_hidden_act(name: &str) -> Option<Self> {
        Some(match name {
            "gelu" | "gelu_python" => Self::Gelu,
            "gelu_new" => Self::GeluNew,
            "gelu_pytorch_tanh" | "gelu_python_tanh" => Self::GeluPytorchTanh,
            "gelu_fast" => Self::GeluFast,
            "gelu_accurate" => Self::GeluAccurate,
            "quick_gelu" => Self::QuickGelu,
            "relu" => Self::Relu,
            "relu2" => Self::Relu2,
            "relu6" => Self::Relu6,
            "silu" => Self::Silu,
            "swish" => Self::Swish,
            "mish" => Self::Mish,
            "linear" => Self::Identity,
            "tanh" => Self::Tanh,
            "sigmoid" => Self::Sigmoid,
            "leaky_relu" => Self::LeakyRelu,
            _ => return None,
        })
    }

    /// The CPU's kernel for this activation; `None` of those that are no `hidden_act`.
    pub(crate) fn function(self) -> Option<Function> {
        Some(match self {
            Self::Identity => Function::Identity,
            Self::Gelu => Function::Gelu,
            Self::GeluNew | Self::GeluPytorchTanh | Self::GeluFast | Self::GeluAccurate => Function::GeluTanh,
            Self::QuickGelu => Function::QuickGelu,
            Self::Relu => Function::Relu,
            Self::Relu2 => Function::Relu2,
            Self::Relu6 => Function::Relu6,
            Self::LeakyRelu => Function::LeakyRelu,
            Self::Silu | Self::Swish => Function::Silu,
            Self::Mish => Function::Mish,
            Self::Tanh => Function::Tanh,
            Self::Sigmoid => Function::Sigmoid,
            Self::Softmax | Self::LogSoftmax | Self::Log1p | Self::Abs | Self::Softplus | Self::Elu => return None,
        })
    }

    /// The same shape.
    ///
    /// # Errors
    /// A softmax of a value that has one number an example, and what candle says.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        if let Some(result) = self.by_kernel(cx, x.tensor())? {
            return Ok(x.with_tensor(result));
        }
        let rows = wide(x.tensor())?;
        let result = match self {
            Self::Softmax => last_axis(x, &rows, |rows| softmax(cx, rows))?,
            Self::LogSoftmax => last_axis(x, &rows, log_softmax)?,
            _ => self.of_elements(cx, &rows)?,
        };
        Ok(x.with_tensor(result.to_dtype(x.tensor().dtype())?))
    }

    /// What the CPU's kernels give, where there is one.
    fn by_kernel(&self, cx: &Context, x: &Tensor) -> Result<Option<Tensor>> {
        match self.function() {
            Some(function) if !cx.wants_gradients() => Ok(mapped(x, function)?),
            Some(function) if x.device().is_cpu() && x.dtype() == DType::F32 => Ok(Some(x.contiguous()?.apply_op1(Activated(function))?)),
            _ => Ok(None),
        }
    }

    fn of_elements(&self, cx: &Context, x: &Tensor) -> candle_core::Result<Tensor> {
        match self {
            Self::Gelu => x.gelu_erf(),
            Self::GeluNew | Self::GeluPytorchTanh | Self::GeluFast | Self::GeluAccurate => gelu_tanh(cx, x),
            Self::QuickGelu => x * candle_nn::ops::sigmoid(&(x * 1.702)?)?,
            Self::Relu => relu(x),
            Self::Relu2 => relu(x)?.sqr(),
            Self::Relu6 => relu6(x),
            Self::Silu | Self::Swish => x.silu(),
            Self::Mish => x * softplus(x)?.tanh()?,
            Self::Tanh => x.tanh(),
            Self::Sigmoid => candle_nn::ops::sigmoid(x),
            Self::Log1p => (x + 1.0)?.log(),
            Self::Abs => x * x.detach().sign()?,
            Self::Softplus => softplus(x),
            Self::Elu => x.elu(1.0),
            Self::LeakyRelu => x.gt(0.0)?.where_cond(x, &(x * 0.01)?),
            Self::Identity | Self::Softmax | Self::LogSoftmax => Ok(x.clone()),
        }
    }
}

impl Module for Activation {
    fn class(&self) -> Option<String> {
        let class = match self {
            Self::Gelu => "GELUActivation()",
            Self::GeluNew => "NewGELUActivation()",
            Self::GeluPytorchTanh => "GELUTanh()",
            Self::GeluFast => "FastGELUActivation()",
            Self::GeluAccurate => "AccurateGELUActivation()",
            Self::QuickGelu => "QuickGELUActivation()",
            Self::Relu => "ReLU()",
            Self::Relu2 => "ReLUSquaredActivation()",
            Self::Relu6 => "ReLU6()",
            Self::Silu => "SiLUActivation()",
            Self::Swish => "SiLU()",
            Self::Mish => "MishActivation()",
            Self::Identity => "LinearActivation()",
            Self::Tanh => "Tanh()",
            Self::Sigmoid => "Sigmoid()",
            Self::Softmax => "Softmax(dim=-1)",
            Self::LogSoftmax => "LogSoftmax(dim=-1)",
            Self::Softplus => "Softplus(beta=1.0, threshold=20.0)",
            Self::Elu => "ELU(alpha=1.0)",
            Self::LeakyRelu => "LeakyReLU(negative_slope=0.01)",
            Self::Log1p | Self::Abs => return None,
        };
        Some(class.into())
    }
}

/// `ln(1 + exp(x))` without overflow.
///
/// At 0 candle's gradient of `relu` is 1 and that of `abs` is 1, and `1 - 1/2` is the right one of their sum.
pub(crate) fn softplus(x: &Tensor) -> candle_core::Result<Tensor> {
    x.relu()? + (x.abs()?.neg()?.exp()? + 1.0)?.log()?
}

/// The softmax over the last axis: candle's fused one where no gradient is wanted.
pub(crate) fn softmax(cx: &Context, x: &Tensor) -> Result<Tensor> {
    if !cx.wants_gradients() {
        return Ok(candle_nn::ops::softmax_last_dim(&x.contiguous()?)?);
    }
    let powers = below_greatest(x)?.exp()?;
    Ok(powers.broadcast_div(&powers.sum_keepdim(D::Minus1)?)?)
}

/// The logarithm of the softmax over the last axis.
pub(crate) fn log_softmax(x: &Tensor) -> Result<Tensor> {
    let shifted = below_greatest(x)?;
    Ok(shifted.broadcast_sub(&shifted.exp()?.sum_keepdim(D::Minus1)?.log()?)?)
}

/// The greatest is a constant here: it cancels out of both softmaxes, and so would its gradient.
fn below_greatest(x: &Tensor) -> Result<Tensor> {
    Ok(x.broadcast_sub(&x.detach().max_keepdim(D::Minus1)?)?)
}

/// Applies a function of the last axis: features if there are any, else what the rows run over.
fn last_axis(value: &Value, rows: &Tensor, function: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Tensor> {
    if rows.elem_count() == 0 {
        return Ok(rows.clone());
    }
    if value.has_features() {
        return function(rows);
    }
    Segments::last_axis(value)?.over_rows(rows, function)
}

fn gelu_tanh(cx: &Context, x: &Tensor) -> candle_core::Result<Tensor> {
    if !cx.wants_gradients() {
        return x.gelu();
    }
    let inner = (((x.sqr()? * 0.044_715)? + 1.0)? * x)?;
    let tanh = (inner * (2.0 / std::f64::consts::PI).sqrt())?.tanh()?;
    ((tanh + 1.0)? * x)? * 0.5
}

/// Candle's own has a gradient of 1 at 0, and PyTorch's 0.
fn relu(x: &Tensor) -> candle_core::Result<Tensor> {
    x.le(0.0)?.where_cond(&x.zeros_like()?, x)
}

fn relu6(x: &Tensor) -> candle_core::Result<Tensor> {
    let six = (x.zeros_like()? + 6.0)?;
    x.ge(6.0)?.where_cond(&six, &relu(x)?)
}

impl LayerRoom for bert_dsl::layers::Activation {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let function = match self {
            Self::Gelu => Activation::Gelu,
            Self::GeluNew => Activation::GeluNew,
            Self::Relu => Activation::Relu,
            Self::Silu => Activation::Silu,
            Self::Tanh => Activation::Tanh,
            Self::Sigmoid => Activation::Sigmoid,
            Self::Softmax => Activation::Softmax,
            Self::LogSoftmax => Activation::LogSoftmax,
            Self::Log1p => Activation::Log1p,
            Self::Abs => Activation::Abs,
            Self::Softplus => Activation::Softplus,
            Self::Elu => Activation::Elu,
            Self::LeakyRelu => Activation::LeakyRelu,
            Self::Encoder => maker.binder().activation(),
        };
        Node::unary(function, Activation::forward)
    }
}
