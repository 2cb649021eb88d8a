//! `ordinal`: ranks, by the thresholds between them.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Decode, Rank};
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::emit::{Fragment, quote};
use crate::manual::Manual;

/// The mean binary cross-entropy of "above threshold k": R ranks have R - 1 thresholds.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordinal;

pub(super) const ROW: Row = Row {
    word: "ordinal",
    read,
    manual: Manual {
        arguments: &[],
        about: "The mean binary cross-entropy of \"the rank is above k\" for each threshold k: R ranks have R - 1 of them (Frank and \
            Hall 2001; Cao et al. 2020, https://arxiv.org/abs/1901.07884).",
        example: "\
labels 5;
input pooled;
classifier: linear hidden -> labels - 1;
loss ordinal;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::Ordinal(Ordinal))
}

/// What is wrong with reading ranks here; the decode `rank` asks the same.
pub(crate) fn check_thresholds(cx: &mut Checker<'_>, outcome: &Outcome<'_>, word: &str) {
    if outcome.ty.tokens() > 0 {
        return cx.teach_whole(outcome.span, &format!("`{word}` ranks whole texts"), outcome.ty);
    }
    let size = outcome.ty.feature().map(|feature| &feature.size);
    let (message, help) = match (size, outcome.set_size) {
        (None, _) => (format!("`{word}` reads a list of thresholds, and this value is {}", outcome.ty), "end with `linear -> labels - 1;`"),
        (Some(_), None) => (format!("`{word}` counts the ranks of a label set, and the last axis is none's"), "declare `labels 5;` and end with `linear -> labels - 1;`"),
        (Some(size), Some(ranks)) if !is_one_less(size, ranks) => {
            let thresholds = ranks.minus(&Dim::number(1)).unwrap_or_else(|_| ranks.clone());
            (format!("{} ranks have {} thresholds, and this value has {} numbers", ranks.shown(), thresholds.shown(), size.shown()), "end with `linear -> labels - 1;`")
        }
        _ => return,
    };
    cx.report(Diagnostic::new(Code::LabelFit, outcome.span, message).help(help));
}

fn is_one_less(size: &Dim, ranks: &Dim) -> bool {
    ranks.minus(size).is_ok_and(|difference| difference.as_number() == Some(1))
}

impl Room for Ordinal {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "ordinal");
        outcome.wants_logits(cx, "ordinal");
        check_thresholds(cx, outcome, "ordinal");
    }

    fn target(&self, _outcome: &Outcome<'_>) -> Target {
        Target::Rank
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Rank(Rank)
    }

    fn rust(&self) -> Fragment {
        quote!(p::Ordinal)
    }

    fn explain(&self) -> String {
        "ordinal loss: each threshold is passed or not, so that near ranks are near misses".to_owned()
    }
}
