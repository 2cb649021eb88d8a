//! The compiler of the language: what it makes of good heads, what it says of bad ones, and that nothing breaks it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bad;
mod catalogue;
mod diagnostics;
mod format;
mod generate;
mod good;
mod grammar;
mod limits;
mod mutations;
mod optimise;
mod positions;
mod programs;
mod reuse;
mod sizes;
mod support;
mod tree;
mod twins;
mod used;
