//! Ctrl-C once saves and stops; twice stops now.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::SigId;
use signal_hook::consts::TERM_SIGNALS;
use signal_hook::flag;

use crate::error::{Error, ErrorKind, Result};

/// What a process ends with at the second signal, as a shell has it of Ctrl-C.
const STOPPED_NOW: i32 = 130;

/// Listens for Ctrl-C and the other signals that ask a process to end, until it is dropped.
#[derive(Debug)]
pub(super) struct Signals {
    asked: Arc<AtomicBool>,
    hooks: Vec<SigId>,
}

impl Signals {
    pub fn listen() -> Result<Self> {
        let mut signals = Self { asked: Arc::new(AtomicBool::new(false)), hooks: Vec::new() };
        for signal in TERM_SIGNALS {
            // The first to come finds the flag down and puts it up; the next one ends the process.
            for hook in [
                flag::register_conditional_shutdown(*signal, STOPPED_NOW, signals.asked.clone()),
                flag::register(*signal, signals.asked.clone()),
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

impl Drop for Signals {
    fn drop(&mut self) {
        for hook in self.hooks.drain(..) {
            signal_hook::low_level::unregister(hook);
        }
    }
}
