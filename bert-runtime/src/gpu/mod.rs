//! The encoder's arithmetic on a GPU: kernels on packed rows, launched on candle's stream, and the gradients of each.
//!
//! What a kernel is given and how it is launched is the same on a GPU and, in tests, on the processor, where `emulator/` runs the kernels' own source.

mod activation;
mod attention;
mod buffer;
#[cfg(feature = "cuda")]
mod device;
mod dropout;
mod embedding;
#[cfg(test)]
pub(crate) mod emulated;
mod groups;
mod launch;
#[cfg(feature = "cuda")]
mod modules;
mod norm;
mod noted;
mod optimizer;
mod placement;
mod product;
mod sums;
#[cfg(test)]
mod tests;

pub(crate) use activation::activated;
pub(crate) use attention::{Asked, Heads, attended};
pub(crate) use dropout::{Cells, Kept, dropped};
pub(crate) use embedding::{Tables, embedded};
pub(crate) use norm::{Normed, normed};
pub(crate) use optimizer::{Adam, move_weight};
pub(crate) use placement::Placement;
pub(crate) use product::product;
pub(crate) use sums::squares;

use candle_core::{DType, Device};

/// The widest rows and heads that the kernels take.
const WIDEST_ROW: usize = 2048;
const WIDEST_HEAD: usize = 128;

/// Whether kernels run on a device: on GPUs, where they were built, and in tests that emulate one.
pub(crate) fn serves(device: &Device) -> bool {
    match device {
        Device::Cuda(_) => cfg!(feature = "cuda"),
        #[cfg(test)]
        Device::Cpu => emulated::is_on(),
        _ => false,
    }
}

/// Whether the kernels know a number format, rows of this width, and heads of this width.
pub(crate) fn fits(dtype: DType, row: usize, head: usize) -> bool {
    matches!(dtype, DType::F32 | DType::F16 | DType::BF16) && row <= WIDEST_ROW && head <= WIDEST_HEAD
}
