//! `bert new` in a terminal, where it asks.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use pty_process::blocking::{Command, Pty, open};

use crate::support::folder;

/// How long an answer may take, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal in which `bert new` runs.
struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    coming: Receiver<Vec<u8>>,
    /// What is on the screen that nobody has read yet.
    shown: String,
}

impl Terminal {
    fn asked(folder: &Path, arguments: &[&str]) -> Self {
        let (pty, terminal) = open().unwrap();
        let command = Command::new(env!("CARGO_BIN_EXE_bert")).arg("new").args(arguments).current_dir(folder).env("NO_COLOR", "1");
        let child = command.spawn(terminal).unwrap();
        let (pty, (sender, coming)) = (Arc::new(pty), channel());
        let screen = Arc::clone(&pty);
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Where the command has ended, reading is an error.
            while let Ok(count @ 1..) = (&*screen).read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self { pty, child, coming, shown: String::new() }
    }

    /// Reads up to a text.
    fn reads(&mut self, wanted: &str) {
        while !self.shown.contains(wanted) {
            let more = self.coming.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no {wanted:?} in {:?}", self.shown));
            self.shown.push_str(&String::from_utf8_lossy(&more));
        }
        let end = self.shown.find(wanted).unwrap() + wanted.len();
        self.shown.drain(..end);
    }

    fn types(&mut self, text: &str) {
        (&*self.pty).write_all(text.as_bytes()).unwrap();
    }

    /// The rest of the screen and the exit code, once the command has ended.
    fn ends(mut self) -> (String, Option<i32>) {
        let code = self.child.wait().unwrap().code();
        while let Ok(more) = self.coming.recv_timeout(Duration::from_secs(1)) {
            self.shown.push_str(&String::from_utf8_lossy(&more));
        }
        (self.shown, code)
    }
}

#[test]
fn questions_lead_to_a_task_and_a_name() {
    let folder = folder();
    let mut terminal = Terminal::asked(folder.path(), &[]);
    terminal.reads("What do you have?");
    terminal.reads("1  single texts");
    terminal.reads("> ");
    terminal.types("1\n");
    terminal.reads("What do you want of a text?");
    terminal.reads("2  one answer for each word");
    terminal.reads("> ");
    terminal.types("2\n");
    terminal.reads("What is it called? [my-tag]");
    terminal.types("\n");
    let (rest, code) = terminal.ends();
    assert!(code == Some(0) && rest.contains("my-tag is begun: A label for each word") && rest.contains("next: `cd my-tag`"), "{rest}");
    let head = std::fs::read_to_string(folder.path().join("my-tag/my-tag.head")).unwrap();
    assert!(head.contains("input tokens;"), "{head}");
}

#[test]
fn what_was_given_is_not_asked() {
    let folder = folder();
    let mut terminal = Terminal::asked(folder.path(), &["--task", "similarity"]);
    terminal.reads("What is it called? [my-similarity]");
    terminal.types("alike\n");
    assert_eq!(terminal.ends().1, Some(0));
    let mut terminal = Terminal::asked(folder.path(), &["moods"]);
    terminal.reads("What do you have?");
    terminal.types("no number\n");
    terminal.reads("a number from 1 to 5, please");
    terminal.types("5\n");
    assert_eq!(terminal.ends().1, Some(0));
    assert!(folder.path().join("alike/alike.head").is_file() && folder.path().join("moods/moods.head").is_file());
}

#[test]
fn an_end_of_the_input_begins_nothing() {
    let folder = folder();
    let mut terminal = Terminal::asked(folder.path(), &[]);
    terminal.reads("> ");
    terminal.types("\u{4}");
    let (rest, code) = terminal.ends();
    assert!(code == Some(1) && rest.contains("there was no answer"), "{rest}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
