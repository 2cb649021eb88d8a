//! `lstm A->B`: each token after those before it.

use super::recurrent::{self, Recurrence};
use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::emit::{Build, quote};
use crate::tree::Module;
use crate::shape::Type;
use crate::manual::Manual;

/// A long short-term memory (Hochreiter and Schmidhuber 1997), with PyTorch's parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct Lstm(pub Recurrence);

pub(super) const ROW: Row = Row {
    words: &["lstm"],
    block: false,
    read,
    manual: Manual {
        arguments: recurrent::ARGUMENTS,
        about: "A long short-term memory over each text's own tokens (Hochreiter and Schmidhuber 1997), with the formulas and \
            parameters of PyTorch's `LSTM`. Padding is not read, and the backward direction starts at each text's own last token.",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input tokens;
lstm hidden -> 16, bidirectional;
classifier: linear 16 -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    recurrent::read(arguments).map(|recurrence| Layer::Lstm(Lstm(recurrence)))
}

impl Room for Lstm {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        self.0.infer(at, input)
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        self.0.weights(input, 4)
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let weights = self.0.rust(build);
        Rust { ty: build.ty("Lstm"), new: quote!(p::Lstm::new(#weights)) }
    }

    fn module(&self, input: &Type) -> Option<Module> {
        self.0.module("LSTM", input)
    }

    fn explain(&self) -> String {
        self.0.explain("lstm")
    }
}
