//! `squeeze`: the last axis, of size 1, goes.

use super::{At, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::shape::Type;
use crate::manual::Manual;

/// A single feature as a plain number.
#[derive(Debug, Clone, PartialEq)]
pub struct Squeeze;

pub(super) const ROW: Row = Row {
    words: &["squeeze"],
    block: false,
    read,
    manual: Manual {
        arguments: &[],
        about: "Takes the last axis, of size 1, away: one plain number is left.",
        example: "\
input pooled;
linear hidden -> 1;
squeeze;
loss mse;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::Squeeze(Squeeze))
}

impl Room for Squeeze {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let Some(feature) = at.feature(input) else { return Type::Unknown };
        if let Err((found, _)) = at.cx.require(&feature.size, &Dim::number(1), at.span) {
            let message = format!("`squeeze` takes away an axis of size 1, and the last axis of {input} has {found}");
            let made = at.cx.made();
            let help = "give one feature before it: `linear -> 1;`";
            at.cx.report(Diagnostic::new(Code::SizeMismatch, at.span, message).also(made, "its size is given here").help(help));
        }
        input.with_feature(None)
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        Rust { ty: build.ty("Squeeze"), new: quote!(p::Squeeze) }
    }

    fn explain(&self) -> String {
        "takes the single feature as a plain number".to_owned()
    }
}
