//! `kl`: a whole distribution is the target.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Argmax, Decode};
use crate::diagnostic::Diagnostic;
use crate::emit::{Fragment, quote};
use crate::manual::Manual;

/// The Kullback-Leibler divergence of the last axis from the target's distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Kl;

pub(super) const ROW: Row = Row {
    word: "kl",
    read,
    manual: Manual {
        arguments: &[],
        about: "The sum of t (log t - log softmax(x)) over the last axis, the mean over what is left, as PyTorch's `KLDivLoss` with \
            `batchmean`: a teacher's distribution is the target (Hinton et al. 2015, https://arxiv.org/abs/1503.02531).",
        example: "\
labels negative, positive;
input pooled;
classifier: linear hidden -> labels;
loss kl;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::Kl(Kl))
}

impl Room for Kl {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "kl");
        outcome.wants_logits(cx, "kl");
        if outcome.ty.axes().len() == 1 {
            let message = format!("`kl` compares distributions over the last axis, and this value is {}", outcome.ty);
            cx.report(Diagnostic::new(Code::Features, outcome.span, message).help("leave the `squeeze` out"));
        }
    }

    fn target(&self, _outcome: &Outcome<'_>) -> Target {
        Target::Distribution
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Argmax(Argmax)
    }

    fn rust(&self) -> Fragment {
        quote!(p::Kl)
    }

    fn explain(&self) -> String {
        "Kullback-Leibler divergence: the probabilities should be those of the target".to_owned()
    }
}
