//! Reading a checkpoint back.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor};

use super::manifest::Manifest;
use super::state::FORMAT;
use super::{MODEL, OPTIMIZER, STATE, State, all, folder_of};
use crate::disk;
use crate::error::{Error, ErrorKind, Result};
use crate::parameter::Parameter;
use crate::train::adamw::{AdamConstants, AdamW, Means, Moments};

/// A checkpoint that was found whole.
#[derive(Debug)]
pub(in crate::train) struct Read {
    pub state: State,
    weights: BTreeMap<String, Tensor>,
    means: BTreeMap<String, Tensor>,
}

/// The steps of a folder's checkpoints, in order.
pub(in crate::train) fn numbers(folder: &Path) -> Result<Vec<u64>> {
    let all = all(folder);
    if !all.is_dir() {
        return Ok(Vec::new());
    }
    let entries = disk::at(&all, "cannot be read", fs::read_dir(&all))?;
    let number = |name: String| name.strip_prefix("step-")?.parse().ok();
    let mut numbers: Vec<u64> = entries.flatten().filter_map(|entry| number(entry.file_name().to_string_lossy().into_owned())).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// Removes what a training left unfinished when it was ended.
pub(in crate::train) fn remove_unfinished(folder: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(all(folder)) else { return Ok(()) };
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_unfinished = path.to_string_lossy().ends_with(disk::UNFINISHED);
        if is_unfinished {
            disk::at(&path, "cannot be removed", fs::remove_dir_all(&path))?;
        }
    }
    Ok(())
}

/// The newest checkpoint; with `fall_back`, the newest that is whole.
///
/// # Errors
/// A newest checkpoint that is not whole, with the file that is not.
pub(in crate::train) fn newest(folder: &Path, fall_back: bool) -> Result<Option<Read>> {
    let mut first = None;
    for step in numbers(folder)?.into_iter().rev() {
        match Read::of(folder, step) {
            Ok(read) => return Ok(Some(read)),
            Err(error) if fall_back => drop(first.get_or_insert(error)),
            Err(error) => {
                let what = format!("{error}: resume with `fall_back` to take the one before it, or start in another folder");
                return Err(Error::new(error.kind(), what).caused_by(error));
            }
        }
    }
    first.map_or(Ok(None), Err)
}

impl Read {
    /// The checkpoint of a step.
    pub fn of(folder: &Path, step: u64) -> Result<Self> {
        let folder = folder_of(folder, step);
        Manifest::check(&folder)?;
        let path = folder.join(STATE);
        let bytes = disk::at(&path, "cannot be read", fs::read(&path))?;
        let unfit = |what: String| Error::new(ErrorKind::Weights, format!("{}: {what}", path.display()));
        let json: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| unfit(error.to_string()))?;
        match json.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format == u64::from(FORMAT) => {}
            other => {
                return Err(unfit(format!(
                    "the checkpoint's form is {other:?}, and this version reads {FORMAT}: resume with the version that wrote it"
                )));
            }
        }
        let state = serde_json::from_value(json).map_err(|error| unfit(error.to_string()))?;
        Ok(Self { state, weights: tensors(&folder.join(MODEL))?, means: tensors(&folder.join(OPTIMIZER))? })
    }

    /// Gives the weights back to those that train.
    ///
    /// # Errors
    /// A weight that the checkpoint lacks, or has in another shape.
    pub fn restore(&self, parameters: &[&Parameter]) -> Result<()> {
        for parameter in parameters {
            let Some(var) = parameter.var() else { continue };
            let found = self.weights.get(parameter.name()).filter(|tensor| tensor.shape() == var.shape());
            let Some(tensor) = found else {
                let what = format!("the checkpoint has no `{}` of the shape {:?}: it is of another model", parameter.name(), var.dims());
                return Err(Error::new(ErrorKind::Weights, what));
            };
            var.set(&tensor.to_device(var.device())?.to_dtype(var.dtype())?)?;
        }
        Ok(())
    }

    /// The optimizer as it was.
    pub fn optimizer(&self, constants: AdamConstants, parameters: &[&Parameter]) -> Result<AdamW> {
        let mut all = BTreeMap::new();
        for parameter in parameters {
            let (Some(var), Some(&steps)) = (parameter.var(), self.state.moved.get(parameter.name())) else { continue };
            let mean = |kind: &str| {
                let name = format!("{}.{kind}", parameter.name());
                self.means.get(&name).cloned().ok_or_else(|| Error::new(ErrorKind::Weights, format!("the checkpoint has no `{name}`")))
            };
            all.insert(parameter.name().to_owned(), Moments { steps, means: Means::from_tensors(var, mean("mean")?, mean("square")?)? });
        }
        Ok(AdamW::with_moments(constants, all))
    }
}

fn tensors(path: &Path) -> Result<BTreeMap<String, Tensor>> {
    let unreadable =
        |error: candle_core::Error| Error::new(ErrorKind::Weights, format!("{} cannot be read: {error}", path.display())).caused_by(error);
    Ok(candle_core::safetensors::load(path, &Device::Cpu).map_err(unreadable)?.into_iter().collect())
}
