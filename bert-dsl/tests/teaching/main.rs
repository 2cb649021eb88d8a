//! What tells of a head: its picture, its modules, and its account.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod draw;
mod explain;
mod heads;
mod rustdoc;
mod svg;
mod tree;
