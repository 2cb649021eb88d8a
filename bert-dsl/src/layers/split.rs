//! `split a, b, ..`: each feature becomes an output of its own.

use super::{At, Form, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::shape::Type;
use crate::source::Spanned;
use crate::manual::{Argument, Manual};

/// The last axis as named outputs.
#[derive(Debug, Clone, PartialEq)]
pub struct Split {
    /// The outputs' names.
    pub names: Vec<Spanned<String>>,
}

pub(super) const ROW: Row = Row {
    words: &["split"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("a, b, ..", "the names of the outputs, one for each feature"),
        ],
        about: "The last axis, of as many numbers, as named outputs. No layer follows.",
        example: "\
input tokens;
qa_outputs: linear hidden -> 2;
split start, end;
loss span;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let names: Vec<_> = arguments.names().into_iter().map(|name| Spanned::new(name.node.to_owned(), name.span)).collect();
    if names.len() < 2 {
        arguments.missing("the names of two outputs or more");
        return None;
    }
    Some(Layer::Split(Split { names }))
}

impl Room for Split {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let Some(feature) = at.feature(input) else { return Type::Unknown };
        let count = self.names.len();
        if let Err((found, _)) = at.cx.require(&feature.size, &Dim::number(count as i128), at.span) {
            let message = format!("`split` names {count} outputs, and the last axis of {input} has {found}");
            let made = at.cx.made();
            let help = format!("give as many features before it: `linear -> {count};`");
            at.cx.report(Diagnostic::new(Code::SizeMismatch, at.span, message).also(made, "its size is given here").help(help));
        }
        input.with_feature(None)
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn form(&self) -> Form {
        Form::Several
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let count = self.names.len();
        Rust { ty: build.ty("Split"), new: quote!(p::Split::new(#count)) }
    }

    fn explain(&self) -> String {
        let names = self.names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        format!("takes each feature as an output of its own: {names}")
    }
}
