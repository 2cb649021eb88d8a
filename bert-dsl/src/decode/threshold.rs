//! `threshold T`: every label whose probability is high enough.

use super::{Decode, Reading, Room, Row, unsuited, wants_features, wants_one};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::emit::{Outlet, quote};
use crate::losses::Outcome;
use crate::manual::{Argument, Manual};

/// The labels whose probability, each on its own, reaches a threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// The least probability.
    pub threshold: f64,
}

pub(super) const ROW: Row = Row {
    word: "threshold",
    read,
    manual: Manual {
        arguments: &[
            Argument::place("P", "the least probability").or("0.5"),
        ],
        about: "sigmoid(x) of each label on its own, and the labels whose probability is P or more.",
        example: "\
labels joy, anger, fear;
input pooled;
classifier: linear hidden -> labels;
loss bce;
decode threshold 0.3;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    let threshold = arguments.number();
    if let Some(bad) = threshold.filter(|threshold| !(0.0..=1.0).contains(&threshold.node)) {
        arguments.error(Code::BadNumber, bad.span, format!("a threshold is a probability from 0 to 1, and this is {}", bad.node));
        return None;
    }
    Some(Decode::Threshold(Threshold { threshold: threshold.map_or(0.5, |threshold| threshold.node) }))
}

impl Room for Threshold {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "threshold");
        wants_features(cx, outcome, "threshold");
        let known = outcome.ty.feature().is_none_or(|feature| outcome.set.is_some() || feature.size.as_number().is_some());
        if !known {
            let message = format!("`threshold` gives labels, and how many the last axis of {} has is not known here", outcome.ty);
            unsuited(cx, outcome, message, "end with `linear -> labels;`, or with a number of labels");
        }
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x, threshold) = (outlet.root, outlet.first(), self.threshold as f32);
        let labels = outlet.labels_or_numbers();
        let ty = outlet.per_token(quote!(#root::LabelSet<#labels>));
        Reading { call: quote!(p::decode_threshold(#x, #threshold, reading)?), ty }
    }

    fn explain(&self) -> String {
        format!("every label whose probability is {} or more, with the probability of each", self.threshold)
    }
}
