//! `normalize`: the features as a vector of length 1.

use super::{At, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::emit::{Build, quote};
use crate::shape::Type;
use crate::manual::Manual;

/// The features over their Euclidean length.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalize;

pub(super) const ROW: Row = Row {
    words: &["normalize"],
    block: false,
    read,
    manual: Manual {
        arguments: &[],
        about: "x / max(|x|, 1e-12): the features over their Euclidean length, as PyTorch's `normalize`. A dot product of two such \
            vectors is their cosine.",
        example: "\
input tokens;
pool mean;
normalize;
decode embedding;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::Normalize(Normalize))
}

impl Room for Normalize {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        match at.feature(input) {
            Some(_) => input.clone(),
            None => Type::Unknown,
        }
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        Rust { ty: build.ty("Normalize"), new: quote!(p::Normalize) }
    }

    fn explain(&self) -> String {
        "brings the features to a vector of length 1, so that a dot product of two is the cosine between them".to_owned()
    }
}
