//! What the numbers of a weight look like.

use candle_core::{CpuStorage, Device, Storage, Tensor};

use crate::error::Result;

/// What is odd about the numbers of a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    Sound,
    NonFinite,
    AllZero,
}

/// Looks at every number of a float tensor.
pub(super) fn inspect(tensor: &Tensor) -> Result<Health> {
    let here = tensor.to_device(&Device::Cpu)?.contiguous()?;
    let (storage, layout) = here.storage_and_layout();
    let Some((start, end)) = layout.contiguous_offsets() else { return Ok(Health::Sound) };
    let Storage::Cpu(numbers) = &*storage else { return Ok(Health::Sound) };
    Ok(match numbers {
        CpuStorage::F32(numbers) => judge(numbers.get(start..end), |x| x.is_finite(), |x| *x == 0.0),
        CpuStorage::F64(numbers) => judge(numbers.get(start..end), |x| x.is_finite(), |x| *x == 0.0),
        CpuStorage::F16(numbers) => judge(numbers.get(start..end), |x| x.is_finite(), |x| x.to_f32() == 0.0),
        CpuStorage::BF16(numbers) => judge(numbers.get(start..end), |x| x.is_finite(), |x| x.to_f32() == 0.0),
        _ => Health::Sound,
    })
}

fn judge<T>(numbers: Option<&[T]>, finite: impl Fn(&T) -> bool, zero: impl Fn(&T) -> bool) -> Health {
    let numbers = numbers.unwrap_or_default();
    if !numbers.iter().all(finite) {
        Health::NonFinite
    } else if numbers.iter().all(zero) {
        Health::AllZero
    } else {
        Health::Sound
    }
}
