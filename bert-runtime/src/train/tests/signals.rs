//! Ctrl-C, in real processes.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{HEAD, train, trainer, weights};
use crate::testing::tiny_bert;
use crate::train::signals::Signals;
use crate::train::{Ending, checkpoint};

/// The folders of the model and of the training, of a process that a test starts.
const FOLDERS: &str = "BERT_TEST_SIGNAL_FOLDERS";
const EPOCHS: u64 = 400;

fn start(test: &str, folders: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("train::tests::signals::{test}"), "--ignored", "--nocapture"])
        .env(FOLDERS, folders)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn interrupt(child: &Child) {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
}

/// Waits until a process ends, which prints a line that ends so.
fn wait_for(child: &mut Child, end: &str) {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.filter(|line| line.as_ref().unwrap().ends_with(end)).count() > 0, "the process ended without `{end}`");
}

#[test]
fn the_first_signal_saves_and_stops_and_the_training_goes_on_to_the_same_bits() {
    let (model, out, whole) = (tiny_bert(true), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folders = format!("{}\n{}", model.path().display(), out.path().display());
    let mut child = start("train_until_a_signal", &folders);
    while checkpoint::numbers(out.path()).unwrap().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    interrupt(&child);
    wait_for(&mut child, "stopped");
    assert!(child.wait().unwrap().success());
    let train_on = |folder: &Path| train(trainer(model.path(), HEAD).epochs(EPOCHS).folder(folder).resume()).unwrap();
    assert!(weights(&train_on(out.path()).model) == weights(&train_on(whole.path()).model));
}

#[test]
fn the_second_signal_ends_the_process() {
    let mut child = start("wait_for_signals", "");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().ends_with("listening")));
    interrupt(&child);
    assert!(lines.any(|line| line.unwrap().ends_with("asked")));
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
#[ignore = "started by another test, as a process that gets a signal"]
fn train_until_a_signal() {
    let Ok(folders) = std::env::var(FOLDERS) else { return };
    let (model, out) = folders.split_once('\n').unwrap();
    let trained = train(trainer(Path::new(model), HEAD).epochs(EPOCHS).folder(out).signals(true)).unwrap();
    assert_eq!(trained.ending, Ending::Interrupted);
    say("stopped");
}

#[test]
#[ignore = "started by another test, as a process that gets signals"]
fn wait_for_signals() {
    if std::env::var(FOLDERS).is_err() {
        return;
    }
    let signals = Signals::listen().unwrap();
    say("listening");
    while !signals.asked_to_stop() {
        std::thread::sleep(Duration::from_millis(1));
    }
    say("asked");
    std::thread::sleep(Duration::from_secs(60));
}

fn say(line: &str) {
    println!("{line}");
    std::io::stdout().flush().unwrap();
}
