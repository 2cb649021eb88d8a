//! `pool attention`: a weighted sum of the tokens, by learned scores.

use super::pool::folded;
use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::explain::Cost;
use crate::ir::Init;
use crate::tree::{Module, features};
use crate::shape::Type;
use crate::manual::{Argument, Manual};

/// The tokens' sum, weighted by a softmax over learned scores `x.w + b`.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolAttention;

/// It has no word of its own: `pool` reads it.
pub(super) const ROW: Row = Row {
    words: &[],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("attention", "the kind of `pool` that learns"),
        ],
        about: "A softmax over the tokens of x.w + b gives each token's share in a weighted sum; padding has none (Yang et al. 2016, \
            https://aclanthology.org/N16-1174, without their inner layer).",
        example: "\
labels negative, positive;
input tokens;
pool attention;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::PoolAttention(PoolAttention))
}

impl Room for PoolAttention {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        match at.feature(input) {
            Some(_) => folded(at, input),
            None => Type::Unknown,
        }
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        let size = input.feature().map_or_else(Dim::hidden, |feature| feature.size.clone());
        vec![Weight::new("weight", vec![Dim::number(1), size], Init::Normal), Weight::new("bias", vec![Dim::number(1)], Init::Zeros)]
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let (weight, bias) = (build.weight("weight"), build.weight("bias"));
        Rust { ty: build.ty("PoolAttention"), new: quote!(p::PoolAttention::new(#weight, #bias)) }
    }

    fn cost(&self, input: &Type) -> Option<Cost> {
        Some(Cost::of_row(features(input).times(&Dim::number(2)).ok()?))
    }

    fn module(&self, input: &Type) -> Option<Module> {
        Some(Module::linear(&features(input), &Dim::number(1), true))
    }

    fn explain(&self) -> String {
        "adds the tokens' vectors, each weighted by a learned score: one vector a text".to_owned()
    }
}
