//! `residual { .. }`: a block's result on top of what it was given.

use super::{At, Form, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::emit::{Build, quote};
use crate::shape::Type;
use crate::manual::Manual;

/// x + block(x).
#[derive(Debug, Clone, PartialEq)]
pub struct Residual;

pub(super) const ROW: Row = Row {
    words: &["residual"],
    block: true,
    read,
    manual: Manual {
        arguments: &[],
        about: "x + block(x); the block must keep the axes (He et al. 2016, https://arxiv.org/abs/1512.03385).",
        example: "\
labels negative, positive;
input pooled;
residual { down: linear hidden -> 8; relu; up: linear 8 -> hidden; }
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::Residual(Residual))
}

impl Room for Residual {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let given = at.outer.clone();
        if given.is_unknown() || input.is_unknown() {
            return given;
        }
        let reason = "`residual` adds its block's result to what the block was given, so both have one shape";
        if given.positions() != input.positions() || given.feature().is_some() != input.feature().is_some() {
            let message = format!("this block makes {input} of {given}");
            let help = "keep the axes inside the block, or use `let` and `concat` instead";
            at.cx.report(Diagnostic::new(Code::AxesDiffer, at.span, message).because(reason).help(help));
            return given;
        }
        if let (Some(before), Some(after)) = (given.feature(), input.feature())
            && let Err((before, after)) = at.cx.require(&before.size, &after.size, at.span)
        {
            let message = format!("this block makes {after} features of {before}");
            let help = format!("end the block with `linear -> {before};`");
            at.cx.report(Diagnostic::new(Code::SizeMismatch, at.span, message).because(reason).help(help));
        }
        given
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn form(&self) -> Form {
        Form::Block
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        Rust { ty: build.ty("Residual"), new: quote!(p::residual) }
    }

    fn explain(&self) -> String {
        "adds the block's result to what the block was given".to_owned()
    }
}
