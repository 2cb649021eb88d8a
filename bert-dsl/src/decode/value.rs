//! `value`: the numbers themselves.

use super::{Decode, Reading, Room, Row, wants_one};
use crate::check::{Arguments, Checker};
use crate::emit::{Outlet, quote};
use crate::losses::Outcome;
use crate::manual::Manual;

/// The numbers, or the probabilities that they are the logits of.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// What is made of a number.
    pub link: Link,
}

/// What is made of a number before it is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Nothing.
    Identity,
    /// Its sigmoid: it was the logit of a probability.
    Logit,
}

pub(super) const ROW: Row = Row {
    word: "value",
    read,
    manual: Manual {
        arguments: &[],
        about: "The number itself; implied by `bce` without a feature axis, its sigmoid.",
        example: "\
input pooled;
linear hidden -> 1;
squeeze;
loss mse;
decode value;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Value(Value { link: Link::Identity }))
}

impl Room for Value {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "value");
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x) = (outlet.root, outlet.first());
        let link = match self.link {
            Link::Identity => quote!(p::Link::Identity),
            Link::Logit => quote!(p::Link::Logit),
        };
        let one = if outlet.ty.feature().is_some() { quote!(#root::Vec<f32>) } else { quote!(f32) };
        Reading { call: quote!(p::decode_value(#x, #link, reading)?), ty: outlet.per_token(one) }
    }

    fn explain(&self) -> String {
        match self.link {
            Link::Identity => "the number itself".to_owned(),
            Link::Logit => "a probability".to_owned(),
        }
    }
}
