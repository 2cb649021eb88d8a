//! Plain functions of each number, or of the last axis: `gelu`, `softmax`, and the encoder's own `activation`.

use super::{At, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::emit::{Build, Name, quote};
use crate::shape::Type;
use crate::tree::Module;
use crate::manual::Manual;

/// A function without parameters that keeps the shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// x times the normal distribution function of x, exactly.
    Gelu,
    /// Gelu by its tanh approximation, as in GPT-2.
    GeluNew,
    /// max(x, 0).
    Relu,
    /// x times sigmoid(x).
    Silu,
    /// The hyperbolic tangent.
    Tanh,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// exp(x) over its sum along the last axis.
    Softmax,
    /// The logarithm of softmax.
    LogSoftmax,
    /// ln(1 + x).
    Log1p,
    /// The absolute value.
    Abs,
    /// ln(1 + exp(x)).
    Softplus,
    /// x, or exp(x) - 1 below zero.
    Elu,
    /// x, or x / 100 below zero.
    LeakyRelu,
    /// The encoder's own `hidden_act`.
    Encoder,
}

/// Each word with its function, the name that the runtime gives it, and what it does.
const FUNCTIONS: &[(&str, Activation, &str, &str)] = &[
    ("gelu", Activation::Gelu, "Gelu", "keeps what is large and fades what is below zero (exact gelu)"),
    ("gelu_new", Activation::GeluNew, "GeluNew", "keeps what is large and fades what is below zero (gelu by tanh)"),
    ("relu", Activation::Relu, "Relu", "puts zero for what is below zero"),
    ("silu", Activation::Silu, "Silu", "multiplies each number by its sigmoid"),
    ("tanh", Activation::Tanh, "Tanh", "squeezes each number between -1 and 1"),
    ("sigmoid", Activation::Sigmoid, "Sigmoid", "squeezes each number between 0 and 1"),
    ("softmax", Activation::Softmax, "Softmax", "makes the last axis a distribution"),
    ("log_softmax", Activation::LogSoftmax, "LogSoftmax", "makes the last axis the logarithm of a distribution"),
    ("log1p", Activation::Log1p, "Log1p", "takes the logarithm of one more than each number"),
    ("abs", Activation::Abs, "Abs", "drops the sign of each number"),
    ("softplus", Activation::Softplus, "Softplus", "bends each number smoothly to above zero"),
    ("elu", Activation::Elu, "Elu", "bends what is below zero towards -1"),
    ("leaky_relu", Activation::LeakyRelu, "LeakyRelu", "keeps a hundredth of what is below zero"),
    ("activation", Activation::Encoder, "", "applies the encoder's own activation"),
];

pub(super) const ROW: Row = Row {
    words: &["gelu", "gelu_new", "relu", "silu", "tanh", "sigmoid", "softmax", "log_softmax", "log1p", "abs", "softplus", "elu", "leaky_relu", "activation"],
    block: false,
    read,
    manual: Manual {
        arguments: &[],
        about: "A plain function of each number, or of the last axis for the two softmaxes; nothing is learned. The formulas are \
            PyTorch's; gelu is x times the normal distribution function of x (Hendrycks and Gimpel 2016, \
            https://arxiv.org/abs/1606.08415), and `gelu_new` its approximation by tanh. `activation` is the encoder's own \
            `hidden_act`.",
        example: "\
labels negative, positive;
input pooled;
dense: linear hidden -> hidden;
activation;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let word = arguments.word().node.as_str();
    FUNCTIONS.iter().find(|(known, ..)| *known == word).map(|(_, function, ..)| Layer::Activation(*function))
}

impl Activation {
    /// Whether it gives probabilities, of which losses take logits.
    pub(crate) fn gives_probabilities(self) -> bool {
        matches!(self, Self::Softmax | Self::LogSoftmax | Self::Sigmoid)
    }

    fn row(self) -> (&'static str, &'static str) {
        FUNCTIONS.iter().find(|(_, function, ..)| *function == self).map_or(("", ""), |(_, _, name, what)| (name, what))
    }
}

impl Room for Activation {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let over_tokens = matches!(self, Self::Softmax | Self::LogSoftmax) && input.feature().is_none() && input.tokens() > 0;
        if over_tokens {
            let message = format!("{} runs over the last axis, and that of this value, {input}, is its tokens", at.written());
            at.cx.report(Diagnostic::new(Code::Features, at.span, message).help("leave it out: a loss and a decode over tokens make their own softmax"));
        }
        input.clone()
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let new = match self {
            Self::Encoder => build.binder(quote!(activation())),
            _ => {
                let name = Name::new(self.row().0);
                quote!(p::Activation::#name)
            }
        };
        Rust { ty: build.ty("Activation"), new }
    }

    fn module(&self, _input: &Type) -> Option<Module> {
        Some(Module::leaf(match self {
            Self::Gelu => "GELUActivation()",
            Self::GeluNew => "NewGELUActivation()",
            Self::Relu => "ReLU()",
            Self::Silu => "SiLUActivation()",
            Self::Tanh => "Tanh()",
            Self::Sigmoid => "Sigmoid()",
            Self::Softmax => "Softmax(dim=-1)",
            Self::LogSoftmax => "LogSoftmax(dim=-1)",
            Self::Softplus => "Softplus(beta=1.0, threshold=20.0)",
            Self::Elu => "ELU(alpha=1.0)",
            Self::LeakyRelu => "LeakyReLU(negative_slope=0.01)",
            Self::Encoder => "hidden_act",
            Self::Log1p | Self::Abs => return None,
        }))
    }

    fn explain(&self) -> String {
        self.row().1.to_owned()
    }
}
