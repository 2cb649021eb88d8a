//! `biaffine a, b ->N`: every pair of tokens.

use super::{At, Form, Layer, Room, Row, Rust, Weight, combined};
use crate::check::Arguments;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::explain::Cost;
use crate::ir::{Init, Operand};
use crate::tree::Module;
use crate::shape::{Axis, Feature, Type};
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// `s[i, j, n] = [a_i; 1] W_n [b_j; 1]` (Dozat and Manning 2017).
#[derive(Debug, Clone, PartialEq)]
pub struct Biaffine {
    /// The two values.
    pub values: Vec<Spanned<Operand>>,
    /// The size that it gives.
    pub to: Spanned<Feature>,
}

pub(super) const ROW: Row = Row {
    words: &["biaffine"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("a, b -> N", "two named values with a token axis, and how many numbers a pair gets").of(Takes::Values),
        ],
        about: "s[i, j, n] = [a_i; 1] W_n [b_j; 1] for every pair of tokens (Dozat and Manning 2017, \
            https://arxiv.org/abs/1611.01734). The one at the end of each vector holds the biases.",
        example: "\
input tokens;
let child = { linear hidden -> 16; relu; }
let parent = { linear hidden -> 16; relu; }
biaffine child, parent -> 1;
squeeze;
loss tree;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let (values, to) = combined::read_pair(arguments)?;
    Some(Layer::Biaffine(Biaffine { values, to }))
}

impl Room for Biaffine {
    fn infer(&self, at: &mut At<'_, '_>, _input: &Type) -> Type {
        let axes = combined::axes(at, &self.values, true);
        if axes.is_unknown() || !at.one_layer(&axes) || !at.tokens(&axes) || self.values.iter().any(|value| at.feature(&value.ty).is_none()) {
            return Type::Unknown;
        }
        at.cx.makes(self.to.span);
        let pairs = axes.positions().iter().cloned().chain([Axis::Token, Axis::Feature(self.to.node.clone())]);
        Type::Axes(pairs.collect())
    }

    fn weights(&self, _input: &Type) -> Vec<Weight> {
        let one = Dim::number(1);
        let sizes = self.values.iter().filter_map(|value| value.ty.feature()?.size.plus(&one).ok());
        let shape = std::iter::once(self.to.size.clone()).chain(sizes).collect();
        vec![Weight::new("weight", shape, Init::Normal)]
    }

    fn operands(&self) -> &[Spanned<Operand>] {
        &self.values
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn form(&self) -> Form {
        Form::Combined
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let weight = build.weight("weight");
        Rust { ty: build.ty("Biaffine"), new: quote!(p::Biaffine::new(#weight)) }
    }

    fn cost(&self, input: &Type) -> Option<Cost> {
        let row = Cost::of_matrices(&self.weights(input)).ok()?.row;
        let other = self.values.get(1)?.ty.feature()?.size.plus(&Dim::number(1)).ok()?;
        Some(Cost { row, pair: other.times(&self.to.size).ok()? })
    }

    fn module(&self, _input: &Type) -> Option<Module> {
        Some(Module::leaf("Biaffine()"))
    }

    fn explain(&self) -> String {
        format!("scores every pair of tokens, with {} numbers a pair", self.to.size)
    }
}
