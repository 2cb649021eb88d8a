//! `--device`

use bert_runtime::Device;

use crate::failure::Failure;

/// The device of a name. One that is not there is an error, and never another device.
pub fn device(name: &str) -> Result<Device, Failure> {
    let number = match name.split_once(':') {
        None if name == "cpu" => return Ok(Device::Cpu),
        None if name == "cuda" => Some(0),
        Some(("cuda", number)) => number.parse().ok(),
        _ => None,
    };
    let number = number.ok_or_else(|| Failure::new(format!("no device is called `{name}`: write `cpu`, `cuda` or `cuda:N`")))?;
    if !cfg!(feature = "cuda") {
        let why = "this command was built without GPUs: build it with `--features cli,cuda`, or take `--device cpu`";
        return Err(Failure::new(format!("`{name}` is not there: {why}")));
    }
    Device::new_cuda(number).map_err(|error| Failure::new(format!("`{name}` is not there: {error}: take one that is, or `--device cpu`")))
}
