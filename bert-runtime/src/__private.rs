//! All that generated code may name. Nothing here is for anyone else, and any of it may change.
#![allow(missing_docs)]

pub use std::borrow::Cow;
pub use std::boxed::Box;
pub use std::clone::Clone;
pub use std::cmp::{Eq, PartialEq};
pub use std::convert::{From, Into};
pub use std::fmt::{self, Debug, Display};
pub use std::hash::Hash;
pub use std::marker::Copy;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{Err, Ok};
pub use std::str::FromStr;
pub use std::string::{String, ToString};
pub use std::vec::Vec;
pub use std::{default, iter, vec};

pub use candle_core::Tensor;
pub use serde;

pub use crate::bind::{Binder, Setting, Size};
pub use crate::context::Context;
pub use crate::data::{Row, TaskExample};
pub use crate::decode::{
    Aggregation, Answers, At, Chosen, Classified, Decoded, Embedding, Entity, FromDecoded, IndexLabel, LabelSet, Link, MaskedToken, Parent,
    PerChoice, PerPair, PerToken, PossibleAnswers, Ranked, Reading, Tagged, decode_argmax, decode_embedding, decode_entities,
    decode_entities_by, decode_possible_span, decode_rank, decode_span, decode_tensor, decode_threshold, decode_top_k, decode_tree,
    decode_value, decode_viterbi, next_decoded,
};
pub use crate::encoder::{Demand, Encoded, Encoder, LayerChoice, Pieces, Pooler, RowChoice, Source, SourceDemand};
pub use crate::error::{Error, ErrorKind, Result};
pub use crate::head::{Head, IntoTargets, Label, Outcome, Purpose, Reads, Scoped, Target, Targets, Task, joined, labelled};
pub use crate::label::{deserialize_label, enum_size, label_name, parse_label, serialize_label};
pub use crate::layers::{
    Activation, Add, At as AtPosition, Attention, AttentionWeights, Biaffine, Bilinear, Concat, Conv, Crf, CustomLayer, Dropout, Flatten,
    Gru, LayerNorm, Linear, Lstm, Mix, Mul, MultiDropout, Normalize, Padding, Pool, PoolAttention, Recurrent, RmsNorm, Scale, Split,
    Squeeze, Sub, Take, Transformer, TransformerWeights, residual,
};
pub use crate::losses::Span as SpanLoss;
pub use crate::losses::Tree as TreeLoss;
pub use crate::losses::{
    Bce, Cosine, CrossEntropy, Focal, Huber, Kl, L1, Mse, Ordinal, Part, Ranking, Triplet, no_loss, some_parts, total,
};
pub use crate::module::Module;
pub use crate::parameter::{Init, Parameter};
pub use crate::targets::{Distribution, Distributions, IntoTarget, Labels, Pairs, Parents, Span, Tags, TokenTargets};
pub use crate::text::{Choices, Example, Position, Text};
pub use crate::value::{Rows, Value};

/// The traits whose methods generated code calls.
pub mod traits {
    pub use std::clone::Clone as _;
    pub use std::convert::From as _;
    pub use std::iter::{Extend as _, IntoIterator as _};

    pub use crate::layers::CustomLayer as _;
}

/// The outputs of a head, as many as it has.
///
/// # Errors
/// Another number of outputs, which only a hand-written head can give.
pub fn take_outputs<const N: usize>(outputs: Vec<Value>) -> Result<[Value; N]> {
    let found = outputs.len();
    outputs.try_into().map_err(|_| Error::new(ErrorKind::Input, format!("the head gave {found} outputs and its task has {N}")))
}

/// Says that a head has a label set.
pub fn bind_labels<L: Label>(binder: &mut Binder<'_>, set: &str) {
    binder.labels(set, L::NAMES, L::COUNT);
}

/// What makes an enum without fields a label set: each variant with its name, in the order of both, counted from 0.
#[macro_export]
#[doc(hidden)]
macro_rules! __labels {
    ($label:ident { $($variant:ident = $name:literal),* }) => {
        #[automatically_derived]
        impl $crate::__private::Label for $label {
            const NAMES: &'static [&'static str] = &[$($name),*];
            const COUNT: usize = <Self as $crate::__private::Label>::NAMES.len();
            fn from_index(index: usize) -> $crate::__private::Option<Self> {
                const ALL: &[$label] = &[$($label::$variant),*];
                ALL.get(index).copied()
            }
            fn index(self) -> usize {
                self as usize
            }
        }
        #[automatically_derived]
        impl $crate::__private::Display for $label {
            fn fmt(&self, f: &mut $crate::__private::fmt::Formatter<'_>) -> $crate::__private::fmt::Result {
                f.pad(&$crate::__private::label_name(*self))
            }
        }
        #[automatically_derived]
        impl $crate::__private::FromStr for $label {
            type Err = $crate::__private::Error;
            fn from_str(name: &str) -> $crate::__private::Result<Self> {
                $crate::__private::parse_label(name)
            }
        }
        #[automatically_derived]
        impl $crate::__private::serde::Serialize for $label {
            fn serialize<S: $crate::__private::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize_label(*self, serializer)
            }
        }
        #[automatically_derived]
        impl<'de> $crate::__private::serde::Deserialize<'de> for $label {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::deserialize_label(deserializer)
            }
        }
    };
}
pub use crate::__labels as labels;

/// What `#[derive(Example)]` says of its fields.
pub mod example;
/// What `#[derive(MultiTask)]` says of its fields.
pub mod multi_task;

/// The task of a head that has errors: it type-checks, and never runs.
#[macro_export]
#[doc(hidden)]
macro_rules! __stub_task {
    ($task:ident, $head:ident, $output:ident) => {
        impl p::Module for $head {
            fn class(&self) -> ::core::option::Option<p::String> {
                ::core::option::Option::None
            }
        }
        impl p::Head for $head {
            fn outputs(&self) -> p::Vec<&str> {
                p::Vec::new()
            }
            fn demand(&self, _: p::Purpose<'_>) -> p::Demand {
                p::Demand::default()
            }
            fn forward(&self, _: &p::Context, _: &p::Encoded) -> p::Result<p::Vec<p::Value>> {
                ::core::result::Result::Err(p::no_loss(""))
            }
            fn loss(&self, _: &p::Context, _: &[p::Value], _: &p::Targets) -> p::Result<p::Vec<p::Part>> {
                ::core::result::Result::Err(p::no_loss(""))
            }
            fn decode(&self, _: &[p::Value], _: &p::Reading<'_>) -> p::Result<p::Vec<p::Vec<p::Decoded>>> {
                ::core::result::Result::Err(p::no_loss(""))
            }
        }
        impl p::Task for $task {
            type Head = $head;
            type Input = p::Text;
            type Prediction = p::Unknown;
            type Output = $output;
            type Target = ();
            const NAME: &'static str = "";
            fn bind(_: &mut p::Binder<'_>) -> Self::Head {
                $head {}
            }
            fn output(_: p::Vec<p::Value>) -> p::Result<Self::Output> {
                ::core::result::Result::Err(p::no_loss(""))
            }
            fn prediction(_: p::Vec<p::Decoded>) -> p::Result<Self::Prediction> {
                ::core::result::Result::Err(p::no_loss(""))
            }
        }
    };
}
pub use crate::__stub_task as stub_task;

/// What the labels of a head that has errors can do: all that right ones can.
#[macro_export]
#[doc(hidden)]
macro_rules! __stub_label {
    ($root:path, $label:ident) => {
        const _: () = {
            use $root as p;
            impl p::Label for $label {
                const NAMES: &'static [&'static str] = &[];
                const COUNT: usize = 0;
                fn from_index(_: usize) -> ::core::option::Option<Self> {
                    ::core::option::Option::None
                }
                fn index(self) -> usize {
                    self as usize
                }
            }
            impl ::core::fmt::Display for $label {
                fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::result::Result::Ok(())
                }
            }
            impl p::serde::Serialize for $label {
                fn serialize<S: p::serde::Serializer>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> {
                    p::serialize_label(*self, serializer)
                }
            }
            impl<'de> p::serde::Deserialize<'de> for $label {
                fn deserialize<D: p::serde::Deserializer<'de>>(deserializer: D) -> ::core::result::Result<Self, D::Error> {
                    p::deserialize_label(deserializer)
                }
            }
            impl ::core::str::FromStr for $label {
                type Err = p::Error;
                fn from_str(_: &str) -> ::core::result::Result<Self, p::Error> {
                    ::core::result::Result::Err(p::no_loss(""))
                }
            }
        };
    };
}
pub use crate::__stub_label as stub_label;

/// The prediction of a head that has errors: nothing is known of it.
#[derive(Debug, Clone)]
pub struct Unknown;
