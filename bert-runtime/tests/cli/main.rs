//! The `bert` command, as a process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod begun;
mod check;
#[cfg(unix)]
mod console;
mod expanded;
mod explain;
mod files;
mod lsp;
mod pictures;
mod pipes;
mod programs;
#[cfg(unix)]
mod questions;
mod support;
mod trained;
mod transcripts;
