//! Writing a checkpoint, and removing old ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor};

use super::manifest::Manifest;
use super::read::numbers;
use super::{MODEL, OPTIMIZER, STATE, State, all, folder_of};
use crate::disk;
use crate::error::Result;
use crate::parameter::Parameter;
use crate::train::adamw::{AdamW, Means};
use crate::weights::write::write as write_tensors;

/// How many checkpoints are kept beside the best.
const KEPT: usize = 2;

/// Writes the checkpoint of a state. Whatever happens, those before it stay, and it is there whole or not at all.
pub(in crate::train) fn save(folder: &Path, state: &State, parameters: &[&Parameter], optimizer: &AdamW) -> Result<()> {
    let target = folder_of(folder, state.step);
    if target.is_dir() {
        disk::remove_folder(&target)?;
    }
    let beside = disk::beside(&target);
    if beside.is_dir() {
        disk::at(&beside, "cannot be removed", fs::remove_dir_all(&beside))?;
    }
    disk::make_folder(&beside)?;
    write(&beside, state, parameters, optimizer)?;
    disk::rename(&beside, &target)
}

/// Removes all checkpoints but the newest and the best.
pub(in crate::train) fn thin_out(folder: &Path, best: Option<u64>) -> Result<()> {
    let found = numbers(folder)?;
    let old = found.iter().rev().skip(KEPT).filter(|step| Some(**step) != best);
    old.into_iter().try_for_each(|&step| disk::remove_folder(&folder_of(folder, step)))?;
    disk::sync_folder(&all(folder))
}

fn write(folder: &Path, state: &State, parameters: &[&Parameter], optimizer: &AdamW) -> Result<()> {
    let trained = parameters.iter().filter(|parameter| parameter.var().is_some());
    let weights = trained.map(|parameter| (parameter.name().to_owned(), parameter.tensor().clone())).collect();
    write_tensors(&folder.join(MODEL), &weights, false)?;
    write_tensors(&folder.join(OPTIMIZER), &means(optimizer, &weights)?, false)?;
    disk::write_synced(&folder.join(STATE), &serde_json::to_vec_pretty(state).unwrap_or_default())?;
    Manifest::of(folder, &[MODEL, OPTIMIZER, STATE])?.write(folder)?;
    disk::sync_folder(folder)
}

/// The optimizer's means as tensors of the weights' shapes: `NAME.mean` and `NAME.square`.
fn means(optimizer: &AdamW, weights: &BTreeMap<String, Tensor>) -> Result<BTreeMap<String, Tensor>> {
    let mut all = BTreeMap::new();
    for (name, moments) in optimizer.moments() {
        let Some(weight) = weights.get(name) else { continue };
        let (mean, square) = match &moments.means {
            Means::Host { mean, square } => {
                let tensor = |numbers: &[f32]| Tensor::from_slice(numbers, weight.shape(), &Device::Cpu);
                (tensor(mean)?, tensor(square)?)
            }
            Means::Device { mean, square } => (mean.clone(), square.clone()),
        };
        all.insert(format!("{name}.mean"), mean);
        all.insert(format!("{name}.square"), square);
    }
    Ok(all)
}
