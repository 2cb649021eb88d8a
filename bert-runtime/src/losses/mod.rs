//! Training objectives: each gives a sum and a count, so that accumulated small batches equal a large one.
//!
//! Targets are checked on the host before anything reaches a device. Losses compute in f32, whatever the encoder does.

mod bce;
mod cross_entropy;
mod mse;
mod part;
mod ranking;
mod span;
mod targets;
#[cfg(test)]
mod tests;

pub use bce::Bce;
pub use cross_entropy::CrossEntropy;
pub use mse::Mse;
pub use part::{Part, no_loss, some_parts, total};
pub use ranking::Ranking;
pub use span::Span;
