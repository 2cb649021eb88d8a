//! `multi_dropout N, p=P { .. }`: in training, the mean of a block's results on several dropout masks.

use super::{At, Form, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::emit::{Build, quote};
use crate::shape::Type;
use crate::manual::{Argument, Manual};

/// A block on several dropout masks, averaged, in training; once in evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiDropout {
    /// How many masks.
    pub count: usize,
    /// The probability of each.
    pub p: f64,
}

pub(super) const ROW: Row = Row {
    words: &["multi_dropout"],
    block: true,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("N", "how many masks"),
            Argument::key("p", "P", "the probability with which each mask leaves a number out"),
        ],
        about: "The block on N dropout masks, averaged, in training; once in evaluation (Inoue 2019, \
            https://arxiv.org/abs/1905.09788).",
        example: "\
labels 5;
input pooled;
multi_dropout 5, p=0.3 { classifier: linear hidden -> labels - 1; }
loss ordinal;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let count = arguments.integer();
    let p = arguments.number_of("p");
    let Some(count) = count else {
        arguments.missing("a number of masks");
        return None;
    };
    let Some(p) = p else {
        arguments.missing("a probability, as in `p=0.3`,");
        return None;
    };
    if !(1..=1000).contains(&count.node) {
        arguments.error(Code::BadNumber, count.span, format!("a number of masks is from 1 to 1000, and this is {}", count.node));
        return None;
    }
    super::dropout::check_probability(arguments, p)?;
    Some(Layer::MultiDropout(MultiDropout { count: count.node as usize, p: p.node }))
}

impl Room for MultiDropout {
    fn infer(&self, _at: &mut At<'_, '_>, input: &Type) -> Type {
        input.clone()
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn is_training_only(&self) -> bool {
        true
    }

    fn form(&self) -> Form {
        Form::Sampled
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let (path, count, probability) = (build.path(), self.count, self.p);
        Rust { ty: build.ty("MultiDropout"), new: quote!(p::MultiDropout::new(#path, #count, #probability)) }
    }

    fn explain(&self) -> String {
        format!("runs the block on {} dropout masks and takes the mean, in training; once in evaluation", self.count)
    }
}
