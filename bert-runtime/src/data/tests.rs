//! Readers, on small texts of their own, on any bytes, and on the real files.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bytes;
mod columns;
mod formats;
mod plain;
mod pretraining;
mod real;
mod stream;

use crate::data::{Format, Row, Rows};
use crate::error::ErrorKind;

/// The rows of a text.
fn parse(name: &str, text: &str, format: &impl Format) -> Rows {
    Rows::parse(name, text, format).unwrap()
}

/// What is wrong with a text.
fn fault(name: &str, text: impl Into<Vec<u8>>, format: &impl Format) -> String {
    let error = Rows::parse(name, text, format).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Data);
    error.to_string()
}

/// The texts of a list.
fn list(row: &Row, name: &str) -> Vec<String> {
    row.read(name).unwrap()
}
