//! A device whose memory suffices for so many tokens at once.

use std::cell::Cell;

use candle_core::{Error, Result};

thread_local! {
    static MOST: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// What `run` gives where the memory of this thread's encoders suffices for batches of so many tokens, and no more.
pub(crate) fn with_memory_for<R>(tokens: usize, run: impl FnOnce() -> R) -> R {
    let before = MOST.replace(tokens);
    let result = run();
    MOST.set(before);
    result
}

/// Fails as candle fails on a GPU that has no memory left.
pub(crate) fn suffices_for(tokens: usize) -> Result<()> {
    if tokens <= MOST.get() {
        return Ok(());
    }
    Err(Error::Cuda("DriverError(CUDA_ERROR_OUT_OF_MEMORY, \"out of memory\")".into()).bt())
}
