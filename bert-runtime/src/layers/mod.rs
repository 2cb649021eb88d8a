//! The layers that heads are made of: the arithmetic, with its gradient, of each word in the language.
//!
//! Every layer is composed of candle's own differentiable operations, so that training reaches whatever lies below it.
//! Candle's fused layer norm and softmax drop gradients in silence: the first is never used here, the second only where
//! no gradient is wanted.

mod activation;
mod add;
mod at;
mod attention;
pub(crate) mod attention_dropout;
mod biaffine;
mod bilinear;
mod concat;
mod conv;
mod crf;
mod custom;
mod dropout;
mod flatten;
mod gru;
pub(crate) mod heads;
mod layer_norm;
mod linear;
mod lstm;
mod mix;
mod mul;
mod multi_dropout;
mod normalize;
mod pool;
mod pool_attention;
mod precision;
mod product;
pub(crate) mod ragged;
mod recurrent;
mod residual;
mod rms_norm;
mod scale;
mod split;
mod squeeze;
mod steps;
mod sub;
mod take;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod transformer;

pub use activation::Activation;
pub use add::Add;
pub use at::At;
pub use attention::{Attention, AttentionWeights};
pub use biaffine::Biaffine;
pub use bilinear::Bilinear;
pub use concat::Concat;
pub use conv::{Conv, Padding};
pub use crf::Crf;
pub use custom::CustomLayer;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use gru::Gru;
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use lstm::Lstm;
pub use mix::Mix;
pub use mul::Mul;
pub use multi_dropout::MultiDropout;
pub use normalize::Normalize;
pub use pool::Pool;
pub use pool_attention::PoolAttention;
pub use recurrent::Recurrent;
pub use residual::residual;
pub use rms_norm::RmsNorm;
pub use scale::Scale;
pub use split::Split;
pub use squeeze::Squeeze;
pub use sub::Sub;
pub use take::Take;
pub use transformer::{Transformer, TransformerWeights};

pub(crate) use activation::{log_softmax, softmax, softplus};
pub(crate) use bert_dsl::tree::python_float;
pub(crate) use crf::Labelled;
pub(crate) use layer_norm::LayerNormNumbers;
pub(crate) use linear::LinearNumbers;
pub(crate) use precision::wide;
