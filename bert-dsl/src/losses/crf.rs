//! `crf`: the labels of a text as one chain.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Decode, Viterbi};
use crate::diagnostic::Diagnostic;
use crate::emit::{Fragment, quote};
use crate::manual::Manual;

/// The negative logarithm of the right chain's probability; the scores are those of the layer `crf`.
#[derive(Debug, Clone, PartialEq)]
pub struct CrfLoss;

pub(super) const ROW: Row = Row {
    word: "crf",
    read,
    manual: Manual {
        arguments: &[],
        about: "The negative logarithm of the right chain's probability among all chains of labels (Lafferty et al. 2001), the mean \
            over the texts; a text without any target adds nothing. The scores of what follows what are those of the layer `crf`. \
            Pieces of words that carry no target are no part of the chain.",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input tokens;
classifier: linear hidden -> labels;
crf;
loss crf;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::CrfLoss(CrfLoss))
}

impl Room for CrfLoss {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "crf");
        if outcome.ty.tokens() != 1 {
            cx.teach_tokens(outcome.span, "`crf` chains the labels of tokens", outcome.ty);
        } else if !outcome.ends_in_crf {
            let message = "`loss crf` reads the scores of the layer `crf`, and the pipeline does not end in one";
            cx.report(Diagnostic::new(Code::Unsuited, outcome.span, message).help("write `crf;` as the pipeline's last layer"));
        }
    }

    fn target(&self, outcome: &Outcome<'_>) -> Target {
        if outcome.set.is_some() { Target::Tags } else { Target::TokenIds }
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Viterbi(Viterbi)
    }

    /// The layer itself computes it.
    fn rust(&self) -> Fragment {
        quote!()
    }

    fn is_of_last_layer(&self) -> bool {
        true
    }

    fn explain(&self) -> String {
        "a conditional random field: the labels of a text are right together".to_owned()
    }
}
