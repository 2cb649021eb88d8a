//! `viterbi`: the likeliest chain of labels.

use super::{Decode, Reading, Room, Row, unsuited, wants_one};
use crate::check::{Arguments, Checker};
use crate::emit::{Outlet, quote};
use crate::losses::Outcome;
use crate::manual::Manual;

/// The labels of a text that are likeliest together; with B- and I- names never an impossible chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Viterbi;

pub(super) const ROW: Row = Row {
    word: "viterbi",
    read,
    manual: Manual {
        arguments: &[],
        about: "The chain of labels with the highest score, by dynamic programming (Viterbi 1967) over the tokens' scores and those of \
            the layer `crf`. With B- and I- names an impossible chain never wins.",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input tokens;
classifier: linear hidden -> labels;
crf;
loss crf;
decode viterbi;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Viterbi(Viterbi))
}

impl Room for Viterbi {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "viterbi");
        if !outcome.ends_in_crf {
            let message = "`viterbi` reads the scores of the layer `crf`, and the pipeline does not end in one".to_owned();
            unsuited(cx, outcome, message, "write `crf;` as the pipeline's last layer, and `loss crf;`");
        }
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x, crf) = (outlet.root, outlet.first(), outlet.last_layer());
        let labels = outlet.labels_or_numbers();
        let names = quote!(<#labels as p::Label>::NAMES);
        let ty = match outlet.has_names {
            true => quote!(#root::Tagged<#labels>),
            false => quote!(#root::PerToken<#root::Classified<#labels>>),
        };
        Reading { call: quote!(p::decode_viterbi(&#crf, #x, #names, reading)?), ty }
    }

    fn explain(&self) -> String {
        "the labels of the words that are likeliest together, and the runs of words under one label".to_owned()
    }
}
