//! `ordinal`: ranks, by the thresholds between them.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Decode, Rank};
use crate::diagnostic::Diagnostic;
use crate::emit::Root;
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
    let ranks = outcome.set.and_then(|set| set.labels.count());
    let size = outcome.ty.feature().and_then(|feature| feature.size.as_number());
    let (message, help) = match (size, ranks) {
        (None, _) => (format!("`{word}` reads a list of thresholds, and this value is {}", outcome.ty), "end with `linear -> labels - 1;`"),
        (Some(_), None) => (format!("`{word}` counts the ranks of a label set, and the last axis is none's"), "declare `labels 5;` and end with `linear -> labels - 1;`"),
        (Some(size), Some(ranks)) if size + 1 != i128::from(ranks) => {
            (format!("{ranks} ranks have {} thresholds, and this value has {size} numbers", ranks - 1), "end with `linear -> labels - 1;`")
        }
        _ => return,
    };
    cx.report(Diagnostic::new(Code::LabelFit, outcome.span, message).help(help));
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

    fn rust(&self, root: &Root) -> TokenStream {
        quote!(#root::Ordinal)
    }

    fn explain(&self) -> String {
        "ordinal loss: each threshold is passed or not, so that near ranks are near misses".to_owned()
    }
}
