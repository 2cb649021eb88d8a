//! Memory that a step frees, kept for the next one.

/// While it lives, the C library's allocator keeps what is freed, where it is glibc's. When it ends, what is free goes back to the system.
///
/// A step asks for the same buffers as the one before. Left alone, glibc gives those above 32 MiB back each time, such as logits over a vocabulary
/// and their gradient, and the system then clears them anew, page by page, while the other threads wait.
pub(super) struct Kept(());

impl Kept {
    pub(super) fn new() -> Self {
        glibc::keep();
        Self(())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        glibc::give_back();
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc {
    use libc::{M_MMAP_THRESHOLD, M_TOP_PAD, M_TRIM_THRESHOLD, c_int, mallopt};

    /// The most that older versions take for the threshold of mappings of their own; also how large a thread's heap is at most, halved.
    const HALF_HEAP: c_int = 32 << 20;

    #[allow(unsafe_code)]
    pub fn keep() {
        // SAFETY: all three set a number of the allocator, under its own lock, and may be called at any time and from any thread.
        unsafe {
            if mallopt(M_MMAP_THRESHOLD, c_int::MAX) == 0 {
                mallopt(M_MMAP_THRESHOLD, HALF_HEAP);
            }
            mallopt(M_TRIM_THRESHOLD, c_int::MAX);
            mallopt(M_TOP_PAD, 2 * HALF_HEAP);
        }
    }

    #[allow(unsafe_code)]
    pub fn give_back() {
        // SAFETY: it gives back pages that no allocation holds, and may be called at any time and from any thread.
        unsafe { libc::malloc_trim(0) };
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod glibc {
    pub fn keep() {}

    pub fn give_back() {}
}
