//! Where to compute: the processor, or a GPU by its number.

#[cfg(feature = "cuda")]
mod cuda;

use candle_core::Device;

use crate::error::{Error, ErrorKind, Result};

/// The device of a name: `cpu`, `cuda` or `cuda:N`. One that is not there is an error with the reason, and never another device.
///
/// A GPU that is opened here has one stream, on which whatever any thread asks of it runs in the order in which it was asked, and keeps memory that
/// was given back for what comes next. The driver is loaded now: a program with the feature `cuda` starts where there is none.
///
/// ```
/// use bert_runtime::{ErrorKind, device};
///
/// assert!(device::open("cpu")?.is_cpu());
/// assert_eq!(device::open("gpu").unwrap_err().kind(), ErrorKind::Device);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
///
/// # Errors
/// Of kind [`ErrorKind::Device`]: a name that no device has, and a GPU that is not there.
pub fn open(name: &str) -> Result<Device> {
    let number = match name.split_once(':') {
        None if name == "cpu" => return Ok(Device::Cpu),
        None if name == "cuda" => Some(0),
        Some(("cuda", number)) => number.parse().ok(),
        _ => None,
    };
    let number = number.ok_or_else(|| {
        let what = format!("no device is called `{name}`: write `cpu`, `cuda` or `cuda:N`");
        Error::new(ErrorKind::Device, what)
    })?;
    gpu(number).map_err(|(why, source)| {
        let error = Error::new(ErrorKind::Device, format!("`{name}` is not there: {why}"));
        match source {
            Some(source) => error.caused_by(source),
            None => error,
        }
    })
}

/// A device in words, such as `the processor` or `cuda:0, NVIDIA H200 with 139 GiB`.
pub fn describe(device: &Device) -> String {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(device) => cuda::describe(device),
        Device::Cpu => "the processor".into(),
        other => format!("{:?}", other.location()),
    }
}

/// How many bytes were in use at once at most on a GPU since it was opened, or since this was asked last; nothing on other devices.
///
/// # Errors
/// What the driver says.
pub fn peak_memory(device: &Device) -> Result<Option<u64>> {
    match device {
        #[cfg(feature = "cuda")]
        Device::Cuda(device) => Ok(Some(cuda::peak_memory(device)?)),
        _ => Ok(None),
    }
}

/// Why a device is not there, and what said so.
type Absence = (String, Option<candle_core::Error>);

#[cfg(feature = "cuda")]
fn gpu(number: usize) -> Result<Device, Absence> {
    cuda::open(number)
}

#[cfg(not(feature = "cuda"))]
fn gpu(_: usize) -> Result<Device, Absence> {
    Err(("this program was built without GPUs: build it with the feature `cuda`, or take `cpu`".into(), None))
}
