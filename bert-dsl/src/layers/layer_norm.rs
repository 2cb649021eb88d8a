//! `layer_norm eps=E`: mean 0 and variance 1 over the features, then a learned scale and shift.

use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::codes::Code;
use crate::emit::{Build, quote};
use crate::ir::Init;
use crate::tree::Module;
use crate::shape::Type;
use crate::manual::{Argument, Manual};

/// Normalisation of the features, as PyTorch's `LayerNorm`.
#[derive(Debug, Clone, PartialEq)]
pub struct LayerNorm {
    /// What keeps the division from zero; the encoder's own where it is not written.
    pub eps: Option<f64>,
}

/// What a norm can be given.
pub(super) const EPS: Argument =
    Argument::key("eps", "1e-5", "what keeps the division from zero").or("the encoder's `layer_norm_eps`");

pub(super) const ROW: Row = Row {
    words: &["layer_norm"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            EPS,
        ],
        about: "(x - mean) / sqrt(variance + eps) over the features, times a learned weight, plus a learned bias, as PyTorch's \
            `LayerNorm` (Ba et al. 2016, https://arxiv.org/abs/1607.06450).",
        example: "\
labels negative, positive;
input cls;
layer_norm eps=1e-5;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::LayerNorm(LayerNorm { eps: eps(arguments)? }))
}

/// `eps=E`: a small number above zero. The outer `None` is an error.
pub(super) fn eps(arguments: &mut Arguments<'_, '_>) -> Option<Option<f64>> {
    let eps = arguments.number_of("eps");
    if let Some(bad) = eps.filter(|eps| !(0.0..1.0).contains(&eps.node) || eps.node == 0.0) {
        arguments.error(Code::BadNumber, bad.span, format!("`eps` is a small number above 0, and this is {}", bad.node));
        return None;
    }
    Some(eps.map(|eps| eps.node))
}

impl Room for LayerNorm {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        match at.feature(input) {
            Some(_) => input.clone(),
            None => Type::Unknown,
        }
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        let shape: Vec<_> = input.feature().map(|feature| feature.size.clone()).into_iter().collect();
        vec![Weight::new("weight", shape.clone(), Init::Ones), Weight::new("bias", shape, Init::Zeros)]
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let (weight, bias) = (build.weight("weight"), build.weight("bias"));
        let eps = build.option(self.eps);
        let eps = build.binder(quote!(eps(#eps)));
        Rust { ty: build.ty("LayerNorm"), new: quote!(p::LayerNorm::new(#weight, #bias, #eps)) }
    }

    fn module(&self, input: &Type) -> Option<Module> {
        Some(Module::layer_norm(input, self.eps))
    }

    fn explain(&self) -> String {
        "brings the features to mean 0 and variance 1, then scales and shifts each by a learned number".to_owned()
    }
}
