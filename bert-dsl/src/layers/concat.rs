//! `concat a, b, ..`: the features of named values side by side.

use super::{At, Form, Layer, Room, Row, Rust, combined};
use crate::check::Arguments;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::ir::Operand;
use crate::shape::{Feature, Type};
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// The features of named values, one after the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Concat(pub Vec<Spanned<Operand>>);

pub(super) const ROW: Row = Row {
    words: &["concat"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("a, b, ..", "two named values or more, of equal axes but for the features").of(Takes::Values),
        ],
        about: "The features of named values, one after the other, as PyTorch's `cat` along the last axis.",
        example: "\
labels negative, positive;
input tokens;
let mean = { pool mean; }
let max = { pool max; }
concat mean, max;
classifier: linear 2*hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    combined::read(arguments, None).map(|operands| Layer::Concat(Concat(operands)))
}

impl Room for Concat {
    fn infer(&self, at: &mut At<'_, '_>, _input: &Type) -> Type {
        let axes = combined::axes(at, &self.0, true);
        if axes.is_unknown() || self.0.iter().any(|operand| at.feature(&operand.ty).is_none()) {
            return Type::Unknown;
        }
        let mut sizes = self.0.iter().filter_map(|operand| operand.ty.feature());
        let sum = sizes.try_fold(Dim::number(0), |sum, feature| sum.plus(&feature.size));
        at.cx.makes(at.span);
        sum.map_or(Type::Unknown, |size| axes.with_feature(Some(Feature { size, set: None })))
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
        Rust { ty: build.ty("Concat"), new: quote!(p::Concat) }
    }

    fn explain(&self) -> String {
        "puts the features of the named values side by side".to_owned()
    }
}
