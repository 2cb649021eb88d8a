//! `cross_entropy`: one of several is right.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Argmax, Decode, Entities, TopK};
use crate::diagnostic::Diagnostic;
use crate::dim::{Dim, Symbol};
use crate::emit::{Fragment, floats, quote};
use crate::ir::Wanted;
use crate::shape::Axis;
use crate::source::Spanned;
use crate::manual::{Argument, Manual};

/// The negative logarithm of the right one's probability.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossEntropy {
    /// The target that means that there is none.
    pub ignore: i64,
    /// By how much each label counts.
    pub class_weights: Option<Spanned<Vec<f64>>>,
    /// How much of the target is spread over all labels.
    pub smoothing: f64,
}

/// By how much labels count.
pub(super) const CLASS_WEIGHTS: Argument =
    Argument::key("class_weights", "[1, 4]", "by how much each label counts, in the labels' order").or("1 each");

pub(super) const ROW: Row = Row {
    word: "cross_entropy",
    read,
    manual: Manual {
        arguments: &[
            Argument::key("ignore", "-100", "the target that says that there is none").or("-100"),
            CLASS_WEIGHTS,
            Argument::key("smoothing", "0.1", "how much of the target is spread over all labels").or("0"),
        ],
        about: "-log softmax(x)[target], the mean over the targets that are not ignored, each weighted by its label's weight, as \
            PyTorch's `CrossEntropyLoss`. It implies `argmax`; over the vocabulary `top_k 5` at the masked tokens; for tokens with \
            labels such as `B-PER` `entities`.",
        example: "\
labels negative, positive;
input pooled;
classifier: linear hidden -> labels;
loss cross_entropy class_weights=[1, 4], smoothing=0.1;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    let ignore = arguments.integer_of("ignore").map_or(-100, |ignore| ignore.node);
    let class_weights = arguments.numbers_of("class_weights");
    let smoothing = arguments.number_of("smoothing");
    if let Some(bad) = smoothing.filter(|smoothing| !(0.0..1.0).contains(&smoothing.node)) {
        arguments.error(Code::BadNumber, bad.span, format!("`smoothing` is from 0 to below 1, and this is {}", bad.node));
    }
    Some(Loss::CrossEntropy(CrossEntropy { ignore, class_weights, smoothing: smoothing.map_or(0.0, |smoothing| smoothing.node) }))
}

fn over_vocabulary(outcome: &Outcome<'_>) -> bool {
    outcome.ty.feature().is_some_and(|feature| feature.size == Dim::symbol(Symbol::Vocab))
}

fn marks_runs(outcome: &Outcome<'_>) -> bool {
    outcome.set.is_some_and(|set| set.labels.mark_runs())
}

impl CrossEntropy {
    fn check_weights(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        match (&self.class_weights, outcome.ty.feature()) {
            (Some(weights), None) => {
                let message = format!("`class_weights` weighs labels, and the last axis of {} has none", outcome.ty);
                cx.report(Diagnostic::new(Code::LabelFit, weights.span, message).help("leave it out"));
            }
            (weights, _) => outcome.wants_each_label(cx, "class_weights", weights.as_ref()),
        }
    }
}

/// What is wrong with choosing one of this outcome's last axis, for the loss of this name.
pub(super) fn check_choice(cx: &mut Checker<'_>, outcome: &Outcome<'_>, word: &str) {
    outcome.wants_one(cx, word);
    outcome.wants_logits(cx, word);
    if !outcome.wants_labelled_places(cx, word) {
        return;
    }
    outcome.wants_whole_set(cx, word);
    if let Some(feature) = outcome.ty.feature() {
        cx.require_of_enum(&feature.size, Wanted::AtLeast(2), &format!("`{word}` chooses one of several"), outcome.span);
    }
    let without_tokens = outcome.ty.tokens() == 0;
    if without_tokens && over_vocabulary(outcome) {
        cx.teach_tokens(outcome.span, &format!("`{word}` over the vocabulary wants one answer for each masked token"), outcome.ty);
    } else if without_tokens && marks_runs(outcome) {
        let label = outcome.set.and_then(|set| set.labels.run_label()).unwrap_or_default();
        cx.teach_tokens(outcome.span, &format!("labels such as {label:?} want one answer a token"), outcome.ty);
    } else if outcome.ty.axes() == [Axis::Batch] {
        let message = format!("`{word}` chooses from the last axis, and this value, {}, has one number a text", outcome.ty);
        let help = "give a number for each label (`linear -> labels;` without `squeeze`), or write `loss mse;` or `loss bce;` for one number";
        cx.report(Diagnostic::new(Code::Features, outcome.span, message).help(help));
    } else if outcome.ty.feature().is_some_and(|feature| feature.size.as_number() == Some(1)) {
        let message = format!("`{word}` chooses from the last axis, and there is one to choose from");
        cx.report(Diagnostic::new(Code::Unsuited, outcome.span, message).help("write `squeeze;` and `loss bce;` for one yes or no"));
    }
}

/// The target of a loss that chooses one of the last axis.
pub(super) fn choice_target(outcome: &Outcome<'_>) -> Target {
    match (outcome.ty.tokens(), outcome.ty.feature().is_some(), outcome.set) {
        (2, true, Some(_)) => Target::PairLabels,
        (1, true, Some(_)) => Target::Tags,
        (1, true, None) => Target::TokenIds,
        (0, _, Some(_)) => Target::Label,
        _ => Target::Index,
    }
}

impl Room for CrossEntropy {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        check_choice(cx, outcome, "cross_entropy");
        self.check_weights(cx, outcome);
    }

    fn skips_unlabelled(&self) -> bool {
        self.ignore == -100
    }

    fn target(&self, outcome: &Outcome<'_>) -> Target {
        choice_target(outcome)
    }

    fn implies(&self, outcome: &Outcome<'_>) -> Decode {
        match outcome.ty.tokens() {
            1 if over_vocabulary(outcome) => Decode::TopK(TopK { count: 5 }),
            1 if marks_runs(outcome) => Decode::Entities(Entities::default()),
            _ => Decode::Argmax(Argmax),
        }
    }

    fn rust(&self) -> Fragment {
        let (ignore, smoothing) = (self.ignore, self.smoothing);
        let class_weights = floats(self.class_weights.as_deref().map(Vec::as_slice));
        quote!(p::CrossEntropy { ignore: #ignore, class_weights: #class_weights, smoothing: #smoothing })
    }

    fn explain(&self) -> String {
        "cross-entropy: one of the last axis is right, and its probability should be high".to_owned()
    }
}
