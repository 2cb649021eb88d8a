//! Optimised heads against themselves with no pass: the same outputs, predictions, losses and gradients, with less work.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod equal;
mod less;
mod ways;
