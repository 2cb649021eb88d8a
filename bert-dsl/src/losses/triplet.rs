//! `triplet margin=M`: nearer to the like than to the unlike.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Decode, Embedding};
use crate::emit::{Fragment, quote};
use crate::manual::{Argument, Manual};

/// Rows 3i, 3i+1, 3i+2 are an anchor, a like and an unlike text: the first two should be nearer, by a margin.
#[derive(Debug, Clone, PartialEq)]
pub struct Triplet {
    /// By how much.
    pub margin: f64,
}

pub(super) const ROW: Row = Row {
    word: "triplet",
    read,
    manual: Manual {
        arguments: &[Argument::key("margin", "1", "how much nearer the like text should be").or("1")],
        about: "max(|a - p| - |a - n| + margin, 0) of rows 3i, 3i+1 and 3i+2: an anchor, a like and an unlike text; the mean over the \
            triplets, as PyTorch's `TripletMarginLoss` (Schroff et al. 2015, https://arxiv.org/abs/1503.03832).",
        example: "\
input tokens;
pool mean;
loss triplet margin=0.5;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    let margin = arguments.number_of("margin");
    if let Some(bad) = margin.filter(|margin| margin.node <= 0.0) {
        arguments.error(Code::BadNumber, bad.span, format!("`margin` is above 0, and this is {}", bad.node));
    }
    Some(Loss::Triplet(Triplet { margin: margin.map_or(1.0, |margin| margin.node) }))
}

impl Room for Triplet {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "triplet");
        outcome.wants_vector(cx, "triplet");
    }

    fn targets(&self) -> usize {
        0
    }

    fn together(&self) -> usize {
        3
    }

    fn target(&self, _outcome: &Outcome<'_>) -> Target {
        Target::Nothing
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Embedding(Embedding)
    }

    fn rust(&self) -> Fragment {
        let margin = self.margin;
        quote!(p::Triplet { margin: #margin })
    }

    fn explain(&self) -> String {
        "triplet loss: a text should be nearer to one that is like it than to one that is not".to_owned()
    }
}
