//! From the bytes of a file to the numbers of a tensor, a piece at a time: nothing but the tensor is ever as large as it.

use candle_core::{CpuStorage, DType, Device, Storage, Tensor, WithDType};
use half::{bf16, f16};
use rayon::prelude::*;

use super::health::Health;
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::pages::on_large_pages;

/// The numbers of a piece: some megabytes, which a core's cache holds while they are cast and looked at.
const PIECE: usize = 1 << 18;

/// Bytes in a file, by where they begin in the tensor.
pub(super) trait Bytes: Sync {
    /// Fills the buffer.
    ///
    /// # Errors
    /// A file that was cut meanwhile, or cannot be read.
    fn read(&self, start: usize, to: &mut [u8]) -> Result<()>;
}

/// A tensor of this shape from little-endian numbers, cast as candle casts, and what its numbers look like. Pieces are read on all threads.
///
/// # Errors
/// What the bytes' source says, and a format that is not one of floats.
pub(super) fn tensor(bytes: &impl Bytes, stored: DType, shape: &[usize], wanted: DType) -> Result<(Tensor, Health)> {
    match wanted {
        DType::F32 => filled::<f32>(bytes, stored, shape),
        DType::F64 => filled::<f64>(bytes, stored, shape),
        DType::F16 => filled::<f16>(bytes, stored, shape),
        DType::BF16 => filled::<bf16>(bytes, stored, shape),
        other => Err(Error::new(ErrorKind::Binding, format!("weights cannot be {}: ask for F32, F16, BF16 or F64", other.as_str()))),
    }
}

fn filled<T: Number>(bytes: &impl Bytes, stored: DType, shape: &[usize]) -> Result<(Tensor, Health)> {
    let mut numbers = on_large_pages(vec![T::zero(); shape.iter().product()]);
    let piece = |(number, to): (usize, &mut [T])| -> Result<Health> {
        fill(bytes, stored, number * PIECE, to)?;
        Ok(T::judge(to))
    };
    let pieces = numbers.par_chunks_mut(PIECE).enumerate().map(piece);
    let health = pieces.try_reduce(|| Health::AllZero, |a, b| Ok(a.and(b)))?;
    Ok((Tensor::from_vec(numbers, shape, &Device::Cpu)?, health))
}

/// Reads the numbers from number `start` on.
fn fill<T: Number>(bytes: &impl Bytes, stored: DType, start: usize, to: &mut [T]) -> Result<()> {
    let width = stored.size_in_bytes();
    if stored == T::DTYPE && cfg!(target_endian = "little") {
        return bytes.read(start * width, bytemuck::cast_slice_mut(to));
    }
    let mut raw = vec![0; to.len() * width];
    bytes.read(start * width, &mut raw)?;
    let cast = Tensor::from_raw_buffer(&raw, stored, &[to.len()], &Device::Cpu)?.to_dtype(T::DTYPE)?;
    let (storage, _) = cast.storage_and_layout();
    if let Storage::Cpu(storage) = &*storage {
        to.copy_from_slice(storage.as_slice::<T>()?);
    }
    Ok(())
}

/// A float that weights may be made of.
trait Number: WithDType + bytemuck::Pod + Send + Sync {
    fn judge(numbers: &[Self]) -> Health;
}

/// Without their signs, the bits of floats are in the order of their magnitudes, and what is not finite is above all that is.
macro_rules! number {
    ($($float:ty: $bits:ty;)*) => {
        $(impl Number for $float {
            fn judge(numbers: &[Self]) -> Health {
                const MAGNITUDE: $bits = <$bits>::MAX >> 1;
                match numbers.iter().fold(0, |greatest, x| (x.to_bits() & MAGNITUDE).max(greatest)) {
                    0 => Health::AllZero,
                    greatest if greatest >= <$float>::INFINITY.to_bits() => Health::NonFinite,
                    _ => Health::Sound,
                }
            }
        })*
    };
}

number! {
    f32: u32;
    f64: u64;
    f16: u16;
    bf16: u16;
}

/// What the numbers of a tensor on the CPU look like.
pub(crate) fn inspect(tensor: &Tensor) -> Result<Health> {
    let here = tensor.to_device(&Device::Cpu)?.contiguous()?;
    let (storage, layout) = here.storage_and_layout();
    let Some((start, end)) = layout.contiguous_offsets() else { return Ok(Health::Sound) };
    let Storage::Cpu(numbers) = &*storage else { return Ok(Health::Sound) };
    Ok(match numbers {
        CpuStorage::F32(numbers) => Number::judge(&numbers[start..end]),
        CpuStorage::F64(numbers) => Number::judge(&numbers[start..end]),
        CpuStorage::F16(numbers) => Number::judge(&numbers[start..end]),
        CpuStorage::BF16(numbers) => Number::judge(&numbers[start..end]),
        _ => Health::Sound,
    })
}
