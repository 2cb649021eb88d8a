//! Ctrl-C, in real processes.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{HEAD, train, trainer, weights};
use crate::testing::tiny_bert;
use crate::train::signals::{Signals, is_ignored};
use crate::train::{Ending, checkpoint};

/// The folders of the model and of the training, of a process that a test starts.
const FOLDERS: &str = "BERT_TEST_SIGNAL_FOLDERS";
const EPOCHS: u64 = 400;

fn start(test: &str, folders: &str) -> Child {
    start_with(&mut Command::new(std::env::current_exe().unwrap()), test, folders)
}

fn start_with(command: &mut Command, test: &str, folders: &str) -> Child {
    command
        .args(["--exact", &format!("train::tests::signals::{test}"), "--ignored", "--nocapture"])
        .env(FOLDERS, folders)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
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
    send("-TERM", &child);
    wait_for(&mut child, "stopped");
    assert!(child.wait().unwrap().success());
    let train_on = |folder: &Path| train(trainer(model.path(), HEAD).epochs(EPOCHS).folder(folder).resume()).unwrap();
    assert!(weights(&train_on(out.path()).model) == weights(&train_on(whole.path()).model));
}

/// The signals, and what a process ends with at the second of them.
const CODES: &[(&str, i32)] = &[
    ("-INT", 130),
    ("-TERM", 143),
    ("-QUIT", 131),
    #[cfg(target_os = "linux")]
    ("-HUP", 129),
];

#[test]
fn the_second_signal_ends_the_process() {
    // Under `nohup` this process and those that it starts ignore it.
    let is_heard = |signal: &str| signal != "-HUP" || !is_ignored(signal_hook::consts::SIGHUP);
    for &(signal, code) in CODES.iter().filter(|(signal, _)| is_heard(signal)) {
        let mut child = start("wait_for_signals", "");
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap().ends_with("listening")));
        send("-INT", &child);
        assert!(lines.any(|line| line.unwrap().ends_with("asked")));
        send(signal, &child);
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
    }
}

#[test]
fn a_terminal_that_is_closed_ends_nothing_where_that_was_asked() {
    let mut child = start_with(Command::new("nohup").arg(std::env::current_exe().unwrap()), "wait_for_signals", "");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().ends_with("listening")));
    send("-HUP", &child);
    std::thread::sleep(Duration::from_millis(50));
    send("-INT", &child);
    assert!(lines.any(|line| line.unwrap().ends_with("asked")));
    send("-TERM", &child);
    assert_eq!(child.wait().unwrap().code(), Some(143));
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
