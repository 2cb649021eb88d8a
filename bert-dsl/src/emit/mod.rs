//! From a checked head to other languages.

pub(crate) mod rust;

pub(crate) use rust::{Build, Outlet, Root, floats, type_names};
