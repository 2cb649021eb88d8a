//! Kernels on NVIDIA's GPUs.
#![allow(unsafe_code)]

use candle_core::cuda_backend::cudarc::driver::sys::CUdevice_attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
use candle_core::cuda_backend::cudarc::driver::{DevicePtr, LaunchConfig, PushKernelArg};
use candle_core::cuda_backend::{CudaStorageSlice, WrapErr};
use candle_core::{CudaDevice, CudaStorage, Device, Result, bail};

use super::launch::Launch;
use super::modules::function;

/// Queues a kernel on the device's stream, with its operands as C lays them out.
pub(super) fn launch(device: &CudaDevice, launch: &Launch, operands: &[Vec<u64>]) -> Result<()> {
    let stream = device.cuda_stream();
    let function = function(stream.context(), launch)?;
    let mut builder = stream.launch_builder(&function);
    for operand in operands {
        let Some(first) = operand.first() else { bail!("{} is given an empty operand", launch.kernel) };
        builder.arg(first);
    }
    let [x, y, z] = launch.grid.map(|size| size as u32);
    let config = LaunchConfig { grid_dim: (x, y, z), block_dim: (launch.threads, 1, 1), shared_mem_bytes: 0 };
    // SAFETY: operands are those of the kernel, and their addresses are of tensors that are as large as it expects. The driver copies operands before it
    // returns, and the memory of tensors is given back on the same stream, after what was queued before.
    unsafe { builder.launch(config) }.w()?;
    Ok(())
}

/// Where a storage begins on the device.
pub(super) fn address(storage: &CudaStorage) -> Result<u64> {
    let stream = storage.device.cuda_stream();
    Ok(match &storage.slice {
        CudaStorageSlice::U32(numbers) => numbers.device_ptr(&stream).0,
        CudaStorageSlice::F16(numbers) => numbers.device_ptr(&stream).0,
        CudaStorageSlice::BF16(numbers) => numbers.device_ptr(&stream).0,
        CudaStorageSlice::F32(numbers) => numbers.device_ptr(&stream).0,
        _ => bail!("no kernel computes in this number format"),
    })
}

/// Whether a device has the matrix instruction of the tiled kernels.
pub(super) fn has_matrices(device: &Device) -> bool {
    match device {
        Device::Cuda(device) => {
            let major = device.cuda_stream().context().attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
            major.is_ok_and(|major| major >= 8)
        }
        _ => true,
    }
}
