//! `attention heads=N`: each token reads all others.

use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::emit::{Build, Fragment, quote};
use crate::explain::Cost;
use crate::ir::Init;
use crate::tree::{Module, features};
use crate::shape::Type;
use crate::source::Span;
use crate::manual::{Argument, Manual};

/// Self-attention, with the parameters of PyTorch's `MultiheadAttention`.
#[derive(Debug, Clone, PartialEq)]
pub struct Attention {
    /// How many heads share the features.
    pub heads: usize,
}

/// How many heads there are.
pub(super) const HEADS: Argument =
    Argument::key("heads", "N", "how many heads share the features");

pub(super) const ROW: Row = Row {
    words: &["attention"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            HEADS,
        ],
        about: "softmax(Q K^T / sqrt(d)) V over each text's own tokens, in several heads, with the parameters of PyTorch's \
            `MultiheadAttention` (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762).",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input tokens;
attention heads=2;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    heads(arguments).map(|heads| Layer::Attention(Attention { heads }))
}

/// `heads=N`.
pub(super) fn heads(arguments: &mut Arguments<'_, '_>) -> Option<usize> {
    let Some(heads) = arguments.integer_of("heads") else {
        arguments.missing("a number of heads, as in `heads=8`,");
        return None;
    };
    let number = usize::try_from(heads.node).ok().filter(|number| (1..=1024).contains(number));
    if number.is_none() {
        arguments.error(Code::BadNumber, heads.span, format!("a number of heads is from 1 to 1024, and this is {}", heads.node));
    }
    number
}

/// The axes of a layer that attends: those of its input, whose features its heads share.
pub(super) fn attended(at: &mut At<'_, '_>, input: &Type, heads: usize) -> Type {
    let (Some(_), Some(feature)) = (at.sequence(input), at.feature(input)) else { return Type::Unknown };
    let size = at.cx.resolved(&feature.size);
    if size.over(&Dim::number(heads as i128)).is_err() {
        uneven(at, &size, heads, at.span);
    }
    input.clone()
}

fn uneven(at: &mut At<'_, '_>, size: &Dim, heads: usize, span: Span) {
    let message = format!("{heads} heads cannot share {size} features evenly");
    at.cx.report(Diagnostic::new(Code::BadSize, span, message).help("choose a number of heads that divides the features"));
}

/// The parameters of attention over `size` features, after a prefix.
pub(super) fn weights(prefix: &str, size: &Dim) -> Vec<Weight> {
    let three = size.times(&Dim::number(3)).unwrap_or_else(|_| size.clone());
    let weight = |name: &str, shape: Vec<Dim>, init| Weight::new(format!("{prefix}{name}"), shape, init);
    vec![
        weight("in_proj_weight", vec![three.clone(), size.clone()], Init::Normal),
        weight("in_proj_bias", vec![three], Init::Zeros),
        weight("out_proj.weight", vec![size.clone(), size.clone()], Init::Normal),
        weight("out_proj.bias", vec![size.clone()], Init::Zeros),
    ]
}

/// The expression of these parameters.
pub(super) fn rust(prefix: &str, build: &Build<'_>) -> Fragment {
    let weight = |name: &str| build.weight(&format!("{prefix}{name}"));
    let (in_weight, in_bias, out_weight, out_bias) = (weight("in_proj_weight"), weight("in_proj_bias"), weight("out_proj.weight"), weight("out_proj.bias"));
    quote!(p::AttentionWeights { in_proj_weight: #in_weight, in_proj_bias: #in_bias, out_proj_weight: #out_weight, out_proj_bias: #out_bias })
}

/// What a layer that attends costs: its matrices, then a score and a share of a sum for each pair of tokens.
pub(super) fn cost(weights: &[Weight], input: &Type) -> Option<Cost> {
    let pair = features(input).times(&Dim::number(2)).ok()?;
    Some(Cost { pair, ..Cost::of_matrices(weights).ok()? })
}

/// How PyTorch prints attention.
pub(super) fn module(input: &Type) -> Module {
    let size = features(input);
    Module::leaf("MultiheadAttention").with("out_proj", Module::leaf(format!("NonDynamicallyQuantizableLinear(in_features={size}, out_features={size}, bias=True)")))
}

impl Room for Attention {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        attended(at, input, self.heads)
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        weights("", &input.feature().map_or_else(Dim::hidden, |feature| feature.size.clone()))
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let (weights, heads) = (rust("", build), self.heads);
        Rust { ty: build.ty("Attention"), new: quote!(p::Attention::new(#weights, #heads)) }
    }

    fn cost(&self, input: &Type) -> Option<Cost> {
        cost(&self.weights(input), input)
    }

    fn module(&self, input: &Type) -> Option<Module> {
        Some(module(input))
    }

    fn explain(&self) -> String {
        format!("lets each token read all others, with {} heads", self.heads)
    }
}
