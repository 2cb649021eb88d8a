//! `flatten`: the encoder's layers side by side, as features.

use super::{At, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::emit::{Build, quote};
use crate::shape::{Axis, Feature, Type};
use crate::manual::Manual;

/// The layer axis goes into the features, earlier layers first.
#[derive(Debug, Clone, PartialEq)]
pub struct Flatten;

pub(super) const ROW: Row = Row {
    words: &["flatten"],
    block: false,
    read,
    manual: Manual {
        arguments: &[],
        about: "The layer axis goes into the features, earlier layers first: the concatenation of a token's vectors (Devlin et al. \
            2019, https://arxiv.org/abs/1810.04805, section 5.3).",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input layers;
take -2..;
flatten;
classifier: linear 2*hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::Flatten(Flatten))
}

impl Room for Flatten {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let (Some(count), Some(feature)) = (at.layers(input), at.feature(input)) else { return Type::Unknown };
        let Ok(size) = feature.size.times(&count) else { return Type::Unknown };
        at.cx.makes(at.span);
        input.replacing(&Axis::Layer(count), None).with_feature(Some(Feature { size, set: None }))
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        Rust { ty: build.ty("Flatten"), new: quote!(p::Flatten) }
    }

    fn explain(&self) -> String {
        "puts the encoder's layers side by side, earlier ones first".to_owned()
    }
}
