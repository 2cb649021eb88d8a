//! No decode: the tensor as it is.

use super::{Decode, Reading, Room, Row};
use crate::check::{Arguments, Checker};
use crate::emit::{Outlet, quote};
use crate::losses::Outcome;
use crate::manual::Manual;

/// The outputs as tensors: where a pipeline has neither a loss nor a decode.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor;

/// It has no word: it is what is left where nothing is written.
pub(super) const ROW: Row = Row {
    word: "",
    read,
    manual: Manual {
        arguments: &[],
        about: "Where a pipeline has neither a loss nor a decode, the tensor is the prediction. It has no word.",
        example: "\
input pooled;
linear hidden -> 2;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Tensor(Tensor))
}

impl Room for Tensor {
    fn check(&self, _cx: &mut Checker<'_>, _outcome: &Outcome<'_>) {}

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x) = (outlet.root, outlet.first());
        Reading { call: quote!(p::decode_tensor(#x, reading)?), ty: quote!(#root::Tensor) }
    }

    fn explain(&self) -> String {
        "the tensor itself".to_owned()
    }
}
