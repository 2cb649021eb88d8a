//! Random heads as a user's crate has them: compiled by `head!`, with a layer and labels of its own.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

pub mod labels;
pub mod layers;

include!(concat!(env!("OUT_DIR"), "/heads.rs"));
