//! `entities`: runs of words under one label, as in B-PER I-PER.

use quote::quote;

use super::{Decode, Reading, Room, Row, unsuited, wants_features, wants_one};
use crate::check::{Arguments, Checker};
use crate::emit::Outlet;
use crate::ir::Labels;
use crate::losses::Outcome;

/// Runs of words whose labels say that they belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Entities;

pub(super) const ROW: Row = Row { word: "entities", form: "", read };

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Entities(Entities))
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
        let (p, x) = (outlet.root, outlet.first());
        let labels = outlet.labels().unwrap_or_default();
        let names = quote!(<#labels as #p::Label>::NAMES);
        Reading { call: quote!(#p::decode_entities(#x, #names, reading)?), ty: quote!(#p::Tagged<#labels>) }
    }

    fn explain(&self) -> String {
        "runs of words under one label, with their characters in the text, and the label of each word".to_owned()
    }
}
