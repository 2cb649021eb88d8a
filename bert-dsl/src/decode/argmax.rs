//! `argmax`: the most probable of the last axis.

use super::{Decode, Reading, Room, Row, unsuited, wants_one};
use crate::check::{Arguments, Checker};
use crate::emit::{Outlet, quote};
use crate::losses::Outcome;
use crate::shape::Axis;
use crate::manual::Manual;

/// The one with the highest score, and the score of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Argmax;

pub(super) const ROW: Row = Row {
    word: "argmax",
    read,
    manual: Manual {
        arguments: &[],
        about: "softmax(x) over the last axis, and the label whose probability is highest.",
        example: "\
labels negative, positive;
input pooled;
classifier: linear hidden -> labels;
decode argmax;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Argmax(Argmax))
}

impl Room for Argmax {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "argmax");
        if outcome.ty.axes() == [Axis::Batch] {
            let message = format!("`argmax` chooses from the last axis, and this value, {}, has one number a text", outcome.ty);
            unsuited(cx, outcome, message, "write `decode value;`");
        }
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x) = (outlet.root, outlet.first());
        let one = match outlet.labels() {
            Some(labels) => quote!(#root::Classified<#labels>),
            None => quote!(#root::Chosen),
        };
        let per_token = outlet.ty.feature().is_some();
        let over_pairs = outlet.ty.tokens() == 2;
        let ty = match (per_token, over_pairs) {
            (true, _) => outlet.per_token(one),
            (false, true) => quote!(#root::PerToken<#one>),
            (false, false) => one,
        };
        Reading { call: quote!(p::decode_argmax(#x, reading)?), ty }
    }

    fn explain(&self) -> String {
        "the one with the highest score, with the score of each".to_owned()
    }
}
