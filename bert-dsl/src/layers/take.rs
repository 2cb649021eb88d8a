//! `take K`, `take A..B`: one of the encoder's layers, or a slice of them.

use std::fmt::{self, Display, Formatter};

use super::{At, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::emit::{Build, Fragment, quote};
use crate::shape::{Axis, Type};
use crate::manual::{Argument, Manual};

/// One layer or some; numbers below zero count from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// The layer of this number: the layer axis goes.
    One(i64),
    /// Those from the first number to before the second.
    Range(Option<i64>, Option<i64>),
}

pub(super) const ROW: Row = Row {
    words: &["take"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("K", "the number of a layer: 0 is the embeddings, below zero counts from the end"),
            Argument::place("A..B", "the layers from A to before B; either end may be left out").instead(),
        ],
        about: "One of the encoder's layers, or a slice of them, as Python's `hidden_states[K]` and `hidden_states[A:B]`. What lies \
            past the ends is an error when the head is bound.",
        example: "\
labels negative, positive;
input layers;
take -2;
pool mean;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    if let Some(range) = arguments.range() {
        let (from, to) = range?;
        return Some(Layer::Take(Take::Range(from, to)));
    }
    let Some(number) = arguments.integer() else {
        arguments.missing("the number of a layer, or a range");
        return None;
    };
    Some(Layer::Take(Take::One(number.node)))
}

impl Take {
    /// The expression that makes it.
    pub(crate) fn made(self) -> Fragment {
        let end = |number: Option<i64>| match number {
            Some(number) => quote!(p::Some(#number)),
            None => quote!(p::None),
        };
        match self {
            Self::One(number) => quote!(p::Take::one(#number)),
            Self::Range(from, to) => {
                let (from, to) = (end(from), end(to));
                quote!(p::Take::range(#from, #to))
            }
        }
    }

    /// How many layers there must be, at least.
    fn needs(self) -> i64 {
        let reach = |number: i64, is_end: bool| match number {
            0.. if is_end => number,
            0.. => number + 1,
            _ => -number,
        };
        match self {
            Self::One(number) => reach(number, false),
            Self::Range(from, to) => from.map_or(1, |from| reach(from, false)).max(to.map_or(1, |to| reach(to, true))),
        }
    }

    /// How many layers a range leaves of `count`.
    fn size(from: Option<i64>, to: Option<i64>, count: &Dim) -> Option<Dim> {
        let place = |number: i64| match number {
            0.. => Some(Dim::number(number.into())),
            _ => count.plus(&Dim::number(number.into())).ok(),
        };
        let start = from.map_or(Some(Dim::number(0)), place)?;
        let end = to.map_or_else(|| Some(count.clone()), place)?;
        end.minus(&start).ok()
    }
}

impl Display for Take {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let end = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
        match self {
            Self::One(number) => number.fmt(f),
            Self::Range(from, to) => write!(f, "{}..{}", end(*from), end(*to)),
        }
    }
}

impl Room for Take {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let Some(count) = at.layers(input) else { return Type::Unknown };
        at.cx.require_at_least(&count, self.needs().into());
        match self {
            Self::One(_) => input.replacing(&Axis::Layer(count), None),
            Self::Range(from, to) => match Self::size(*from, *to, &count) {
                Some(size) if size.as_number().is_none_or(|size| size > 0) => input.replacing(&Axis::Layer(count), Some(Axis::Layer(size))),
                _ => {
                    let message = format!("{} takes no layer at all", at.written());
                    at.cx.report(Diagnostic::new(Code::BadNumber, at.span, message).help("write the lower end first, as in `take -4..`"));
                    Type::Unknown
                }
            },
        }
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        Rust { ty: build.ty("Take"), new: self.made() }
    }

    fn explain(&self) -> String {
        match self {
            Self::One(number) => format!("takes the encoder's layer {number}"),
            Self::Range(..) => "takes some of the encoder's layers".to_owned(),
        }
    }
}
