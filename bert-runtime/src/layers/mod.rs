//! The layers that heads are made of: the arithmetic, with its gradient, of each word in the language.
//!
//! Every layer is composed of candle's own differentiable operations, so that training reaches whatever lies below it.
//! Candle's fused layer norm and softmax drop gradients in silence: the first is never used here, the second only where
//! no gradient is wanted.

mod activation;
mod add;
mod concat;
mod dropout;
mod layer_norm;
mod linear;
mod mul;
mod normalize;
mod pool;
mod pool_attention;
mod precision;
mod print;
pub(crate) mod ragged;
mod residual;
mod rms_norm;
mod scale;
mod split;
mod squeeze;
mod sub;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use activation::Activation;
pub use add::Add;
pub use concat::Concat;
pub use dropout::Dropout;
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use mul::Mul;
pub use normalize::Normalize;
pub use pool::Pool;
pub use pool_attention::PoolAttention;
pub use residual::residual;
pub use rms_norm::RmsNorm;
pub use scale::Scale;
pub use split::Split;
pub use squeeze::Squeeze;
pub use sub::Sub;

pub(crate) use activation::{log_softmax, softmax, softplus};
pub(crate) use precision::wide;
pub(crate) use print::python_float;
