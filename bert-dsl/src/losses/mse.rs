//! `mse`: numbers should be near their targets.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::decode::{Decode, Link, Value};
use crate::emit::{Fragment, quote};
use crate::manual::Manual;

/// The mean squared difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Mse;

pub(super) const ROW: Row = Row {
    word: "mse",
    read,
    manual: Manual {
        arguments: &[],
        about: "(x - t)^2, the mean over all numbers, as PyTorch's `MSELoss`.",
        example: "\
input pooled;
linear hidden -> 1;
squeeze;
loss mse;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::Mse(Mse))
}

/// The target of a loss on numbers.
pub(super) fn number_target(outcome: &Outcome<'_>) -> Target {
    match outcome.ty.axes().len() {
        1 => Target::Number,
        _ => Target::Numbers,
    }
}

impl Room for Mse {
    /// It takes any numbers: a sigmoid before it bounds them, and is no mistake.
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "mse");
    }

    fn target(&self, outcome: &Outcome<'_>) -> Target {
        number_target(outcome)
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Value(Value { link: Link::Identity })
    }

    fn rust(&self) -> Fragment {
        quote!(p::Mse)
    }

    fn explain(&self) -> String {
        "mean squared error: each number should be near its target".to_owned()
    }
}
