//! Task heads for BERT, declared in a few lines, on one shared encoder.
//!
//! A head is written in the head language, with `head!` or `#[derive(BertHead)]`, and becomes a [`Task`]: a typed module,
//! its labels, its input and its prediction; `#[derive(MultiTask)]` makes one task of several. [`BertFor`] is a task's whole model; [`Bert`] is an encoder that is opened
//! once for several heads. The [`guide`] begins at the beginning: what a downstream task is, which output of the encoder it reads, and why.
//!
//! | where | what |
//! | --- | --- |
//! | [`model`] | opening models, predictions, several heads in one pass, raw outputs |
//! | [`text`] | what is read: texts, pairs, words and choices, and their tokens |
//! | [`decode`] | what is predicted: labels, entities, answers, embeddings, numbers |
//! | [`targets`] | what is trained towards |
//! | [`data`], [`train`], [`save`] | examples from files, training on them, and leaving in Hugging Face's layout |
//! | [`metrics`] | how good predictions are |
//! | [`encoder`], [`layers`], [`losses`] | the arithmetic, on candle tensors |
//! | [`device`] | where it runs: the processor, or a GPU |
//! | [`interpret`] | heads that are read when the program runs, on the same layers |
//! | [`weights`], [`bind`], [`config`] | checkpoints, and how heads get their tensors |
//!
//! All errors are one type, [`Error`], which says what is wrong, where, and what to do.
#![deny(missing_docs)]
#![deny(unsafe_code)]

#[doc(hidden)]
pub mod __private;
pub mod bind;
pub mod config;
pub mod context;
pub mod data;
pub mod decode;
pub mod device;
mod disk;
pub mod encoder;
mod error;
mod freeze;
mod gpu;
#[cfg(any(doc, doctest))]
pub mod guide;
pub mod head;
pub mod interpret;
mod kernels;
pub mod label;
pub mod layers;
pub mod losses;
pub mod metrics;
pub mod model;
mod module;
mod padding;
mod parameter;
pub mod save;
pub mod targets;
#[cfg(test)]
mod testing;
pub mod text;
pub mod train;
pub mod value;
pub mod weights;

#[cfg(feature = "bench")]
#[doc(hidden)]
pub use kernels::bench as __kernels;

pub use bert_macros::{BertHead, Example, Labels, MultiTask, head};
pub use candle_core::{DType, Device, Tensor};
pub use context::Context;
pub use error::{Error, ErrorKind, Result};
pub use head::{Head, Label, Reads, Task};
pub use interpret::{DynamicHead, Registry};
pub use model::{Bert, BertFor, BertOptions, DynamicBert, Predicted};
pub use module::{Module, all_parameters, print_tree};
pub use parameter::{Init, Parameter, ParameterSource};
pub use save::{ModelCard, SaveOptions};
pub use text::{Choices, Text};
pub use train::{Trained, Trainer};
pub use value::{Layout, Rows, Value};

/// The README's examples, as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
