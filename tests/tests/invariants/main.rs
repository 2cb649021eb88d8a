//! What holds for every head whatever its weights: batches, training, threads, number formats.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batches;
mod formats;
mod together;
mod training;
mod windows;
