//! `gru A->B`: each token after those before it.

use super::recurrent::{self, Recurrence};
use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::emit::{Build, quote};
use crate::tree::Module;
use crate::shape::Type;
use crate::manual::Manual;

/// A gated recurrent unit (Cho et al. 2014), with PyTorch's parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Gru(pub Recurrence);

pub(super) const ROW: Row = Row {
    words: &["gru"],
    block: false,
    read,
    manual: Manual {
        arguments: recurrent::ARGUMENTS,
        about: "A gated recurrent unit over each text's own tokens (Cho et al. 2014, https://arxiv.org/abs/1406.1078), with the \
            formulas and parameters of PyTorch's `GRU`. Padding is not read, and the backward direction starts at each text's own \
            last token.",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input tokens;
gru hidden -> 16, bidirectional;
classifier: linear 16 -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    recurrent::read(arguments).map(|recurrence| Layer::Gru(Gru(recurrence)))
}

impl Room for Gru {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        self.0.infer(at, input)
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        self.0.weights(input, 3)
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let weights = self.0.rust(build);
        Rust { ty: build.ty("Gru"), new: quote!(p::Gru::new(#weights)) }
    }

    fn module(&self, input: &Type) -> Option<Module> {
        self.0.module("GRU", input)
    }

    fn explain(&self) -> String {
        self.0.explain("gru")
    }
}
