//! The weights in a model's folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

use super::archive::{Archive, StoredType, TensorFacts};
use super::file::fault;
use super::health::Health;
use super::pickle::PickleFile;
use super::safetensors::Safetensors;
use super::{names, shards};
use crate::error::{Error, ErrorKind, Result};

/// Opens one file of weights.
pub(super) type Opener = fn(&Path) -> Result<Box<dyn Archive>>;

/// Files of weights, and for each tensor the number of its file.
#[derive(Debug, Default)]
pub(super) struct Opened {
    pub(super) archives: Vec<Box<dyn Archive>>,
    pub(super) tensors: BTreeMap<String, (usize, TensorFacts)>,
}

/// The weights in a model's folder: names, shapes and formats at once, numbers tensor by tensor when they are asked for.
///
/// Names are those that the encoder (`bert.*`) and heads ask for, however the file spells them: with or without `bert.`, under
/// `module.`, `_orig_mod.` or `model.`, layer norms with `gamma` and `beta`. Buffers without weights (`position_ids`) are
/// left out.
#[derive(Debug)]
pub struct Checkpoint {
    path: PathBuf,
    opened: Opened,
    names: BTreeMap<String, String>,
}

impl Checkpoint {
    /// Opens the weights in a folder: `model.safetensors`, else its shards, else `pytorch_model.bin`, else its shards.
    ///
    /// Files are kept open and read at the places that tensors have, not mapped; a file that is replaced later is not noticed.
    ///
    /// # Errors
    /// A folder without such a file; a file that is malformed, or is no file of weights at all; names that are ambiguous.
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        let path = find(folder)?;
        let opened = open(&path, folder)?;
        let names = names::canonical(&path, opened.tensors.keys().map(String::as_str))?;
        Ok(Self { path, opened, names })
    }

    /// The file of weights, or the index of several.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// Shape and format of a tensor.
    pub fn facts(&self, name: &str) -> Option<&TensorFacts> {
        self.find(name).map(|(_, _, facts)| facts)
    }

    /// Whether there is a tensor of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// Whether the encoder's pooler is there.
    pub fn has_pooler(&self) -> bool {
        self.contains("bert.pooler.dense.weight") && self.contains("bert.pooler.dense.bias")
    }

    /// Reads a tensor. F64, F32, F16 and BF16 are cast to `dtype` as candle casts, on the CPU; nothing else is cast.
    ///
    /// # Errors
    /// A name that is not there, numbers that are not floats, a file that was cut meanwhile, and a device that is full.
    pub fn read(&self, name: &str, device: &Device, dtype: DType) -> Result<Tensor> {
        Ok(self.read_here(name, dtype)?.0.to_device(device)?)
    }

    /// Reads a tensor to the CPU, and looks at its numbers: see [`Checkpoint::read`].
    pub(crate) fn read_here(&self, name: &str, dtype: DType) -> Result<(Tensor, Health)> {
        let unknown = || fault(ErrorKind::Weights, &self.path, format!("has no tensor `{name}`"));
        let (raw, archive, _) = self.find(name).ok_or_else(unknown)?;
        archive.read(raw, dtype)
    }

    fn find(&self, name: &str) -> Option<(&str, &dyn Archive, &TensorFacts)> {
        let raw = self.names.get(name)?;
        let (number, facts) = self.opened.tensors.get(raw)?;
        Some((raw, self.opened.archives.get(*number)?.as_ref(), facts))
    }

    /// Whether a tensor of this name could be read as a weight of this shape.
    pub(crate) fn fits(&self, name: &str, shape: &[usize]) -> bool {
        self.facts(name).is_some_and(|facts| facts.shape == shape && matches!(facts.stored, StoredType::Float(_)))
    }
}

fn open(path: &Path, folder: &Path) -> Result<Opened> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let opener: Opener = if name.contains("safetensors") { open_safetensors } else { open_pickle };
    if name.ends_with(".index.json") {
        return shards::open(path, folder, opener);
    }
    let archive = opener(path)?;
    let tensors = archive.tensors().into_iter().map(|(name, facts)| (name.to_owned(), (0, facts))).collect();
    Ok(Opened { archives: vec![archive], tensors })
}

fn open_safetensors(path: &Path) -> Result<Box<dyn Archive>> {
    Ok(Box::new(Safetensors::open(path)?))
}

fn open_pickle(path: &Path) -> Result<Box<dyn Archive>> {
    Ok(Box::new(PickleFile::open(path)?))
}

const FILES: [&str; 4] = ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

fn find(folder: &Path) -> Result<PathBuf> {
    let about =
        std::fs::metadata(folder).map_err(|error| fault(ErrorKind::Io, folder, format!("cannot be read: {error}")).caused_by(error))?;
    if !about.is_dir() {
        return Err(fault(ErrorKind::Io, folder, "is not a folder: give the folder that holds config.json and the weights"));
    }
    let mut candidates = FILES.iter().map(|name| folder.join(name));
    candidates.find(|path| path.symlink_metadata().is_ok()).ok_or_else(|| nothing_there(folder))
}

fn nothing_there(folder: &Path) -> Error {
    let other = ["tf_model.h5", "flax_model.msgpack", "model.ckpt.index", "bert_model.ckpt.index", "model.onnx", "rust_model.ot"];
    let hint = match other.iter().find(|name| folder.join(name).exists()) {
        Some(name) => format!("; {name} is of another library: load it with transformers and save it again"),
        None => String::new(),
    };
    fault(ErrorKind::Weights, folder, format!("has no weights: {} is expected{hint}", FILES.join(", ")))
}
