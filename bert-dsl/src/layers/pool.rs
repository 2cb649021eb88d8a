//! `pool KIND`: the tokens of a text become one vector.

use super::pool_attention::PoolAttention;
use super::{At, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::emit::{Build, Name, quote};
use crate::ir;
use crate::rust_names::camel;
use crate::shape::Type;
use crate::manual::{Argument, Manual};

/// A fold of the token axis, padding aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// The mean of the tokens.
    Mean,
    /// The largest of each feature.
    Max,
    /// The first token.
    First,
    /// Each text's own last token.
    Last,
    /// The sum of the tokens.
    Sum,
    /// The sum over the root of the number of tokens.
    MeanSqrt,
}

const KINDS: &[(&str, Option<Pool>)] = &[
    ("mean", Some(Pool::Mean)),
    ("max", Some(Pool::Max)),
    ("first", Some(Pool::First)),
    ("last", Some(Pool::Last)),
    ("sum", Some(Pool::Sum)),
    ("mean_sqrt", Some(Pool::MeanSqrt)),
    ("attention", None),
];

pub(super) const ROW: Row = Row {
    words: &["pool"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("KIND", "what is made of the tokens").one_of(&["mean", "max", "first", "last", "sum", "mean_sqrt", "attention"]),
        ],
        about: "Folds the token axis into one vector a text. Padding never counts: `last` is each text's own last token, `mean` \
            divides by its number of tokens, and `mean_sqrt` by the root of that number (Reimers and Gurevych 2019, \
            https://arxiv.org/abs/1908.10084, compare them). `attention` has a page of its own.",
        example: "\
input tokens;
pool mean;
normalize;
loss ranking;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let words: Vec<&'static str> = KINDS.iter().map(|(word, _)| *word).collect();
    let errors = arguments.cx.errors();
    let Some(found) = arguments.one_of(&words) else {
        if arguments.cx.errors() == errors {
            arguments.missing("a kind such as `mean`");
        }
        return None;
    };
    let kind = KINDS.iter().find(|(word, _)| *word == found).and_then(|(_, kind)| *kind);
    Some(kind.map_or(Layer::PoolAttention(PoolAttention), Layer::Pool))
}

/// The axes of a value whose tokens are folded.
pub(super) fn folded(at: &mut At<'_, '_>, input: &Type) -> Type {
    let Some(axis) = at.sequence(input) else { return Type::Unknown };
    at.cx.folds(at.span);
    input.replacing(&axis, None)
}

impl Pool {
    fn word(self) -> &'static str {
        KINDS.iter().find(|(_, kind)| *kind == Some(self)).map_or("", |(word, _)| word)
    }
}

impl Room for Pool {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        folded(at, input)
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn reads_row(&self) -> Option<ir::Row> {
        match self {
            Self::First => Some(ir::Row::First),
            Self::Last => Some(ir::Row::Last),
            Self::Mean | Self::Max | Self::Sum | Self::MeanSqrt => None,
        }
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let kind = Name(camel(self.word()));
        Rust { ty: build.ty("Pool"), new: quote!(p::Pool::#kind) }
    }

    fn explain(&self) -> String {
        let what = match self {
            Self::Mean => "takes the mean of the tokens' vectors",
            Self::Max => "takes the largest of each feature over the tokens",
            Self::First => "takes the first token's vector",
            Self::Last => "takes each text's own last token's vector",
            Self::Sum => "adds the tokens' vectors",
            Self::MeanSqrt => "adds the tokens' vectors and divides by the root of their number",
        };
        format!("{what}: one vector a text")
    }
}
