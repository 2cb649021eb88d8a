//! `mix`: a learned weighted sum of the encoder's layers.

use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::explain::Cost;
use crate::ir::Init;
use crate::tree::Module;
use crate::shape::{Axis, Type};
use crate::manual::Manual;

/// gamma times the softmax(weights)-weighted sum of the layers (Peters et al. 2018).
#[derive(Debug, Clone, PartialEq)]
pub struct Mix;

pub(super) const ROW: Row = Row {
    words: &["mix"],
    block: false,
    read,
    manual: Manual {
        arguments: &[],
        about: "gamma times the sum of the layers, each weighted by its share in softmax(weights) (ELMo's scalar mix, Peters et al. \
            2018, https://aclanthology.org/N18-1202).",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input layers;
mix;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::Mix(Mix))
}

impl Room for Mix {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        match at.layers(input) {
            Some(count) => input.replacing(&Axis::Layer(count), None),
            None => Type::Unknown,
        }
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        let count = input.layers().cloned().into_iter().collect();
        vec![Weight::new("weights", count, Init::Zeros), Weight::new("gamma", vec![Dim::number(1)], Init::Ones)]
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let (weights, gamma) = (build.weight("weights"), build.weight("gamma"));
        Rust { ty: build.ty("Mix"), new: quote!(p::Mix::new(#weights, #gamma)) }
    }

    fn cost(&self, input: &Type) -> Option<Cost> {
        Some(Cost::of_row(input.feature()?.size.clone()))
    }

    fn module(&self, _input: &Type) -> Option<Module> {
        Some(Module::leaf("ScalarMix()"))
    }

    fn explain(&self) -> String {
        "adds the encoder's layers, each weighted by a learned share".to_owned()
    }
}
