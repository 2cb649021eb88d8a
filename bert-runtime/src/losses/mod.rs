//! Training objectives: each gives a sum and a count, so that accumulated small batches equal a large one.
//!
//! Targets are checked on the host before anything reaches a device. Losses compute in f32, whatever the encoder does.

mod bce;
mod candidates;
mod cosine;
mod crf;
mod cross_entropy;
mod elements;
mod focal;
mod groups;
mod huber;
mod kl;
mod l1;
mod mse;
mod ordinal;
mod part;
mod ranking;
mod span;
mod targets;
#[cfg(test)]
mod tests;
mod tree;
mod triplet;
mod weights;

pub use bce::Bce;
pub use cosine::Cosine;
pub use cross_entropy::CrossEntropy;
pub use focal::Focal;
pub use huber::Huber;
pub use kl::Kl;
pub use l1::L1;
pub use mse::Mse;
pub use ordinal::Ordinal;
pub use part::{Loss, Part, no_loss, some_parts, total};
pub use ranking::Ranking;
pub use span::Span;
pub use tree::Tree;
pub use triplet::Triplet;
