//! What the integration tests share: heads, folders with models in them, and proofs against the numbers of transformers.
#![deny(missing_docs)]
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod agreement;
pub mod case;
pub mod compile;
pub mod folders;
pub mod heads;
pub mod model;
pub mod numbers;
pub mod on_device;
pub mod proof;
pub mod samples;
