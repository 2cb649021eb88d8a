//! Rows that are read ahead, on a thread of their own.

use std::sync::mpsc::{Receiver, sync_channel};

use super::Read;

/// How many rows are held that nobody has taken yet.
const HELD: usize = 2048;
/// The most rows that are taken at once.
const TAKEN: usize = 512;

/// Rows on their way.
pub struct Coming(Receiver<Read>);

impl Coming {
    /// Begins to read.
    pub fn start(rows: impl Iterator<Item = Read> + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(HELD);
        // Where nobody takes rows any more, nothing more is read.
        std::thread::spawn(move || rows.map_while(|row| sender.send(row).ok()).for_each(drop));
        Self(receiver)
    }

    /// Those that have come, one at least while there are any: a slow source is answered at once, and a fast one in large parts.
    pub fn take(&self) -> Vec<Read> {
        let first = self.0.recv().ok();
        first.into_iter().chain(self.0.try_iter()).take(TAKEN).collect()
    }
}
