//! `l1`: numbers should be near their targets, outliers no worse than others.

use super::mse::number_target;
use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::decode::{Decode, Link, Value};
use crate::emit::{Fragment, quote};
use crate::manual::Manual;

/// The mean absolute difference.
#[derive(Debug, Clone, PartialEq)]
pub struct L1;

pub(super) const ROW: Row = Row {
    word: "l1",
    read,
    manual: Manual {
        arguments: &[],
        about: "|x - t|, the mean over all numbers, as PyTorch's `L1Loss`.",
        example: "\
input pooled;
linear hidden -> 1;
squeeze;
loss l1;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::L1(L1))
}

impl Room for L1 {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "l1");
    }

    fn target(&self, outcome: &Outcome<'_>) -> Target {
        number_target(outcome)
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Value(Value { link: Link::Identity })
    }

    fn rust(&self) -> Fragment {
        quote!(p::L1)
    }

    fn explain(&self) -> String {
        "mean absolute error: each number should be near its target".to_owned()
    }
}
