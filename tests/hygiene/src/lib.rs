//! Heads where generated code has it hard: that this crate compiles, without a warning, is the test.
//!
//! The runtime's crate is called `brt` here. What each module adds stands at its top.
#![deny(warnings, missing_docs)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(future_incompatible, nonstandard_style, rust_2018_idioms, rust_2021_compatibility)]
#![deny(missing_debug_implementations, trivial_casts, trivial_numeric_casts, unreachable_pub, unused_lifetimes, unused_qualifications)]
#![forbid(unsafe_code)]

pub mod every_layer;
pub mod files;
pub mod labels;
pub mod local;
pub mod names;
pub mod prelude;
pub mod shadows;
pub mod tasks;
pub mod visibility;
