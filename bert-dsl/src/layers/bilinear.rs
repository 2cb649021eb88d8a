//! `bilinear a, b ->N`: each pair of features of two named values.

use super::{At, Form, Layer, Room, Row, Rust, Weight, combined};
use crate::check::Arguments;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::ir::{Init, Operand};
use crate::tree::{Module, features};
use crate::shape::{Feature, Type};
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// `a W_n b + bias`, as PyTorch's `Bilinear`.
#[derive(Debug, Clone, PartialEq)]
pub struct Bilinear {
    /// The two values.
    pub values: Vec<Spanned<Operand>>,
    /// The size that it gives.
    pub to: Spanned<Feature>,
}

pub(super) const ROW: Row = Row {
    words: &["bilinear"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("a, b -> N", "two named values of equal axes but for the features, and the size that comes out").of(Takes::Values),
        ],
        about: "y_n = a W_n b + bias_n, as PyTorch's `Bilinear`.",
        example: "\
labels negative, positive;
input tokens;
let first = { pool first; }
let mean = { pool mean; }
bilinear first, mean -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let (values, to) = combined::read_pair(arguments)?;
    Some(Layer::Bilinear(Bilinear { values, to }))
}

impl Room for Bilinear {
    fn infer(&self, at: &mut At<'_, '_>, _input: &Type) -> Type {
        let axes = combined::axes(at, &self.values, true);
        if axes.is_unknown() || self.values.iter().any(|value| at.feature(&value.ty).is_none()) {
            return Type::Unknown;
        }
        at.cx.makes(self.to.span);
        axes.with_feature(Some(self.to.node.clone()))
    }

    fn weights(&self, _input: &Type) -> Vec<Weight> {
        let to = self.to.size.clone();
        let sizes = self.values.iter().map(|value| value.ty.feature().map_or_else(Dim::hidden, |feature| feature.size.clone()));
        let shape = std::iter::once(to.clone()).chain(sizes).collect();
        vec![Weight::new("weight", shape, Init::Normal), Weight::new("bias", vec![to], Init::Zeros)]
    }

    fn operands(&self) -> &[Spanned<Operand>] {
        &self.values
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn form(&self) -> Form {
        Form::Combined
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let (weight, bias) = (build.weight("weight"), build.weight("bias"));
        Rust { ty: build.ty("Bilinear"), new: quote!(p::Bilinear::new(#weight, #bias)) }
    }

    fn module(&self, _input: &Type) -> Option<Module> {
        let [left, right] = [0, 1].map(|number| self.values.get(number).map_or_else(Dim::hidden, |value| features(&value.ty)));
        Some(Module::leaf(format!("Bilinear(in1_features={left}, in2_features={right}, out_features={}, bias=True)", self.to.size)))
    }

    fn explain(&self) -> String {
        format!("weighs each pair of features of the two values, for {} new features", self.to.size)
    }
}
