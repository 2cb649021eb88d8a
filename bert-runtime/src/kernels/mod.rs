//! What the encoder's speed on the CPU is made of: products, attention, norms and activations in f32.
//!
//! **Panels.** Rows (tokens) lie sixteen side by side: a [`Line`](lines::Line) holds one feature of sixteen rows, and a panel is the lines of all
//! features, `[panel][feature][16]`. A product's weight is read as PyTorch stores it, `[out, in]`: each of its numbers meets a
//! line of sixteen rows, so that nothing has to be packed, when a model is opened or later, and the result is panels again. What gradients are
//! multiplied by lies the other way round, in columns or in panels: each task lays its own part of it out by tiles, in its core's second cache
//! ([`matrix::Matrix`]), and nothing is turned over in memory.
//! Norms, softmaxes and activations work on lines and never across one.
//!
//! **Bits.** A result is added up in the order of the inner axis, [`product::DEPTH`] terms at a time, whatever lies beside it in its line, however many
//! rows there are, and whichever thread computes it. Texts have the same bits alone and in any batch.
//!
//! **Instructions.** [`lanes::Lanes`] is what a kernel is written in; [`isa`] chooses its form when the program runs: AVX-512, AVX2 with FMA, or
//! plain Rust that a compiler may vectorise. Builds need no `target-cpu`.
//!
//! **Safety.** `unsafe` stands in four rooms: `lanes/avx2.rs` and `lanes/avx512.rs`, whose intrinsics need a processor that was asked for them, `pages.rs`, which asks the system for
//! large pages, and `shared.rs`, through which
//! threads write disjoint parts of one buffer; each call that takes a part says why it is the only one who does.

pub(crate) mod activation;
pub(crate) mod attention;
#[cfg(feature = "bench")]
pub mod bench;
pub(crate) mod block;
mod choice;
pub(crate) mod dropout;
pub(crate) mod embedding;
mod exp;
pub(crate) mod gathered;
pub(crate) mod gradients;
mod isa;
mod lanes;
pub(crate) mod lines;
pub(crate) mod matrix;
pub(crate) mod norm;
pub(crate) mod operations;
pub(crate) mod pages;
pub(crate) mod product;
pub(crate) mod scratch;
mod shared;
pub(crate) mod team;
pub(crate) mod tensors;
#[cfg(test)]
mod tests;
pub(crate) mod turn;

pub(crate) use isa::{Isa, Kernel};
pub(crate) use lanes::Lanes;
