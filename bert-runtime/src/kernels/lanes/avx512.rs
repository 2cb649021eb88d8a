//! Lanes of AVX-512: a line is one register.
#![allow(unsafe_code)]
//! SAFETY of every `unsafe` block here: an [`Avx512`] is made by [`Avx512::detect`] alone, which asks the processor for all of the
//! extensions, and each method takes one. Loads and stores are of the sixteen numbers of a `Line`, which is aligned to 64 bytes.

use std::arch::x86_64::*;

use super::Lanes;
use super::avx2::Avx2;
use crate::kernels::isa::Kernel;
use crate::kernels::lines::{Line, WIDTH};

/// The proof that the processor has AVX-512, of which the first part and that for bits are used, and AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Avx512(Avx2);

impl Avx512 {
    pub(in crate::kernels) fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512dq");
        Avx2::detect().filter(|_| found).map(Self)
    }
}

/// Runs a kernel, compiled for these instructions.
#[inline]
pub(in crate::kernels) fn run<K: Kernel>(lanes: Avx512, kernel: K) {
    #[target_feature(enable = "avx512f,avx512dq,avx2,fma")]
    fn compiled<K: Kernel>(lanes: Avx512, kernel: K) {
        kernel.run(lanes);
    }
    unsafe { compiled(lanes, kernel) }
}

/// A method that is one instruction. No closures: a compiler need not compile them for the instructions of their caller.
macro_rules! instructions {
    ($($method:ident = $intrinsic:ident($($of:ident),+);)*) => {
        $(#[inline(always)]
        fn $method(self, $($of: __m512),+) -> __m512 {
            unsafe { $intrinsic($($of),+) }
        })*
    };
}

impl Lanes for Avx512 {
    type V = __m512;

    /// Six rows of a weight and two panels have twelve sums in thirty-two registers, and a sum is ready when its turn comes again.
    const WIDE: bool = true;

    instructions! {
        add = _mm512_add_ps(a, b);
        sub = _mm512_sub_ps(a, b);
        mul = _mm512_mul_ps(a, b);
        div = _mm512_div_ps(a, b);
        min = _mm512_min_ps(a, b);
        max = _mm512_max_ps(a, b);
        mul_add = _mm512_fmadd_ps(a, b, c);
        sqrt = _mm512_sqrt_ps(x);
        abs = _mm512_abs_ps(x);
    }

    #[inline(always)]
    fn with_sign(self, x: __m512, sign: __m512) -> __m512 {
        unsafe { _mm512_or_ps(_mm512_abs_ps(x), _mm512_and_ps(_mm512_set1_ps(-0.0), sign)) }
    }

    #[inline(always)]
    fn round(self, x: __m512) -> __m512 {
        unsafe { _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(x) }
    }

    #[inline(always)]
    fn power_of_two(self, n: __m512) -> __m512 {
        unsafe {
            let biased = _mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(127));
            _mm512_castsi512_ps(_mm512_slli_epi32::<23>(biased))
        }
    }

    #[inline(always)]
    fn fetch(self, from: &[f32], place: usize) {
        self.0.fetch(from, place);
    }

    #[inline(always)]
    fn turn(self, from: &[Line; WIDTH], to: &mut [Line; WIDTH]) {
        self.0.turn(from, to);
    }

    #[inline(always)]
    fn keep(self, x: __m512, bits: u16) -> __m512 {
        unsafe { _mm512_maskz_mov_ps(bits, x) }
    }

    #[inline(always)]
    fn splat(self, x: f32) -> __m512 {
        unsafe { _mm512_set1_ps(x) }
    }

    #[inline(always)]
    fn load(self, from: &Line) -> __m512 {
        unsafe { _mm512_load_ps(from.0.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, to: &mut Line, x: __m512) {
        unsafe { _mm512_store_ps(to.0.as_mut_ptr(), x) }
    }
}
