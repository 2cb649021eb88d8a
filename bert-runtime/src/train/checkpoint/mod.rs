//! Checkpoints: whole or absent.
//!
//! ```text
//! FOLDER/checkpoints/step-00000120/
//!   model.safetensors        the weights that train
//!   optimizer.safetensors    the means of their gradients and of the squares, in f32
//!   state.json               how far the training is, and what it was told
//!   manifest.json            the size and the SHA-256 of each of these
//! ```
//!
//! A checkpoint is written into a folder with a name that nobody reads, synced, and renamed.

mod manifest;
mod read;
mod state;
mod write;

pub(super) use read::{Read, newest, numbers, remove_unfinished};
pub use state::Best;
pub(super) use state::State;
pub(super) use write::{save, thin_out};

use std::path::{Path, PathBuf};

const MODEL: &str = "model.safetensors";
const OPTIMIZER: &str = "optimizer.safetensors";
const STATE: &str = "state.json";
const MANIFEST: &str = "manifest.json";

/// Where the checkpoint of a step is.
pub(super) fn folder_of(folder: &Path, step: u64) -> PathBuf {
    all(folder).join(format!("step-{step:08}"))
}

fn all(folder: &Path) -> PathBuf {
    folder.join("checkpoints")
}

/// Says of a checkpoint's files, which a test has changed, that they are what was written.
#[cfg(test)]
pub(super) fn vouch(folder: &Path) -> crate::error::Result<()> {
    manifest::Manifest::of(folder, &[MODEL, OPTIMIZER, STATE])?.write(folder)
}
