//! One buffer that several threads write, each its own part.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::ops::Range;

use super::lines::{Line, WIDTH};

/// A buffer that is borrowed for as long as threads write to it.
pub(super) struct Shared<'a, T> {
    start: *mut T,
    length: usize,
    borrowed: PhantomData<&'a mut [T]>,
}

// SAFETY: it is a `&mut [T]` of which `part` hands out pieces; that no two of them overlap is what `part` asks of its callers.
unsafe impl<T: Send> Sync for Shared<'_, T> {}

impl<'a, T> Shared<'a, T> {
    pub(super) fn new(buffer: &'a mut [T]) -> Self {
        Self { start: buffer.as_mut_ptr(), length: buffer.len(), borrowed: PhantomData }
    }

    /// A part of the buffer, to be written.
    ///
    /// # Safety
    /// No other part that is in use at the same time may overlap it.
    #[allow(clippy::mut_from_ref)]
    #[inline(always)]
    pub(super) unsafe fn part(&self, range: Range<usize>) -> &mut [T] {
        assert!(range.start <= range.end && range.end <= self.length, "a part that the buffer does not have");
        // SAFETY: the range lies within the buffer, which is borrowed for `'a`, and the caller keeps parts apart.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.end - range.start) }
    }
}

/// The numbers of lines, one after the other.
pub(super) fn numbers(lines: &mut [Line]) -> &mut [f32] {
    // SAFETY: a line is sixteen numbers without padding (`repr(C)`, and its size is its alignment), and any numbers are a line.
    unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), lines.len() * WIDTH) }
}

/// As [`numbers`], to be read.
pub(super) fn numbers_of(lines: &[Line]) -> &[f32] {
    // SAFETY: as in `numbers`.
    unsafe { std::slice::from_raw_parts(lines.as_ptr().cast(), lines.len() * WIDTH) }
}
