//! `add a, b`: adds two named values.

use super::{At, Form, Layer, Room, Row, Rust, combined};
use crate::check::Arguments;
use crate::emit::{Build, quote};
use crate::ir::Operand;
use crate::shape::Type;
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// The sum of two named values.
#[derive(Debug, Clone, PartialEq)]
pub struct Add(pub Vec<Spanned<Operand>>);

pub(super) const ROW: Row = Row {
    words: &["add"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("a, b", "two named values of equal axes").of(Takes::Values),
        ],
        about: "a + b, number by number.",
        example: "\
labels negative, positive;
input tokens;
let mean = { pool mean; }
let max = { pool max; }
add mean, max;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    combined::read(arguments, Some(2)).map(|operands| Layer::Add(Add(operands)))
}

impl Room for Add {
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
        Rust { ty: build.ty("Add"), new: quote!(p::Add) }
    }

    fn explain(&self) -> String {
        "adds two named values".to_owned()
    }
}
