//! The numbers of transformers and PyTorch, reached by heads that the macros made.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fixtures;
mod holes;
mod layouts;
mod minilm;
mod operations;
mod oracle;
mod tokenizers;
mod tree;
