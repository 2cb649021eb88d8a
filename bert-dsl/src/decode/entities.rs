//! `entities`: runs of words under one label, as in B-PER I-PER.

use super::{Decode, Reading, Room, Row, unsuited, wants_features, wants_one};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::emit::{Name, Outlet, quote};
use crate::ir::Labels;
use crate::losses::Outcome;
use crate::manual::{Argument, Manual};

/// Runs of words whose labels say that they belong together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entities {
    /// Whose scores decide for a word of several pieces.
    pub strategy: Strategy,
}

/// Whose scores decide for a word of several pieces, as Hugging Face's pipelines call it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strategy {
    /// Each piece's own.
    Simple,
    /// Its first piece's.
    #[default]
    First,
    /// The mean of its pieces'.
    Average,
    /// Its surest piece's.
    Max,
}

pub(super) const ROW: Row = Row {
    word: "entities",
    read,
    manual: Manual {
        arguments: &[
            Argument::key("strategy", "first", "whose scores decide for a word of several pieces").one_of(&["simple", "first", "average", "max"]).or("first"),
        ],
        about: "Runs of words whose labels say that they belong together, as the `token-classification` pipeline of transformers \
            aggregates them: a `B-` label, or one of another kind, starts a run.",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input tokens;
classifier: linear hidden -> labels;
loss cross_entropy;
decode entities strategy=average;
",
    },
};

const STRATEGIES: &[(&str, Strategy)] =
    &[("simple", Strategy::Simple), ("first", Strategy::First), ("average", Strategy::Average), ("max", Strategy::Max)];

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    let Some(found) = arguments.word_of("strategy") else { return Some(Decode::Entities(Entities::default())) };
    let known = STRATEGIES.iter().find(|(word, _)| *word == found.node);
    if known.is_none() {
        let all = STRATEGIES.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
        arguments.error(Code::BadArgument, found.span, format!("`strategy` is one of {all}, and not `{}`", found.node));
    }
    known.map(|(_, strategy)| Decode::Entities(Entities { strategy: *strategy }))
}

impl Room for Entities {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "entities");
        wants_features(cx, outcome, "entities");
        if outcome.ty.tokens() != 1 {
            return cx.teach_tokens(outcome.span, "`entities` joins the labels of words", outcome.ty);
        }
        match outcome.set.map(|set| &set.labels) {
            Some(Labels::Named(_) | Labels::Enum(_)) => {}
            Some(Labels::Count(_)) | None => {
                let message = "`entities` reads the labels' names, and these labels have none".to_owned();
                unsuited(cx, outcome, message, "name them: `labels \"O\", \"B-PER\", \"I-PER\";` and `linear -> labels;`");
            }
        }
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x) = (outlet.root, outlet.first());
        let labels = outlet.labels().unwrap_or_default();
        let names = quote!(<#labels as p::Label>::NAMES);
        let strategy = Name(format!("{:?}", self.strategy));
        let call = quote!(p::decode_entities_by(#x, #names, p::Aggregation::#strategy, reading)?);
        Reading { call, ty: quote!(#root::Tagged<#labels>) }
    }

    fn explain(&self) -> String {
        "runs of words under one label, with their characters in the text, and the label of each word".to_owned()
    }
}
