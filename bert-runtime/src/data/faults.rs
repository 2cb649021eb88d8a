//! What is wrong with the data, all of it at once.

use std::fmt::Display;

use crate::data::Place;
use crate::error::{Error, ErrorKind, Result};

/// How many faults an error lists.
const LISTED: usize = 20;

/// Faults that were found in data, each at its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    listed: Vec<String>,
    count: usize,
}

impl Faults {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more, at its place.
    pub fn push(&mut self, place: &Place, what: impl Display) {
        self.add(format_args!("{place}: {what}"));
    }

    /// One more, which says itself where it is.
    pub(crate) fn add(&mut self, what: impl Display) {
        self.count += 1;
        if self.listed.len() < LISTED {
            self.listed.push(what.to_string());
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// # Errors
    /// Of kind [`Data`](ErrorKind::Data), if there is a fault: the first 20 with their places, and how many more there are.
    pub fn finish(self) -> Result<()> {
        let message = match (self.count, self.listed.as_slice()) {
            (0, _) => return Ok(()),
            (1, [only]) => only.clone(),
            (count, listed) => {
                let more = count - listed.len();
                let rest = if more == 0 { String::new() } else { format!("\n  and {more} more") };
                format!("{count} faults in the data:\n  {}{rest}", listed.join("\n  "))
            }
        };
        Err(Error::new(ErrorKind::Data, message))
    }
}
