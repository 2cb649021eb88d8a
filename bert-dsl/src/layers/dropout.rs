//! `dropout P`: in training, numbers are left out at random.

use super::{At, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::emit::{Build, quote};
use crate::tree::{Module, python_float};
use crate::shape::Type;
use crate::source::Spanned;
use crate::manual::{Argument, Manual};

/// Numbers left out at random in training, the others scaled up.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropout {
    /// The probability; the encoder's own for heads where it is not written.
    pub p: Option<f64>,
}

pub(super) const ROW: Row = Row {
    words: &["dropout"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("P", "the probability with which a number is left out in training").or("the encoder's `classifier_dropout`, else its `hidden_dropout_prob`"),
        ],
        about: "In training each number is zero with probability P and is divided by 1 - P otherwise; in evaluation nothing happens \
            (Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html). The mask depends on the seed, the step, the \
            layer, the text and the place in it alone, and so never on the batch.",
        example: "\
labels negative, positive;
input pooled;
dropout 0.2;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let p = arguments.number();
    if let Some(p) = p {
        check_probability(arguments, p)?;
    }
    Some(Layer::Dropout(Dropout { p: p.map(|p| p.node) }))
}

/// A probability from 0 to below 1.
pub(super) fn check_probability(arguments: &mut Arguments<'_, '_>, p: Spanned<f64>) -> Option<()> {
    if (0.0..1.0).contains(&p.node) && !p.node.is_sign_negative() {
        return Some(());
    }
    arguments.error(Code::BadNumber, p.span, format!("a dropout is a probability from 0 to below 1, and this is {}", p.node));
    None
}

impl Room for Dropout {
    fn infer(&self, _at: &mut At<'_, '_>, input: &Type) -> Type {
        input.clone()
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn is_training_only(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let path = build.path();
        let probability = build.option(self.p);
        let probability = build.binder(quote!(dropout(#probability)));
        Rust { ty: build.ty("Dropout"), new: quote!(p::Dropout::new(#path, #probability)) }
    }

    fn module(&self, _input: &Type) -> Option<Module> {
        Some(Module::dropout(self.p.map_or_else(|| "classifier_dropout".to_owned(), python_float)))
    }

    fn explain(&self) -> String {
        match self.p {
            Some(p) => format!("leaves out {p} of the numbers at random, in training only"),
            None => "leaves out numbers at random, in training only, as often as the encoder's config says".to_owned(),
        }
    }
}
