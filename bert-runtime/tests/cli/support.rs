//! Running the command.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run gave.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The command in a folder, without colours.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bert"));
    command.current_dir(folder).env("NO_COLOR", "1");
    command
}

/// Runs the command in a folder.
pub fn bert(folder: &Path, arguments: &[&str]) -> Run {
    command(folder).args(arguments).stdin(Stdio::null()).output().unwrap().into()
}

/// Runs the command with a text on standard input.
pub fn bert_reading(folder: &Path, arguments: &[&str], input: &str) -> Run {
    let streams = |command: &mut Command| command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut child = streams(command(folder).args(arguments));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A process that reads nothing closes its end, which is its right.
    let writing = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    output.into()
}

/// Writes a file into a folder.
pub fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A new folder.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A right head, not in canonical form.
pub const RIGHT: &str = "labels negative, positive; input pooled; // whole\nlinear hidden->labels; loss cross_entropy;";
/// A wrong head.
pub const WRONG: &str = "labels \"O\", \"B-PER\";\ninput pooled;\nlinear hidden -> labels;\nloss cross_entropy;\n";
