//! `bce`: each label is right or wrong on its own.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::decode::{Decode, Link, Threshold, Value};
use crate::emit::{Fragment, floats, quote};
use crate::source::Spanned;
use crate::manual::{Argument, Manual};

/// Binary cross-entropy of each label, or of one number.
#[derive(Debug, Clone, PartialEq)]
pub struct Bce {
    /// By how much a label that is there counts more than one that is not.
    pub pos_weight: Option<Spanned<Vec<f64>>>,
}

pub(super) const ROW: Row = Row {
    word: "bce",
    read,
    manual: Manual {
        arguments: &[
            Argument::key("pos_weight", "[1, 4]", "by how much a label that is there counts more than one that is not").or("1 each"),
        ],
        about: "-w t log sigmoid(x) - (1 - t) log(1 - sigmoid(x)), the mean over all numbers, as PyTorch's `BCEWithLogitsLoss`. \
            Without a feature axis it implies `value`, the probability.",
        example: "\
labels joy, anger, fear;
input pooled;
classifier: linear hidden -> labels;
loss bce;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::Bce(Bce { pos_weight: arguments.numbers_of("pos_weight") }))
}

impl Room for Bce {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "bce");
        outcome.wants_logits(cx, "bce");
        outcome.wants_whole_set(cx, "bce");
        outcome.wants_each_label(cx, "pos_weight", self.pos_weight.as_ref());
    }

    fn target(&self, outcome: &Outcome<'_>) -> Target {
        let alone = outcome.ty.axes().len() == if outcome.ty.feature().is_some() { 2 } else { 1 };
        match (alone, outcome.ty.feature(), outcome.set) {
            (true, Some(_), Some(_)) => Target::Labels,
            (true, None, _) => Target::Number,
            _ => Target::Numbers,
        }
    }

    fn implies(&self, outcome: &Outcome<'_>) -> Decode {
        match outcome.ty.feature() {
            Some(_) => Decode::Threshold(Threshold { threshold: 0.5 }),
            None => Decode::Value(Value { link: Link::Logit }),
        }
    }

    fn rust(&self) -> Fragment {
        let pos_weight = floats(self.pos_weight.as_deref().map(Vec::as_slice));
        quote!(p::Bce { pos_weight: #pos_weight })
    }

    fn explain(&self) -> String {
        "binary cross-entropy: each label is there or not, whatever the others are".to_owned()
    }
}
