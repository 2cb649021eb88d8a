//! `span max_len=L, best=N`: the likeliest stretches of the text.

use super::{Decode, Reading, Room, Row};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::emit::{Outlet, quote};
use crate::losses::{Outcome, check_pointers};
use crate::source::Spanned;
use crate::manual::{Argument, Manual};

/// The best pairs of a first and a last token.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The most tokens of an answer.
    pub max_len: usize,
    /// How many answers.
    pub best: usize,
    /// Whether there may be no answer, as the first token's score says.
    pub no_answer: bool,
}

pub(super) const ROW: Row = Row {
    word: "span",
    read,
    manual: Manual {
        arguments: &[
            Argument::key("max_len", "30", "the most tokens of an answer").or("30"),
            Argument::key("best", "3", "how many answers").or("1"),
            Argument::flag("no_answer", "whether there may be no answer, as the first token's scores say"),
        ],
        about: "The pairs of a first and a last token whose scores have the largest sums, as the `question-answering` pipeline of \
            transformers, and what they span of the original text. With `no_answer` the first token's pair competes with them \
            (SQuAD 2.0, Rajpurkar et al. 2018, https://arxiv.org/abs/1806.03822).",
        example: "\
input tokens;
qa_outputs: linear hidden -> 2;
split start, end;
loss span;
decode span max_len=10, best=3, no_answer;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    let (max_len, best) = (arguments.integer_of("max_len"), arguments.integer_of("best"));
    let (max_len, best) = (positive(arguments, "max_len", max_len, 30), positive(arguments, "best", best, 1));
    let no_answer = arguments.flag("no_answer", false);
    Some(Decode::Span(Span { max_len: max_len?, best: best?, no_answer }))
}

fn positive(arguments: &mut Arguments<'_, '_>, key: &str, found: Option<Spanned<i64>>, default: usize) -> Option<usize> {
    let Some(found) = found else { return Some(default) };
    let number = usize::try_from(found.node).ok().filter(|number| (1..=1_000_000).contains(number));
    if number.is_none() {
        arguments.error(Code::BadNumber, found.span, format!("`{key}` is 1 or more, and this is {}", found.node));
    }
    number
}

impl Room for Span {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        check_pointers(cx, outcome);
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, max_len, best) = (outlet.root, self.max_len, self.best);
        let (start, end) = (outlet.output(0), outlet.output(1));
        match self.no_answer {
            false => Reading { call: quote!(p::decode_span(#start, #end, #max_len, #best, reading)?), ty: quote!(#root::Answers) },
            true => {
                let call = quote!(p::decode_possible_span(#start, #end, #max_len, #best, reading)?);
                Reading { call, ty: quote!(#root::PossibleAnswers) }
            }
        }
    }

    fn explain(&self) -> String {
        let none = if self.no_answer { ", or that none answers" } else { "" };
        match (self.best, self.max_len) {
            (1, most) => format!("the likeliest stretch of the text of {most} tokens at most, with its characters{none}"),
            (best, most) => format!("the {best} likeliest stretches of the text of {most} tokens at most, with their characters{none}"),
        }
    }
}
