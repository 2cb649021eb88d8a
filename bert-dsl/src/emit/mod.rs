//! From a checked head to other languages.

mod fragment;
mod quote;
pub(crate) mod rust;

pub use fragment::{Fragment, unreadable};
pub(crate) use quote::{Name, Quote, placed, quote, quoted};
pub(crate) use rust::{Build, Outlet, floats, type_names};
