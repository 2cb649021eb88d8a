//! `embedding`: the vector itself.

use super::{Decode, Reading, Room, Row, wants_features, wants_one};
use crate::check::{Arguments, Checker};
use crate::emit::{Outlet, quote};
use crate::losses::Outcome;
use crate::manual::Manual;

/// One vector a text, or one a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding;

pub(super) const ROW: Row = Row {
    word: "embedding",
    read,
    manual: Manual {
        arguments: &[],
        about: "The vector itself, one a text or one a token, for comparing with others.",
        example: "\
input tokens;
pool mean;
normalize;
decode embedding;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Embedding(Embedding))
}

impl Room for Embedding {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "embedding");
        wants_features(cx, outcome, "embedding");
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x) = (outlet.root, outlet.first());
        Reading { call: quote!(p::decode_embedding(#x, reading)?), ty: outlet.per_token(quote!(#root::Embedding)) }
    }

    fn explain(&self) -> String {
        "the vector itself, to compare with others".to_owned()
    }
}
