//! `tree`: a parent for each token.

use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Decode, Tree};
use crate::diagnostic::Diagnostic;
use crate::emit::{Fragment, quote};
use crate::manual::Manual;

/// Cross-entropy over the tokens of a text: one of them is a token's parent, the root's is itself.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeLoss;

pub(super) const ROW: Row = Row {
    word: "tree",
    read,
    manual: Manual {
        arguments: &[],
        about: "The cross-entropy of each token's parent among the text's own tokens; the root's parent is itself (Dozat and Manning \
            2017, https://arxiv.org/abs/1611.01734).",
        example: "\
input tokens;
let child = { linear hidden -> 16; relu; }
let parent = { linear hidden -> 16; relu; }
biaffine child, parent -> 1;
squeeze;
loss tree;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    Some(Loss::TreeLoss(TreeLoss))
}

/// What is wrong with reading a tree here; the decode of this name asks the same.
pub(crate) fn check_pairs(cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
    if outcome.ty.tokens() != 2 || outcome.ty.feature().is_some() {
        let message = format!("`tree` reads one score for each pair of tokens, and this value is {}", outcome.ty);
        let help = "end with `biaffine child, parent -> 1; squeeze;` on two named values";
        cx.report(Diagnostic::new(Code::Unsuited, outcome.span, message).help(help));
    }
}

impl Room for TreeLoss {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        outcome.wants_one(cx, "tree");
        outcome.wants_logits(cx, "tree");
        check_pairs(cx, outcome);
    }

    fn target(&self, _outcome: &Outcome<'_>) -> Target {
        Target::Parents
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Tree(Tree)
    }

    fn rust(&self) -> Fragment {
        quote!(p::TreeLoss)
    }

    fn explain(&self) -> String {
        "cross-entropy over parents: one token is each token's parent".to_owned()
    }
}
