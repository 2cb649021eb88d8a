//! Work that is watched from outside: it may fail, fall silent or panic without taking the caller along.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use hf_hub::api::Progress;
use hf_hub::api::sync::ApiError;
use indicatif::ProgressBar;

/// Why watched work gave no result.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The hub or the disk refused.
    Refused(ApiError),
    /// Nothing was heard for so long; the work was given up.
    Silent(Duration),
    /// `hf-hub` panicked, with this message.
    Broken(String),
}

enum Signal<T> {
    Alive,
    Done(Result<T, ApiError>),
}

/// Does the work on a thread of its own, and waits for as long as it gives a sign of life within every `silence`.
pub(super) fn watched<T: Send + 'static>(
    silence: Duration,
    work: impl FnOnce(Pulse) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, Trouble> {
    let (sender, receiver) = channel();
    let worker = Builder::new().name("hub download".into()).spawn(move || {
        let alive = sender.clone();
        let outcome = work(Pulse(Box::new(move || drop(alive.send(Signal::Alive)))));
        report(&sender, outcome);
    });
    match worker {
        Ok(worker) => await_end(silence, &receiver, worker),
        Err(error) => Err(Trouble::Refused(ApiError::IoError(error))),
    }
}

fn report<T>(sender: &Sender<Signal<T>>, outcome: Result<T, ApiError>) {
    // Nobody listens any more where the caller has given up.
    drop(sender.send(Signal::Done(outcome)));
}

fn await_end<T>(silence: Duration, signals: &Receiver<Signal<T>>, worker: JoinHandle<()>) -> Result<T, Trouble> {
    loop {
        match signals.recv_timeout(silence) {
            Ok(Signal::Alive) => {}
            Ok(Signal::Done(outcome)) => return outcome.map_err(Trouble::Refused),
            Err(RecvTimeoutError::Timeout) => return Err(Trouble::Silent(silence)),
            Err(RecvTimeoutError::Disconnected) => return Err(broken(worker)),
        }
    }
}

fn broken(worker: JoinHandle<()>) -> Trouble {
    let payload = match worker.join() {
        Ok(()) => return Trouble::Broken("it ended without a result".into()),
        Err(payload) => payload,
    };
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    Trouble::Broken(text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".into()))
}

/// The sign of life that watched work gives.
pub(super) struct Pulse(Box<dyn Fn() + Send>);

/// A progress bar that beats with every piece of a file.
pub(super) struct Meter {
    bar: ProgressBar,
    pulse: Pulse,
}

impl Meter {
    pub(super) fn new(visible: bool, pulse: Pulse) -> Self {
        let bar = if visible { ProgressBar::new(0) } else { ProgressBar::hidden() };
        Self { bar, pulse }
    }
}

impl Progress for Meter {
    fn init(&mut self, size: usize, filename: &str) {
        self.bar.reset();
        Progress::init(&mut self.bar, size, filename);
        (self.pulse.0)();
    }

    fn update(&mut self, size: usize) {
        Progress::update(&mut self.bar, size);
        (self.pulse.0)();
    }

    fn finish(&mut self) {
        Progress::finish(&mut self.bar);
    }
}
