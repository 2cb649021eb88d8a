//! Work for all threads at once.

use rayon::prelude::*;

/// How many threads there are.
pub(crate) fn threads() -> usize {
    rayon::current_num_threads()
}

/// Does every task, each once, on whichever thread is free: when this returns, all are done.
pub(crate) fn each(tasks: usize, work: impl Fn(usize) + Sync + Send) {
    if tasks < 2 || threads() < 2 {
        (0..tasks).for_each(work);
    } else {
        (0..tasks).into_par_iter().with_max_len(1).for_each(work);
    }
}

/// Runs what has many steps for all threads on one of them, so that no step has to wake the others from outside.
pub(crate) fn inside<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if rayon::current_thread_index().is_some() { work() } else { rayon::scope(|_| work()) }
}
