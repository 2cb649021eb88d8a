//! `top_k N`: the likeliest words for each masked token.

use super::{Decode, Reading, Room, Row, unsuited, wants_one};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::dim::{Dim, Symbol};
use crate::emit::{Outlet, quote};
use crate::losses::Outcome;
use crate::manual::{Argument, Manual};

/// The vocabulary's likeliest entries at each masked token.
#[derive(Debug, Clone, PartialEq)]
pub struct TopK {
    /// How many.
    pub count: usize,
}

pub(super) const ROW: Row = Row {
    word: "top_k",
    read,
    manual: Manual {
        arguments: &[
            Argument::place("K", "how many answers a masked token gets").or("5"),
        ],
        about: "The K likeliest entries of the vocabulary at each mask token, by softmax(x), as the `fill-mask` pipeline of \
            transformers.",
        example: "\
input tokens;
dense: linear hidden -> hidden;
activation;
layer_norm;
decoder: linear hidden -> vocab, tied=word_embeddings;
loss cross_entropy;
decode top_k 3;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    let count = arguments.integer();
    if let Some(bad) = count.filter(|count| !(1..=1_000_000).contains(&count.node)) {
        arguments.error(Code::BadNumber, bad.span, format!("`top_k` gives one answer or more, and this is {}", bad.node));
        return None;
    }
    Some(Decode::TopK(TopK { count: count.map_or(5, |count| count.node as usize) }))
}

impl Room for TopK {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "top_k");
        let over_vocabulary = outcome.ty.feature().is_some_and(|feature| feature.size == Dim::symbol(Symbol::Vocab));
        if outcome.ty.tokens() != 1 {
            cx.teach_tokens(outcome.span, "`top_k` answers at each masked token", outcome.ty);
        } else if !over_vocabulary {
            let message = format!("`top_k` chooses words of the vocabulary, and this value is {}", outcome.ty);
            unsuited(cx, outcome, message, "end with `linear hidden -> vocab, tied=word_embeddings;`, or write `decode argmax;`");
        }
    }

    fn reads_masked(&self) -> bool {
        true
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x, count) = (outlet.root, outlet.first(), self.count);
        Reading { call: quote!(p::decode_top_k(#x, #count, reading)?), ty: quote!(#root::Vec<#root::MaskedToken>) }
    }

    fn explain(&self) -> String {
        match self.count {
            1 => "the likeliest word for each masked token, with its probability".to_owned(),
            count => format!("the {count} likeliest words for each masked token, with their probabilities"),
        }
    }
}
