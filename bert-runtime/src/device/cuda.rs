//! NVIDIA's GPUs.
#![allow(unsafe_code)]

use candle_core::cuda_backend::WrapErr;
use candle_core::cuda_backend::cudarc::driver::result::{device, mem_pool};
use candle_core::cuda_backend::cudarc::driver::sys::{CUmemPool_attribute, CUmemoryPool};
use candle_core::{CudaDevice, Device, Result};

use super::Absence;

/// A GPU with one stream for all threads.
pub(super) fn open(number: usize) -> std::result::Result<Device, Absence> {
    let opened = Device::new_cuda_with_stream(number).and_then(|device| device.as_cuda_device().and_then(keep_memory).map(|()| device));
    opened.map_err(|error| (why(&error.to_string()), Some(error)))
}

/// What the driver's errors mean to somebody who asked for a GPU.
fn why(error: &str) -> String {
    let known = [
        ("STUB_LIBRARY", "no NVIDIA driver is on this machine (libcuda.so.1 cannot be loaded)"),
        ("NO_DEVICE", "the NVIDIA driver finds no GPU"),
        ("INVALID_DEVICE", "there are not so many GPUs"),
        ("CUBLAS_STATUS_NOT_INITIALIZED", "cuBLAS cannot be loaded: install the CUDA toolkit, or name its libraries in LD_LIBRARY_PATH"),
        (
            "CURAND_STATUS_INITIALIZATION_FAILED",
            "cuRAND cannot be loaded: install the CUDA toolkit, or name its libraries in LD_LIBRARY_PATH",
        ),
        ("SYSTEM_DRIVER_MISMATCH", "the NVIDIA driver is older than this program wants: update it"),
        ("OUT_OF_MEMORY", "no memory is left on it"),
    ];
    let first = error.lines().next().unwrap_or_default();
    let found = known.iter().find(|(sign, _)| error.contains(sign));
    format!("{}: take another, or `cpu`", found.map_or(first, |(_, why)| why))
}

/// Memory that was given back stays with the program, and no events are kept: all work is on one stream.
fn keep_memory(device: &CudaDevice) -> Result<()> {
    // SAFETY: the one stream of this device orders whatever is done to its memory.
    unsafe { device.disable_event_tracking() };
    let mut all = u64::MAX;
    // SAFETY: the attribute is a number of 64 bits.
    unsafe { mem_pool::set_attribute(pool(device)?, CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD, (&raw mut all).cast()) }.w()
}

fn pool(device: &CudaDevice) -> Result<CUmemoryPool> {
    let stream = device.cuda_stream();
    // SAFETY: the device is that of a context that lives.
    unsafe { device::get_default_mem_pool(stream.context().cu_device()) }.w()
}

pub(super) fn describe(device: &CudaDevice) -> String {
    let stream = device.cuda_stream();
    let context = stream.context();
    let name = context.name().unwrap_or_else(|_| "a GPU without a name".into());
    let memory = context.total_mem().map_or(String::new(), |bytes| format!(" with {} GiB", bytes >> 30));
    format!("cuda:{}, {name}{memory}", context.ordinal())
}

pub(super) fn peak_memory(device: &CudaDevice) -> Result<u64> {
    let (pool, attribute) = (pool(device)?, CUmemPool_attribute::CU_MEMPOOL_ATTR_USED_MEM_HIGH);
    let (mut peak, mut zero) = (0u64, 0u64);
    // SAFETY: the attribute is a number of 64 bits, and setting it to 0 begins anew.
    unsafe {
        mem_pool::get_attribute(pool, attribute, (&raw mut peak).cast()).w()?;
        mem_pool::set_attribute(pool, attribute, (&raw mut zero).cast()).w()?;
    }
    Ok(peak)
}
