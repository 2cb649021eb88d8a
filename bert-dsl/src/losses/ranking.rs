//! `ranking scale=S`: each text should be nearest to its partner.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Decode, Embedding};
use crate::emit::{Fragment, quote};
use crate::manual::{Argument, Manual};

/// Rows 2i and 2i+1 belong together: the dot products of each first row with every second one, times a scale, under cross-entropy.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// What the dot products are multiplied by.
    pub scale: f64,
}

pub(super) const ROW: Row = Row {
    word: "ranking",
    read,
    manual: Manual {
        arguments: &[Argument::key("scale", "20", "what the dot products are multiplied by").or("20")],
        about: "Rows 2i and 2i+1 belong together: the cross-entropy, in one direction, of each first row's own partner among all \
            second rows, by scaled dot products (Henderson et al. 2017, https://arxiv.org/abs/1705.00652; \
            `MultipleNegativesRankingLoss` of Sentence Transformers).",
        example: "\
input tokens;
pool mean;
normalize;
loss ranking scale=20;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    let scale = arguments.number_of("scale");
    if let Some(bad) = scale.filter(|scale| scale.node <= 0.0) {
        arguments.error(Code::BadNumber, bad.span, format!("`scale` is above 0, and this is {}", bad.node));
    }
    Some(Loss::Ranking(Ranking { scale: scale.map_or(20.0, |scale| scale.node) }))
}

impl Room for Ranking {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "ranking");
        outcome.wants_vector(cx, "ranking");
    }

    fn targets(&self) -> usize {
        0
    }

    fn together(&self) -> usize {
        2
    }

    fn target(&self, _outcome: &Outcome<'_>) -> Target {
        Target::Nothing
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Embedding(Embedding)
    }

    fn rust(&self) -> Fragment {
        let scale = self.scale;
        quote!(p::Ranking { scale: #scale })
    }

    fn explain(&self) -> String {
        "ranking: of all second texts of a batch, a first text's own partner should be the nearest".to_owned()
    }
}
