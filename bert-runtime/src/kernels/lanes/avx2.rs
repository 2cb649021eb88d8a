//! Lanes of AVX2 and FMA.
#![allow(unsafe_code)]
//! SAFETY of every `unsafe` block here: an [`Avx2`] is made by [`Avx2::detect`] alone, which asks the processor for both
//! extensions, and each method takes one. Loads and stores are of the sixteen numbers of a `Line`, which is aligned to 64 bytes.

use std::arch::x86_64::*;

use super::Lanes;
use crate::kernels::isa::Kernel;
use crate::kernels::lines::{Line, WIDTH};

/// The proof that the processor has AVX2 and FMA.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(in crate::kernels) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

/// Runs a kernel, compiled for these instructions.
#[inline]
pub(in crate::kernels) fn run<K: Kernel>(lanes: Avx2, kernel: K) {
    #[target_feature(enable = "avx2,fma")]
    fn compiled<K: Kernel>(lanes: Avx2, kernel: K) {
        kernel.run(lanes);
    }
    unsafe { compiled(lanes, kernel) }
}

type Two = (__m256, __m256);

/// A method that does the same to both halves. No closures: a compiler need not compile them for the instructions of their caller.
macro_rules! halves {
    ($($method:ident = $intrinsic:ident($($of:ident),+);)*) => {
        $(#[inline(always)]
        fn $method(self, $($of: Two),+) -> Two {
            unsafe { ($intrinsic($($of.0),+), $intrinsic($($of.1),+)) }
        })*
    };
}

impl Lanes for Avx2 {
    type V = Two;

    halves! {
        add = _mm256_add_ps(a, b);
        sub = _mm256_sub_ps(a, b);
        mul = _mm256_mul_ps(a, b);
        div = _mm256_div_ps(a, b);
        min = _mm256_min_ps(a, b);
        max = _mm256_max_ps(a, b);
        mul_add = _mm256_fmadd_ps(a, b, c);
        sqrt = _mm256_sqrt_ps(x);
        abs = magnitude(x);
        with_sign = signed(x, sign);
        round = nearest(x);
        power_of_two = power_of_two(n);
    }

    /// Any address will do: what cannot be fetched is not.
    #[inline(always)]
    fn fetch(self, from: &[f32], place: usize) {
        unsafe { _mm_prefetch::<_MM_HINT_T1>(from.as_ptr().wrapping_add(place).cast()) }
    }

    #[inline(always)]
    fn turn(self, from: &[Line; WIDTH], to: &mut [Line; WIDTH]) {
        for (row, lane) in [(0, 0), (0, 8), (8, 0), (8, 8)] {
            unsafe { put(to, lane, row, turned(eighth(from, row, lane))) }
        }
    }

    #[inline(always)]
    fn keep(self, x: Two, bits: u16) -> Two {
        unsafe { kept(x, bits) }
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Two {
        let x = unsafe { _mm256_set1_ps(x) };
        (x, x)
    }

    #[inline(always)]
    fn load(self, from: &Line) -> Two {
        let from = from.0.as_ptr();
        unsafe { (_mm256_load_ps(from), _mm256_load_ps(from.add(8))) }
    }

    #[inline(always)]
    fn store(self, to: &mut Line, x: Two) {
        let to = to.0.as_mut_ptr();
        unsafe {
            _mm256_store_ps(to, x.0);
            _mm256_store_ps(to.add(8), x.1);
        }
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn magnitude(x: __m256) -> __m256 {
    _mm256_andnot_ps(_mm256_set1_ps(-0.0), x)
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn signed(x: __m256, sign: __m256) -> __m256 {
    _mm256_or_ps(magnitude(x), _mm256_and_ps(_mm256_set1_ps(-0.0), sign))
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn nearest(x: __m256) -> __m256 {
    _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x)
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn power_of_two(n: __m256) -> __m256 {
    let biased = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    _mm256_castsi256_ps(_mm256_slli_epi32::<23>(biased))
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn kept(x: Two, bits: u16) -> Two {
    let bits = _mm256_set1_epi32(i32::from(bits));
    let first = _mm256_setr_epi32(1, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6, 1 << 7);
    let [first, second] = [first, _mm256_slli_epi32::<8>(first)];
    let first = _mm256_cmpeq_epi32(_mm256_and_si256(bits, first), first);
    let second = _mm256_cmpeq_epi32(_mm256_and_si256(bits, second), second);
    (_mm256_and_ps(x.0, _mm256_castsi256_ps(first)), _mm256_and_ps(x.1, _mm256_castsi256_ps(second)))
}

type Eight = [__m256; 8];

/// Eight numbers of eight lines.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn eighth(lines: &[Line; WIDTH], row: usize, lane: usize) -> Eight {
    let mut rows = [_mm256_setzero_ps(); 8];
    for (to, line) in rows.iter_mut().zip(&lines[row..row + 8]) {
        *to = unsafe { _mm256_load_ps(line.0[lane..lane + 8].as_ptr()) };
    }
    rows
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn put(lines: &mut [Line; WIDTH], row: usize, lane: usize, from: Eight) {
    for (line, from) in lines[row..row + 8].iter_mut().zip(from) {
        unsafe { _mm256_store_ps(line.0[lane..lane + 8].as_mut_ptr(), from) }
    }
}

/// A square of eight by eight numbers turned over: pairs of numbers, then pairs of pairs, then halves.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn turned(x: Eight) -> Eight {
    let (mut pairs, mut fours, mut rows) = (x, x, x);
    for two in 0..4 {
        pairs[2 * two] = _mm256_unpacklo_ps(x[2 * two], x[2 * two + 1]);
        pairs[2 * two + 1] = _mm256_unpackhi_ps(x[2 * two], x[2 * two + 1]);
    }
    for four in [0, 4] {
        for half in 0..2 {
            let (a, b) = (pairs[four + half], pairs[four + half + 2]);
            fours[four + 2 * half] = _mm256_shuffle_ps::<0b01_00_01_00>(a, b);
            fours[four + 2 * half + 1] = _mm256_shuffle_ps::<0b11_10_11_10>(a, b);
        }
    }
    for lane in 0..4 {
        rows[lane] = _mm256_permute2f128_ps::<0x20>(fours[lane], fours[lane + 4]);
        rows[lane + 4] = _mm256_permute2f128_ps::<0x31>(fours[lane], fours[lane + 4]);
    }
    rows
}
