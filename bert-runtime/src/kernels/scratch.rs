//! Buffers that are used again: a pass asks for many, and the system is asked for few.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use super::lines::Line;
use super::pages::on_large_pages;

/// The most buffers that are kept while nobody uses them.
const KEPT: usize = 512;

static IDLE: Mutex<Vec<Vec<Line>>> = Mutex::new(Vec::new());

/// Lines to write to, given back when dropped. What stands in them is left over from another use.
#[derive(Debug)]
pub(crate) struct Scratch {
    lines: Vec<Line>,
    length: usize,
}

impl Scratch {
    /// The smallest idle buffer that is large enough, else a new one in place of the largest that is not.
    pub(crate) fn new(length: usize) -> Self {
        Self { lines: idle(length).unwrap_or_else(|| on_large_pages(vec![Line::ZERO; length])), length }
    }

    /// The same, of zeros.
    pub(crate) fn zeros(length: usize) -> Self {
        let mut scratch = Self::new(length);
        scratch.fill(Line::ZERO);
        scratch
    }

    /// The same numbers in another buffer.
    pub(crate) fn copied(from: &[Line]) -> Self {
        let mut scratch = Self::new(from.len());
        scratch.copy_from_slice(from);
        scratch
    }
}

fn idle(length: usize) -> Option<Vec<Line>> {
    let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
    let fitting = (0..idle.len()).filter(|&number| idle[number].len() >= length).min_by_key(|&number| idle[number].len());
    if fitting.is_none() {
        let largest = (0..idle.len()).max_by_key(|&number| idle[number].len());
        largest.map(|number| idle.swap_remove(number));
    }
    fitting.map(|number| idle.swap_remove(number))
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let mut idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(std::mem::take(&mut self.lines));
        }
    }
}

impl Deref for Scratch {
    type Target = [Line];

    fn deref(&self) -> &[Line] {
        &self.lines[..self.length]
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [Line] {
        &mut self.lines[..self.length]
    }
}
