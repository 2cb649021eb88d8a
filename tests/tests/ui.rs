//! What the macros say of wrong heads, as rustc shows it: one file a rule, each with the text that it must give beside it.
//!
//! `TRYBUILD=overwrite cargo test --release -p tests --test ui` writes the texts anew. Read every one before it is kept.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use tests::compile::with_flags;

/// Where trybuild compiles the cases: what stands for the user's package, so that a derive's path starts here.
fn package() -> PathBuf {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    scratch.with_file_name("tests").join("trybuild").join(env!("CARGO_PKG_NAME"))
}

/// Puts the head files where the cases look for them.
fn lay_out_heads() -> std::io::Result<()> {
    let heads = package().join("heads");
    fs::create_dir_all(&heads)?;
    for entry in fs::read_dir("ui/heads")? {
        let file = entry?;
        fs::copy(file.path(), heads.join(file.file_name()))?;
    }
    Ok(())
}

#[test]
fn wrong_heads_are_told_at_their_own_tokens() {
    if with_flags("wrong_heads_are_told_at_their_own_tokens") {
        lay_out_heads().unwrap();
        trybuild::TestCases::new().compile_fail("ui/*.rs");
    }
}
