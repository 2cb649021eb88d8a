//! What training is made of beside products: rows one after the other, `[rows, width]`, forward and back.
//!
//! Loops over slices are compiled for the processor's own instructions as all kernels are. Sums over rows are made in parts of [`PART`] rows, and the
//! parts added in order, so that gradients do not depend on threads.

pub(crate) mod activation;
pub(crate) mod choice;
pub(crate) mod norm;

use super::lines::WIDTH;

/// How many rows a task takes.
const PART: usize = 64;

/// The sum of products, sixteen sums side by side.
#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; WIDTH];
    let (of_a, of_b) = (a.chunks_exact(WIDTH), b.chunks_exact(WIDTH));
    let mut rest = 0.0;
    for (a, b) in of_a.remainder().iter().zip(of_b.remainder()) {
        rest += a * b;
    }
    for (a, b) in of_a.zip(of_b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    total(&sums) + rest
}

/// The sum of all, sixteen sums side by side.
#[inline(always)]
pub(super) fn sum(x: &[f32]) -> f32 {
    let mut sums = [0f32; WIDTH];
    let chunks = x.chunks_exact(WIDTH);
    let mut rest = 0.0;
    for x in chunks.remainder() {
        rest += x;
    }
    for x in chunks {
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum += x;
        }
    }
    total(&sums) + rest
}

#[inline(always)]
fn total(sums: &[f32; WIDTH]) -> f32 {
    let mut total = 0.0;
    for sum in sums {
        total += sum;
    }
    total
}

/// `y + a x`, in the place of `y`.
#[inline(always)]
fn add_scaled(y: &mut [f32], a: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}
