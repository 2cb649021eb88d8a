//! The encoder's pass in training on the CPU: packed rows through fused kernels, and back through their gradients.
//!
//! It gives what the modules' `forward` give by candle's operations, as a few blocks of the graph. What the way back needs is kept in panels;
//! where computing again is cheaper, nothing is kept.

mod embeddings;
mod layer;

pub(super) use embeddings::embeddings;
pub(super) use layer::{LayerKept, layer};
