//! Documents with `console` blocks, whose commands are run as they stand: the README, the guide, and what a newcomer does.
//!
//! All commands of a document run in one folder, in which `~/bert-heads` is the project. A file that `cat` shows is there. Numbers with a
//! point may differ in their last digits from one processor to another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::folder;

/// The variable that has documents written again, to be read.
const RENEW: &str = "UPDATE_PAGES";

/// How far two numbers may lie apart that are the same.
const NEAR: f64 = 0.02;

/// Where the commands of a document run.
struct Session {
    home: tempfile::TempDir,
    now: PathBuf,
}

impl Session {
    fn start() -> Self {
        let home = folder();
        std::os::unix::fs::symlink(project(), home.path().join("bert-heads")).unwrap();
        let now = home.path().join("new");
        fs::create_dir(&now).unwrap();
        Self { home, now }
    }

    /// What a command prints, to either stream; the folder that it changes to is that of the next.
    fn run(&mut self, command: &str) -> String {
        let here = self.home.path().join("pwd");
        let script = format!("exec 2>&1\n{command}\npwd > '{}'", here.display());
        let output = self.shell().args(["-c", &script]).output().unwrap();
        self.now = fs::read_to_string(&here).unwrap().trim_end().into();
        let (home, project) = (self.home.path().display().to_string(), project().display().to_string());
        String::from_utf8(output.stdout).unwrap().replace(&home, "~").replace(&project, "~/bert-heads")
    }

    /// A shell as a reader has it, whose home is that of the session.
    fn shell(&self) -> Command {
        let bin = Path::new(env!("CARGO_BIN_EXE_bert")).parent().unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        let mut shell = Command::new("sh");
        shell.current_dir(&self.now).env_clear().env("PATH", path).env("HOME", self.home.path()).env("NO_COLOR", "1");
        shell
    }

    /// A file that a document shows is there as it shows it.
    fn show(&self, command: &str, shown: &str) {
        if let Some(file) = command.strip_prefix("cat ").map(|file| self.now.join(file)).filter(|file| !file.exists()) {
            fs::write(file, shown).unwrap();
        }
    }
}

/// The project's own folder.
fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The document with what its commands print now.
fn printed(document: &str) -> String {
    let mut session = Session::start();
    let mut text = String::new();
    let mut lines = document.lines().peekable();
    while let Some(line) = lines.next() {
        text += &format!("{line}\n");
        if line != "```console" {
            continue;
        }
        while let Some(command) = lines.next_if(|line| *line != "```") {
            let mut shown = String::new();
            while let Some(line) = lines.next_if(|line| *line != "```" && !line.starts_with("$ ")) {
                shown += &format!("{line}\n");
            }
            let typed = command.strip_prefix("$ ").unwrap_or_else(|| panic!("{command:?} is no command"));
            session.show(typed, &shown);
            text += &format!("{command}\n{}", session.run(typed));
        }
    }
    text
}

/// Whether two texts are the same but for the last digits of numbers.
fn alike(one: &str, other: &str) -> bool {
    let number = |word: &str| word.trim_matches(|c: char| !c.is_ascii_digit()).parse::<f64>().ok().filter(|_| word.contains('.'));
    let same =
        |(one, other): (&str, &str)| one == other || number(one).zip(number(other)).is_some_and(|(one, other)| (one - other).abs() < NEAR);
    let (lines, others) = (one.lines(), other.lines());
    lines.clone().count() == others.clone().count()
        && lines.zip(others).all(|(line, other)| {
            let (words, others) = (line.split(' '), other.split(' '));
            words.clone().count() == others.clone().count() && words.zip(others).all(same)
        })
}

fn is_what_the_commands_print(path: &str) {
    let path = project().join(path);
    let document = fs::read_to_string(&path).unwrap();
    let printed = printed(&document);
    if std::env::var_os(RENEW).is_some() && !alike(&document, &printed) {
        fs::write(&path, &printed).unwrap();
        return;
    }
    let changed = document.lines().zip(printed.lines()).find(|(shown, printed)| !alike(shown, printed));
    assert!(alike(&document, &printed), "{} shows and the commands print {changed:#?}; `{RENEW}=1` writes it again", path.display());
}

#[test]
fn the_readme_shows_what_its_commands_print() {
    is_what_the_commands_print("README.md");
}

#[test]
fn a_newcomer_comes_from_nothing_to_a_prediction() {
    is_what_the_commands_print("bert-runtime/tests/cli/newcomer.md");
}

#[test]
fn the_guide_shows_what_its_commands_print() {
    for page in fs::read_dir(project().join("bert-runtime/src/guide")).unwrap().map(|entry| entry.unwrap().path()) {
        if page.is_file() {
            is_what_the_commands_print(page.to_str().unwrap());
        }
    }
}

#[test]
fn numbers_may_differ_in_their_last_digits_alone() {
    assert!(alike("good  0.9712\nnext: a", "good  0.9713\nnext: a"));
    for other in ["good  0.8712\nnext: a", "bad  0.9712\nnext: a", "good  0.9712", "good 0.9712\nnext: a", "good  0.9712\nnext: b"] {
        assert!(!alike("good  0.9712\nnext: a", other), "{other}");
    }
    assert!(!alike("2 errors", "3 errors"));
}
