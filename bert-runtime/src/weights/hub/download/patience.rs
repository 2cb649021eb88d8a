//! How often and after what wait a failed step is tried again.

use std::time::Duration;

use super::fault::Fault;
use crate::{Error, Result};

const TRIES: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Bounded retries, with waits that double.
#[derive(Debug, Default)]
pub(super) struct Patience {
    failures: u32,
    spoilt: u32,
}

impl Patience {
    /// Does a step until it succeeds, cannot succeed, or has failed too often.
    pub(super) fn insist<T>(mut self, mut step: impl FnMut() -> Result<T, Fault>) -> Result<T> {
        loop {
            match step() {
                Ok(value) => return Ok(value),
                Err(fault) => self.endure(fault)?,
            }
        }
    }

    /// Waits before the next try, or gives the fault's error where there is to be none.
    pub(super) fn endure(&mut self, fault: Fault) -> Result<()> {
        self.failures += 1;
        self.spoilt += u32::from(matches!(fault, Fault::Spoilt(_)));
        let wait = match fault {
            Fault::Final(error) => return Err(error),
            Fault::Passing(error) | Fault::Busy(error, _) if self.failures >= TRIES => return Err(tired(error, self.failures)),
            Fault::Spoilt(error) if self.spoilt >= 2 => return Err(tired(error, self.spoilt)),
            Fault::Busy(_, wait) => wait,
            Fault::Passing(_) | Fault::Spoilt(_) => FIRST_WAIT * 2_u32.pow(self.failures.min(TRIES) - 1),
        };
        std::thread::sleep(wait);
        Ok(())
    }

    /// A download that gets on deserves the whole patience again; its size bounds how often.
    pub(super) fn renew(&mut self) {
        self.failures = 0;
    }
}

fn tired(error: Error, tries: u32) -> Error {
    Error::new(error.kind(), format!("{error} (tried {tries} times)")).caused_by(error)
}
