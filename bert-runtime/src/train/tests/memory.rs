use std::fs;
use std::hint::black_box;

use crate::train::memory::Kept;

const BUFFER: usize = 40 << 20;
const PAGE: usize = 4096;

/// How many pages this thread was given so far: the eighth field behind its name.
fn faults() -> usize {
    let stat = fs::read_to_string("/proc/thread-self/stat").unwrap();
    stat.rsplit_once(')').unwrap().1.split_whitespace().nth(7).unwrap().parse().unwrap()
}

/// The pages that a buffer takes from the system.
fn pages_of_a_buffer() -> usize {
    let before = faults();
    drop(black_box(vec![1u8; BUFFER]));
    faults() - before
}

#[test]
fn a_buffer_of_the_next_step_is_not_cleared_anew() {
    let kept = Kept::new();
    pages_of_a_buffer();
    // A training of another test may end in between, which gives back what is free.
    let again = (0..8).map(|_| pages_of_a_buffer()).min().unwrap();
    assert!(again < BUFFER / PAGE / 100, "{again} pages");
    drop(kept);
}
