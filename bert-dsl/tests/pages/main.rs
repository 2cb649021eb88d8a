//! The language's reference: its files are what the tables say, and its examples run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalogue;
mod coverage;
mod examples;
mod files;
