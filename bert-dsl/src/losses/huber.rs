//! `huber delta=D`: numbers should be near their targets, with a bound on what one outlier can do.

use super::mse::number_target;
use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Decode, Link, Value};
use crate::emit::{Fragment, quote};
use crate::manual::{Argument, Manual};

/// Half the squared difference up to `delta`, and linear from there on, as PyTorch's `HuberLoss`.
#[derive(Debug, Clone, PartialEq)]
pub struct Huber {
    /// Where the square ends.
    pub delta: f64,
}

pub(super) const ROW: Row = Row {
    word: "huber",
    read,
    manual: Manual {
        arguments: &[
            Argument::key("delta", "1", "where the square ends and the line begins").or("1"),
        ],
        about: "(x - t)^2 / 2 up to delta, delta (|x - t| - delta / 2) from there on, the mean over all numbers, as PyTorch's \
            `HuberLoss` (Huber 1964).",
        example: "\
input pooled;
linear hidden -> 1;
squeeze;
loss huber delta=2;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    let delta = arguments.number_of("delta");
    if let Some(bad) = delta.filter(|delta| delta.node <= 0.0) {
        arguments.error(Code::BadNumber, bad.span, format!("`delta` is above 0, and this is {}", bad.node));
    }
    Some(Loss::Huber(Huber { delta: delta.map_or(1.0, |delta| delta.node) }))
}

impl Room for Huber {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "huber");
    }

    fn target(&self, outcome: &Outcome<'_>) -> Target {
        number_target(outcome)
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Value(Value { link: Link::Identity })
    }

    fn rust(&self) -> Fragment {
        let delta = self.delta;
        quote!(p::Huber { delta: #delta })
    }

    fn explain(&self) -> String {
        "Huber loss: each number should be near its target, and one outlier counts for little".to_owned()
    }
}
