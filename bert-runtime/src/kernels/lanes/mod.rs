//! Sixteen numbers at once: what a kernel is written in.

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512;
pub(super) mod portable;

use super::lines::{Line, WIDTH};

/// Arithmetic on the sixteen numbers of a line. A value of this type is the proof that the processor has the instructions.
pub(crate) trait Lanes: Copy + Send + Sync {
    /// Sixteen numbers.
    type V: Copy;

    /// Whether there are registers for the sums of two panels at a time.
    const WIDE: bool = false;

    /// Asks for the cache line of a number that will be read soon, so many numbers after the first, within the slice or not.
    fn fetch(self, from: &[f32], place: usize);
    /// Lines turned over: number `l` of line `r` becomes number `r` of line `l`.
    fn turn(self, from: &[Line; WIDTH], to: &mut [Line; WIDTH]);
    /// Zero where the bit of a lane is 0, the first lane's bit the lowest.
    fn keep(self, x: Self::V, bits: u16) -> Self::V;
    fn splat(self, x: f32) -> Self::V;
    fn load(self, from: &Line) -> Self::V;
    fn store(self, to: &mut Line, x: Self::V);
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// `b` where either is not a number.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// `b` where either is not a number.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// `a * b + c`, rounded once where the processor can.
    fn mul_add(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    fn sqrt(self, x: Self::V) -> Self::V;
    fn abs(self, x: Self::V) -> Self::V;
    /// The sign of `sign` on the magnitude of `x`.
    fn with_sign(self, x: Self::V, sign: Self::V) -> Self::V;
    /// The nearest whole number, of two the even one.
    fn round(self, x: Self::V) -> Self::V;
    /// `2^n` for a whole `n` of -126 to 127.
    fn power_of_two(self, n: Self::V) -> Self::V;
}
