//! Large buffers, which the system is asked to make ready by large pages: by 2 MiB at a time rather than by 4 KiB.

use std::ops::Range;

/// A large page, in bytes.
const PAGE: usize = 2 << 20;

/// So many zeros.
pub(crate) fn zeros(count: usize) -> Vec<f32> {
    on_large_pages(vec![0.0; count])
}

/// The same buffer, which nobody has written to as yet.
pub(crate) fn on_large_pages<T>(buffer: Vec<T>) -> Vec<T> {
    if let Some(whole) = whole_pages(&buffer.as_ptr_range()) {
        ask(&whole);
    }
    buffer
}

/// The large pages that lie within a buffer.
fn whole_pages<T>(buffer: &Range<*const T>) -> Option<Range<usize>> {
    let (start, end) = (buffer.start.addr().next_multiple_of(PAGE), buffer.end.addr() / PAGE * PAGE);
    (start < end).then_some(start..end)
}

/// A system that has no large pages, or gives none, is as slow as it would have been.
#[cfg(target_os = "linux")]
fn ask(pages: &Range<usize>) {
    use rustix::mm::{Advice, madvise};
    let start = std::ptr::without_provenance_mut(pages.start);
    // SAFETY: the advice changes no byte of the pages, and they are within a buffer that the caller owns.
    #[allow(unsafe_code)]
    let _ = unsafe { madvise(start, pages.len(), Advice::LinuxHugepage) };
}

#[cfg(not(target_os = "linux"))]
fn ask(_: &Range<usize>) {}

#[cfg(test)]
#[test]
fn pages_lie_within_their_buffer() {
    let buffer = vec![0u8; 3 * PAGE];
    let (range, pages) = (buffer.as_ptr_range(), whole_pages(&buffer.as_ptr_range()).unwrap_or_default());
    assert!(range.start.addr() <= pages.start && pages.end <= range.end.addr() && pages.len() >= PAGE && pages.len().is_multiple_of(PAGE));
    assert_eq!(whole_pages(&buffer[..PAGE - 1].as_ptr_range()), None);
    assert!(zeros(1 << 20).iter().all(|number| *number == 0.0));
}
