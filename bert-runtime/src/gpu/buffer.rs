//! Where tensors lie, and room for results.
#![allow(unsafe_code)]

use candle_core::backend::BackendDevice;
use candle_core::op::BackpropOp;
use candle_core::{CpuStorage, DType, Device, Result, Shape, Storage, Tensor, bail};

use super::launch::Operand;

/// Where a tensor's numbers begin. They must lie one after the other.
pub(super) fn address(tensor: &Tensor) -> Result<Operand> {
    let (storage, layout) = tensor.storage_and_layout();
    let Some((start, _)) = layout.contiguous_offsets() else { bail!("a kernel wants numbers without gaps") };
    let begin = match &*storage {
        Storage::Cpu(storage) => on_host(storage)?,
        Storage::Cuda(storage) => on_device(storage)?,
        Storage::Metal(_) => bail!("there are no kernels for this device"),
    };
    Ok(Operand::Address(begin).after(start * tensor.dtype().size_in_bytes()))
}

/// The tensor, without gaps and from 16 bytes on, as kernels read it that take eight numbers at a time.
pub(super) fn aligned(tensor: &Tensor) -> Result<Tensor> {
    let tensor = tensor.contiguous()?;
    match address(&tensor)? {
        Operand::Address(address) if address % 16 != 0 => tensor.copy(),
        _ => Ok(tensor),
    }
}

/// The same of several tensors, apart from the graph. They must live until the kernel that reads them was launched.
pub(super) fn all_aligned<const N: usize>(tensors: [&Tensor; N]) -> Result<[Tensor; N]> {
    let mut found = tensors.map(Tensor::clone);
    for tensor in &mut found {
        *tensor = aligned(&tensor.detach())?;
    }
    Ok(found)
}

/// Where the numbers of a storage begin.
pub(super) fn on_host(storage: &CpuStorage) -> Result<u64> {
    Ok(match storage {
        CpuStorage::U32(numbers) => numbers.as_ptr() as u64,
        CpuStorage::F16(numbers) => numbers.as_ptr() as u64,
        CpuStorage::BF16(numbers) => numbers.as_ptr() as u64,
        CpuStorage::F32(numbers) => numbers.as_ptr() as u64,
        _ => bail!("no kernel computes in this number format"),
    })
}

#[cfg(feature = "cuda")]
pub(super) use super::device::address as on_device;

#[cfg(not(feature = "cuda"))]
pub(super) fn on_device(_: &candle_core::CudaStorage) -> Result<u64> {
    bail!("this program was built without GPUs")
}

/// Room for a kernel's result, which holds nothing of meaning yet.
#[derive(Debug)]
pub(super) struct Blank {
    storage: Storage,
    shape: Shape,
}

impl Blank {
    pub(super) fn new(shape: impl Into<Shape>, dtype: DType, device: &Device) -> Result<Self> {
        let shape = shape.into();
        let storage = match device {
            // SAFETY: kernels write all of it before anybody reads.
            Device::Cuda(device) => Storage::Cuda(unsafe { device.alloc_uninit(&shape, dtype)? }),
            _ => Storage::Cpu(unwritten(&shape, dtype)?),
        };
        Ok(Self { storage, shape })
    }

    /// Room that holds zeros, of which kernels write a part.
    pub(super) fn zeros(shape: impl Into<Shape>, dtype: DType, device: &Device) -> Result<Self> {
        let shape = shape.into();
        let storage = match device {
            Device::Cuda(device) => Storage::Cuda(device.zeros_impl(&shape, dtype)?),
            _ => Storage::Cpu(candle_core::cpu_backend::CpuDevice.zeros_impl(&shape, dtype)?),
        };
        Ok(Self { storage, shape })
    }

    /// Where it begins, to be written there.
    pub(super) fn address(&mut self) -> Result<Operand> {
        Ok(Operand::Address(match &mut self.storage {
            Storage::Cpu(CpuStorage::U32(numbers)) => numbers.as_mut_ptr() as u64,
            Storage::Cpu(CpuStorage::F16(numbers)) => numbers.as_mut_ptr() as u64,
            Storage::Cpu(CpuStorage::BF16(numbers)) => numbers.as_mut_ptr() as u64,
            Storage::Cpu(CpuStorage::F32(numbers)) => numbers.as_mut_ptr() as u64,
            Storage::Cuda(storage) => on_device(storage)?,
            _ => bail!("no kernel computes in this number format"),
        }))
    }

    /// What was written.
    pub(super) fn tensor(self) -> Tensor {
        Tensor::from_storage(self.storage, self.shape, BackpropOp::none(), false)
    }

    pub(super) fn into_parts(self) -> (Storage, Shape) {
        (self.storage, self.shape)
    }
}

/// Numbers that nobody takes for results.
fn unwritten(shape: &Shape, dtype: DType) -> Result<CpuStorage> {
    let count = shape.elem_count();
    Ok(match dtype {
        DType::U32 => CpuStorage::U32(vec![u32::MAX; count]),
        DType::F16 => CpuStorage::F16(vec![half::f16::NAN; count]),
        DType::BF16 => CpuStorage::BF16(vec![half::bf16::NAN; count]),
        DType::F32 => CpuStorage::F32(vec![f32::NAN; count]),
        other => bail!("no kernel computes in {}", other.as_str()),
    })
}
