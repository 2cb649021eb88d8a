//! `span`: a first and a last token.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Decode, Span};
use crate::diagnostic::Diagnostic;
use crate::emit::{Fragment, quote};
use crate::manual::Manual;

/// The mean of two cross-entropies over tokens: where an answer starts, and where it ends.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanLoss;

pub(super) const ROW: Row = Row {
    word: "span",
    read,
    manual: Manual {
        arguments: &[],
        about: "The mean of the cross-entropies of the first and of the last token, each over a text's own tokens, as \
            `BertForQuestionAnswering` of transformers. A target past the end is ignored.",
        example: "\
input tokens;
qa_outputs: linear hidden -> 2;
split start, end;
loss span;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::SpanLoss(SpanLoss))
}

/// What is wrong with pointing at tokens here; the decode of this name asks the same.
pub(crate) fn check_pointers(cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
    if outcome.ty.tokens() != 1 {
        cx.teach_tokens(outcome.span, "`span` points at a first and a last token", outcome.ty);
    } else if outcome.outputs != 2 || outcome.ty.feature().is_some() {
        let message = format!("`span` reads two outputs of one number a token, and this pipeline gives {} of {}", outcome.outputs, outcome.ty);
        let help = "end the pipeline with `linear -> 2; split start, end;`";
        cx.report(Diagnostic::new(Code::Unsuited, outcome.span, message).help(help));
    }
}

impl Room for SpanLoss {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_logits(cx, "span");
        check_pointers(cx, outcome);
    }

    fn targets(&self) -> usize {
        2
    }

    fn target(&self, _outcome: &Outcome<'_>) -> Target {
        Target::Span
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Span(Span { max_len: 30, best: 1, no_answer: false })
    }

    fn rust(&self) -> Fragment {
        quote!(p::SpanLoss)
    }

    fn explain(&self) -> String {
        "two cross-entropies over the tokens: one is the answer's first, one its last".to_owned()
    }
}
