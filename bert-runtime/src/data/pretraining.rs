//! BERT's own two tasks, made of running text: hidden words, and whether one sentence follows another.
//!
//! What is drawn depends on the seed, the epoch and the example alone, so that it is the same on any number of threads and after a
//! training was interrupted.

mod examples;
mod masking;
mod pairs;
mod segments;

pub use examples::Pretraining;
pub use masking::{Masked, Masking};
pub use pairs::{SentencePair, SentencePairs};
