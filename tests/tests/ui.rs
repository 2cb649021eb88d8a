//! What the macros say of wrong heads, as rustc shows it: one file a rule, each with the text that it must give beside it.
//!
//! `TRYBUILD=overwrite cargo test --release -p tests --test ui` writes the texts anew. Read every one before it is kept.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// trybuild checks the dependencies for themselves and then once more with the flags of the cases. Flags from this variable go
/// before its own and are the same both times, which halves a first run.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";

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

/// Runs a test of this file in a process with the flags.
fn with_flags(test: &str) {
    let flags = ["--cfg", "trybuild", "--diagnostic-width=140"].join("\u{1f}");
    let mut again = Command::new(env::current_exe().unwrap());
    let status = again.args(["--exact", test, "--nocapture"]).env(FLAGS, flags).status().unwrap();
    assert!(status.success(), "{status}");
}

#[test]
fn wrong_heads_are_told_at_their_own_tokens() {
    if env::var_os(FLAGS).is_none() {
        return with_flags("wrong_heads_are_told_at_their_own_tokens");
    }
    lay_out_heads().unwrap();
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
