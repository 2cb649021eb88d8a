//! `cosine`: how alike two texts are.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::decode::{Decode, Embedding};
use crate::emit::{Fragment, quote};
use crate::manual::Manual;

/// Rows 2i and 2i+1 are a pair: (cosine - target)^2.
#[derive(Debug, Clone, PartialEq)]
pub struct Cosine;

pub(super) const ROW: Row = Row {
    word: "cosine",
    read,
    manual: Manual {
        arguments: &[],
        about: "(cos(a, b) - t)^2 of rows 2i and 2i+1, the mean over the pairs, as `CosineSimilarityLoss` of Sentence Transformers \
            (Reimers and Gurevych 2019, https://arxiv.org/abs/1908.10084).",
        example: "\
input tokens;
pool mean;
loss cosine;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::Cosine(Cosine))
}

impl Room for Cosine {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "cosine");
        outcome.wants_vector(cx, "cosine");
    }

    fn together(&self) -> usize {
        2
    }

    fn target(&self, _outcome: &Outcome<'_>) -> Target {
        Target::Number
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Embedding(Embedding)
    }

    fn rust(&self) -> Fragment {
        quote!(p::Cosine)
    }

    fn explain(&self) -> String {
        "cosine loss: the cosine of a pair of texts should be near its target".to_owned()
    }
}
