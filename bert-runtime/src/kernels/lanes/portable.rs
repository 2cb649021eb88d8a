//! Lanes in plain Rust, which compilers vectorise for what the program is built for.

use super::Lanes;
use crate::kernels::lines::{Line, WIDTH};

/// What every processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Portable;

type Many = [f32; WIDTH];

#[inline(always)]
fn each(mut a: Many, f: impl Fn(f32) -> f32) -> Many {
    a.iter_mut().for_each(|a| *a = f(*a));
    a
}

#[inline(always)]
fn pairs(mut a: Many, b: Many, f: impl Fn(f32, f32) -> f32) -> Many {
    a.iter_mut().zip(b).for_each(|(a, b)| *a = f(*a, b));
    a
}

impl Lanes for Portable {
    type V = Many;

    #[inline(always)]
    fn fetch(self, _: &[f32], _: usize) {}

    #[inline(always)]
    fn turn(self, from: &[Line; WIDTH], to: &mut [Line; WIDTH]) {
        for (row, line) in from.iter().enumerate() {
            for (to, number) in to.iter_mut().zip(line.0) {
                to.0[row] = number;
            }
        }
    }

    #[inline(always)]
    fn keep(self, mut x: Many, bits: u16) -> Many {
        for (lane, x) in x.iter_mut().enumerate() {
            *x = if bits >> lane & 1 == 1 { *x } else { 0.0 };
        }
        x
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Many {
        [x; WIDTH]
    }

    #[inline(always)]
    fn load(self, from: &Line) -> Many {
        from.0
    }

    #[inline(always)]
    fn store(self, to: &mut Line, x: Many) {
        to.0 = x;
    }

    #[inline(always)]
    fn add(self, a: Many, b: Many) -> Many {
        pairs(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: Many, b: Many) -> Many {
        pairs(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: Many, b: Many) -> Many {
        pairs(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, a: Many, b: Many) -> Many {
        pairs(a, b, |a, b| a / b)
    }

    #[inline(always)]
    fn min(self, a: Many, b: Many) -> Many {
        pairs(a, b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn max(self, a: Many, b: Many) -> Many {
        pairs(a, b, |a, b| if a > b { a } else { b })
    }

    /// Fused only where the program is compiled for a processor that fuses: a call of the library for each number is slow.
    #[inline(always)]
    fn mul_add(self, a: Many, b: Many, mut c: Many) -> Many {
        for (c, (a, b)) in c.iter_mut().zip(a.into_iter().zip(b)) {
            *c = if cfg!(any(target_feature = "fma", target_arch = "aarch64")) { a.mul_add(b, *c) } else { a * b + *c };
        }
        c
    }

    #[inline(always)]
    fn sqrt(self, x: Many) -> Many {
        each(x, f32::sqrt)
    }

    #[inline(always)]
    fn abs(self, x: Many) -> Many {
        each(x, f32::abs)
    }

    #[inline(always)]
    fn with_sign(self, x: Many, sign: Many) -> Many {
        pairs(x, sign, f32::copysign)
    }

    /// By a number so large that its last place is one: what is added to it is rounded. Enough for magnitudes below 2^22.
    #[inline(always)]
    fn round(self, x: Many) -> Many {
        const LARGE: f32 = 12_582_912.0;
        each(x, |x| (x + LARGE) - LARGE)
    }

    #[inline(always)]
    fn power_of_two(self, n: Many) -> Many {
        each(n, |n| f32::from_bits(((n as i32 + 127) as u32) << 23))
    }
}
