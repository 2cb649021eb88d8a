//! `at NAME`: the token at a given position.

use super::{At, Form, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::emit::{Build, quote};
use crate::ir::{self, GivenKind, Operand};
use crate::shape::{Axis, Type};
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// The vector of one token, whose position comes with the example.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenAt {
    /// The given position.
    pub position: [Spanned<Operand>; 1],
}

pub(super) const ROW: Row = Row {
    words: &["at"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("NAME", "a `given` position").of(Takes::Positions),
        ],
        about: "The vector of one token, whose position comes with the example (Soares et al. 2019, https://arxiv.org/abs/1906.03158, \
            read entities so).",
        example: "\
labels other, founded, born_in;
given subject: position;
input tokens;
at subject;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let Some(position) = arguments.operands().into_iter().next() else {
        arguments.missing("the name of a given position");
        return None;
    };
    let is_position = |name: &str| arguments.cx.givens.iter().any(|given| given.name == name && given.kind == GivenKind::Position);
    if !is_position(&position.name) && !position.ty.is_unknown() {
        let message = format!("`{}` is no position", position.name);
        let help = format!("declare one: `given {}: position;`", position.name);
        arguments.cx.report(Diagnostic::new(Code::Unsuited, position.span, message).help(help));
        return None;
    }
    Some(Layer::TokenAt(TokenAt { position: [position] }))
}

impl Room for TokenAt {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        if !at.one_layer(input) || !at.tokens(input) {
            return Type::Unknown;
        }
        at.cx.folds(at.span);
        input.replacing(&Axis::Token, None)
    }

    fn operands(&self) -> &[Spanned<Operand>] {
        &self.position
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn reads_row(&self) -> Option<ir::Row> {
        Some(ir::Row::At(self.position[0].name.clone()))
    }

    fn form(&self) -> Form {
        Form::Positioned
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        Rust { ty: build.ty("AtPosition"), new: quote!(p::AtPosition) }
    }

    fn explain(&self) -> String {
        format!("takes the vector of the token at `{}`", self.position[0].name)
    }
}
