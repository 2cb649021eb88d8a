//! `rank`: how many thresholds are passed.

use super::{Decode, Reading, Room, Row, wants_one};
use crate::check::{Arguments, Checker};
use crate::emit::{Outlet, quote};
use crate::losses::{Outcome, check_thresholds};
use crate::manual::Manual;

/// The number of thresholds that are passed, as a label of the set.
#[derive(Debug, Clone, PartialEq)]
pub struct Rank;

pub(super) const ROW: Row = Row {
    word: "rank",
    read,
    manual: Manual {
        arguments: &[],
        about: "The number of thresholds whose probability, sigmoid(x), is above one half.",
        example: "\
labels 5;
input pooled;
classifier: linear hidden -> labels - 1;
loss ordinal;
decode rank;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Rank(Rank))
}

impl Room for Rank {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "rank");
        check_thresholds(cx, outcome, "rank");
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x) = (outlet.root, outlet.first());
        let labels = outlet.labels_or_numbers();
        Reading { call: quote!(p::decode_rank(#x, reading)?), ty: quote!(#root::Ranked<#labels>) }
    }

    fn explain(&self) -> String {
        "the rank: how many thresholds are passed".to_owned()
    }
}
