//! Faults of the disk, at an operation that a test chooses.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::error::{Error, ErrorKind, Result};

/// The variable that says at which operation a process ends.
pub(crate) const END: &str = "BERT_TEST_END_AT";
static DONE: AtomicI64 = AtomicI64::new(0);

thread_local! {
    /// How many operations of this thread are left before one fails, and how many there were.
    static LEFT: std::cell::Cell<Option<u64>> = const { std::cell::Cell::new(None) };
    static COUNT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
    /// What an operation that fails says.
    static SAYS: std::cell::Cell<io::ErrorKind> = const { std::cell::Cell::new(io::ErrorKind::StorageFull) };
}

/// What every operation on files goes through.
pub(crate) fn step(what: &str, path: &Path) -> Result<()> {
    if std::env::var(END).is_ok_and(|at| at == DONE.fetch_add(1, Ordering::Relaxed).to_string()) {
        std::process::abort();
    }
    COUNT.set(COUNT.get() + 1);
    match LEFT.get() {
        Some(0) => {
            let failed = io::Error::from(SAYS.get());
            Err(Error::new(ErrorKind::Io, format!("{} ({what}): {failed}", path.display())).caused_by(failed))
        }
        Some(left) => {
            LEFT.set(Some(left - 1));
            Ok(())
        }
        None => Ok(()),
    }
}

/// How many operations something takes.
pub(crate) fn operations(act: impl FnOnce()) -> u64 {
    let before = COUNT.get();
    act();
    COUNT.get() - before
}

/// What something gives where the disk fails with this from the operation of this number on, from 0.
pub(crate) fn failing_from<R>(operation: u64, with: io::ErrorKind, act: impl FnOnce() -> R) -> R {
    LEFT.set(Some(operation));
    SAYS.set(with);
    let result = act();
    LEFT.set(None);
    result
}

/// The same where the disk is full.
pub(crate) fn full_from<R>(operation: u64, act: impl FnOnce() -> R) -> R {
    failing_from(operation, io::ErrorKind::StorageFull, act)
}
