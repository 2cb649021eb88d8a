//! Readers that go away.

use std::io::Read as _;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::support::{RIGHT, WRONG, bert, command, folder, write};

/// Reads a little of what a command prints, and closes the pipe.
fn cut_off(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut child = command(folder).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).unwrap();
    drop(out);
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (child.wait().unwrap().code(), err)
}

fn many(text: &str) -> TempDir {
    let folder = folder();
    for number in 0..3_000 {
        write(folder.path(), &format!("heads/a_head_with_a_name_that_is_quite_long_{number}.head"), text);
    }
    folder
}

#[test]
fn a_reader_that_goes_away_stops_no_work() {
    let folder = many(RIGHT);
    let (code, err) = cut_off(folder.path(), &["fmt", "heads"]);
    assert!(code == Some(0) && err.is_empty(), "{code:?} {err}");
    assert_eq!(bert(folder.path(), &["fmt", "--check", "heads"]).code, Some(0));
}

/// Wrong heads are wrong, whoever reads what is wrong with them.
#[test]
fn a_check_that_nobody_reads_to_its_end_still_fails() {
    let folder = many(&WRONG.replace(" -> ", "->"));
    for arguments in [&["check", "heads"][..], &["check", "--format", "json", "heads"], &["fmt", "--check", "heads"]] {
        let (code, err) = cut_off(folder.path(), arguments);
        assert!(code == Some(1) && err.is_empty(), "{arguments:?}: {code:?} {err}");
    }
}

/// Standard error too may be a pipe that nobody reads.
#[test]
fn an_unread_standard_error_is_no_panic() {
    let folder = folder();
    write(folder.path(), "wrong.head", WRONG);
    for arguments in
        [&["check", "wrong.head"][..], &["expand", "wrong.head"], &["fmt", "none.head"], &["heads", "show", "none"], &["heads"]]
    {
        let mut child = command(folder.path()).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stderr.take());
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0 | 1)), "{arguments:?}: {code:?}");
    }
}
