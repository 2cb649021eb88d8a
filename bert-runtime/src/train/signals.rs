//! Ctrl-C once saves and stops; twice stops now.
//!
//! So do the other signals that ask a process to end. The second one ends it with 128 and the signal's number, as a shell has it: 130 of Ctrl-C, 143 of
//! SIGTERM, 129 of SIGHUP.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::SigId;
use signal_hook::consts::TERM_SIGNALS;
use signal_hook::flag;

use crate::error::{Error, ErrorKind, Result};

/// Listens for Ctrl-C and the other signals that ask a process to end, until it is dropped.
#[derive(Debug)]
pub(super) struct Signals {
    asked: Arc<AtomicBool>,
    hooks: Vec<SigId>,
}

impl Signals {
    pub fn listen() -> Result<Self> {
        let mut signals = Self { asked: Arc::new(AtomicBool::new(false)), hooks: Vec::new() };
        for signal in asking() {
            // The first to come finds the flag down and puts it up; the next one ends the process.
            for hook in [
                flag::register_conditional_shutdown(signal, 128 + signal, signals.asked.clone()),
                flag::register(signal, signals.asked.clone()),
            ] {
                let failed = |error| Error::new(ErrorKind::Io, "signals such as Ctrl-C cannot be listened to").caused_by(error);
                signals.hooks.push(hook.map_err(failed)?);
            }
        }
        Ok(signals)
    }

    /// Whether somebody asked the process to end.
    pub fn asked_to_stop(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }
}

/// The signals that ask a process to end. A terminal that is closed is none where it was said that it should not be (`nohup`).
fn asking() -> impl Iterator<Item = i32> {
    #[cfg(unix)]
    let hang_up = Some(signal_hook::consts::SIGHUP).filter(|signal| !is_ignored(*signal));
    #[cfg(not(unix))]
    let hang_up = None;
    TERM_SIGNALS.iter().copied().chain(hang_up)
}

/// Whether this process was told to ignore a signal, as the system says; where it does not say, it may have been.
#[cfg(unix)]
pub(super) fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| u64::from_str_radix(line.strip_prefix("SigIgn:")?.trim(), 16).ok());
    mask.is_none_or(|mask| mask >> (signal - 1) & 1 == 1)
}

impl Drop for Signals {
    fn drop(&mut self) {
        for hook in self.hooks.drain(..) {
            signal_hook::low_level::unregister(hook);
        }
    }
}
