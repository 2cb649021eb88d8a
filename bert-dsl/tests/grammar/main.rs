//! The TextMate grammar of the editors' extension.
#![allow(clippy::unwrap_used, clippy::panic)]

mod colours;
mod extension;
mod textmate;
mod words;

use std::path::{Path, PathBuf};

/// The folder of the extension.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/editors/vscode")
}

/// A file of the extension that is JSON.
fn json(path: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
