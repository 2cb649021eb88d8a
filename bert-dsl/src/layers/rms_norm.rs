//! `rms_norm eps=E`: the features over the root of their mean square, then a learned scale.

use super::layer_norm::{EPS, eps};
use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::emit::{Build, quote};
use crate::ir::Init;
use crate::tree::{Module, features, shown_eps};
use crate::shape::Type;
use crate::manual::Manual;

/// Normalisation of the features, as PyTorch's `RMSNorm`.
#[derive(Debug, Clone, PartialEq)]
pub struct RmsNorm {
    /// What keeps the division from zero; the encoder's own where it is not written.
    pub eps: Option<f64>,
}

pub(super) const ROW: Row = Row {
    words: &["rms_norm"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            EPS,
        ],
        about: "x / sqrt(mean(x^2) + eps) over the features, times a learned weight, as PyTorch's `RMSNorm` (Zhang and Sennrich 2019, \
            https://arxiv.org/abs/1910.07467).",
        example: "\
labels negative, positive;
input cls;
rms_norm eps=1e-6;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::RmsNorm(RmsNorm { eps: eps(arguments)? }))
}

impl Room for RmsNorm {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        match at.feature(input) {
            Some(_) => input.clone(),
            None => Type::Unknown,
        }
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        vec![Weight::new("weight", input.feature().map(|feature| feature.size.clone()).into_iter().collect(), Init::Ones)]
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let weight = build.weight("weight");
        let eps = build.option(self.eps);
        let eps = build.binder(quote!(eps(#eps)));
        Rust { ty: build.ty("RmsNorm"), new: quote!(p::RmsNorm::new(#weight, #eps)) }
    }

    fn module(&self, input: &Type) -> Option<Module> {
        Some(Module::leaf(format!("RMSNorm(({},), eps={}, elementwise_affine=True)", features(input), shown_eps(self.eps))))
    }

    fn explain(&self) -> String {
        "divides the features by the root of their mean square, then scales each by a learned number".to_owned()
    }
}
