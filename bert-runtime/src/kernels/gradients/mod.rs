//! The gradients of what the kernels beside this folder compute, on panels too: each file is named as the one whose gradients it has.
//!
//! Sums over rows are made in parts of a fixed size, and the parts added in order, so that gradients do not depend on threads.

pub(crate) mod activation;
pub(crate) mod attention;
pub(crate) mod embedding;
pub(crate) mod norm;
pub(crate) mod product;

/// The gradients of a weight and its bias.
pub(crate) struct Pair {
    pub(crate) weight: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}
