//! Running rustc on small programs, by trybuild.

use std::env;
use std::process::Command;

/// trybuild checks the dependencies for themselves and then once more with the flags of the cases. Flags from this variable go
/// before its own and are the same both times, which halves a first run.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";

/// Runs a test in a process with the flags that all cases share. Says whether this is that process, in which the test does its work.
///
/// # Panics
/// If the test fails in that process.
pub fn with_flags(test: &str) -> bool {
    if env::var_os(FLAGS).is_some() {
        return true;
    }
    let flags = ["--cfg", "trybuild", "--diagnostic-width=140"].join("\u{1f}");
    let mut again = Command::new(env::current_exe().unwrap());
    let status = again.args(["--exact", test, "--nocapture"]).env(FLAGS, flags).status().unwrap();
    assert!(status.success(), "{status}");
    false
}
