//! `--device`

use bert_runtime::{Device, device};

use crate::failure::Failure;
use crate::screen::Screen;

/// The device of a name, which is told. One that is not there is an error, and never another device.
pub fn device_of(name: Option<&str>, screen: &mut Screen) -> Result<Device, Failure> {
    let Some(name) = name else { return Ok(Device::Cpu) };
    let found = device::open(name)?;
    screen.note(&format!("device: {}", device::describe(&found)))?;
    Ok(found)
}
