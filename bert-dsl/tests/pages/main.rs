//! The language's reference and the guide: their files are what the tables and the heads say, and examples run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalogue;
mod coverage;
mod examples;
mod files;
mod guide;
