//! Which instructions kernels are made of, chosen when the program runs.

use std::sync::OnceLock;

use super::lanes::Lanes;
#[cfg(target_arch = "x86_64")]
use super::lanes::avx2::{self, Avx2};
#[cfg(target_arch = "x86_64")]
use super::lanes::avx512::{self, Avx512};
use super::lanes::portable::Portable;

/// What runs on whichever instructions there are.
pub(crate) trait Kernel {
    /// Implementations are `#[inline(always)]`, so that they are compiled once for each kind of instructions.
    fn run<L: Lanes>(self, lanes: L);
}

/// The instructions that a processor has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Isa {
    /// 512 bits.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// 256 bits with fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// What every processor has that the program was compiled for.
    Portable,
}

impl Isa {
    /// The best of this processor.
    pub(crate) fn best() -> Self {
        static BEST: OnceLock<Isa> = OnceLock::new();
        *BEST.get_or_init(|| Self::all().first().copied().unwrap_or(Self::Portable))
    }

    /// All of this processor, the best first.
    pub(crate) fn all() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let fast = [Avx512::detect().map(Self::Avx512), Avx2::detect().map(Self::Avx2)];
        #[cfg(not(target_arch = "x86_64"))]
        let fast = [None];
        fast.into_iter().flatten().chain([Self::Portable]).collect()
    }

    #[inline]
    pub(crate) fn run(self, kernel: impl Kernel) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(lanes) => avx512::run(lanes, kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(lanes) => avx2::run(lanes, kernel),
            Self::Portable => kernel.run(Portable),
        }
    }
}
