//! `mul a, b`: multiplies two named values number by number.

use super::{At, Form, Layer, Room, Row, Rust, combined};
use crate::check::Arguments;
use crate::emit::{Build, quote};
use crate::explain::Cost;
use crate::dim::Dim;
use crate::ir::Operand;
use crate::shape::Type;
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// The product of two named values, number by number.
#[derive(Debug, Clone, PartialEq)]
pub struct Mul(pub Vec<Spanned<Operand>>);

pub(super) const ROW: Row = Row {
    words: &["mul"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("a, b", "two named values of equal axes").of(Takes::Values),
        ],
        about: "a * b, number by number.",
        example: "\
labels negative, positive;
input tokens;
let mean = { pool mean; }
let max = { pool max; }
mul mean, max;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    combined::read(arguments, Some(2)).map(|operands| Layer::Mul(Mul(operands)))
}

impl Room for Mul {
    fn infer(&self, at: &mut At<'_, '_>, _input: &Type) -> Type {
        combined::axes(at, &self.0, false)
    }

    fn operands(&self) -> &[Spanned<Operand>] {
        &self.0
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn form(&self) -> Form {
        Form::Combined
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        Rust { ty: build.ty("Mul"), new: quote!(p::Mul) }
    }

    fn cost(&self, _input: &Type) -> Option<Cost> {
        Some(Cost::of_row(self.0.first()?.ty.feature().map_or_else(|| Dim::number(1), |feature| feature.size.clone())))
    }

    fn explain(&self) -> String {
        "multiplies two named values number by number".to_owned()
    }
}
