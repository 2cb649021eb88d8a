//! `pytorch_model.bin` files: a zip with a pickle of tensors, of which only what describes tensors is understood.

mod machine;
mod tensors;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use candle_core::{DType, Tensor};
use zip::{CompressionMethod, ZipArchive};

use super::archive::{Archive, StoredType, TensorFacts};
use super::file::{fault, impostor, open};
use super::health::Health;
use super::numbers::{self, Bytes};
use crate::error::{Error, ErrorKind, Result};
use tensors::Plan;

/// The largest pickle, in bytes; that of a large BERT has some hundred thousand.
const MAX_PICKLE: u64 = 16 << 20;

const CONVERT: &str = "load it with `torch.load` and save it again, best with `safetensors.torch.save_file` as model.safetensors";

/// An open `pytorch_model.bin`.
///
/// Nothing in the pickle is executed: it is read as a description of tensors, and anything else in it is an error.
#[derive(Debug)]
pub(crate) struct PickleFile {
    path: PathBuf,
    folder: String,
    zip: Mutex<ZipArchive<BufReader<File>>>,
    plans: BTreeMap<String, Plan>,
}

impl PickleFile {
    /// Reads the pickle and checks each tensor's place against the zip.
    ///
    /// # Errors
    /// A file of the layout before PyTorch 1.6, one that is no zip, encrypted, compressed or without exactly one `data.pkl`;
    /// a pickle that wants anything but tensors; a tensor that is not covered by its storage.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (mut file, size) = open(path)?;
        check_start(path, &mut file)?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| malformed(path, &error).caused_by(error))?;
        let folder = folder(path, &zip)?;
        check_byte_order(path, &mut zip, &folder)?;
        let pickle = entry(path, &mut zip, &format!("{folder}data.pkl"), MAX_PICKLE.min(size))?;
        let plans = tensors::read(&pickle).map_err(|what| malformed(path, what))?;
        check_storages(path, &mut zip, &folder, &plans, size)?;
        Ok(Self { path: path.to_owned(), folder, zip: Mutex::new(zip), plans })
    }
}

fn check_storages(
    path: &Path,
    zip: &mut ZipArchive<BufReader<File>>,
    folder: &str,
    plans: &BTreeMap<String, Plan>,
    size: u64,
) -> Result<()> {
    for (name, plan) in plans {
        let stored = storage_size(path, zip, &storage_name(folder, plan), size)?;
        plan.check(stored).map_err(|what| malformed(path, format!("its tensor `{name}` {what}")))?;
    }
    Ok(())
}

fn storage_name(folder: &str, plan: &Plan) -> String {
    format!("{folder}data/{}", plan.storage)
}

fn malformed(path: &Path, what: impl std::fmt::Display) -> Error {
    fault(ErrorKind::Weights, path, format!("cannot be read as a PyTorch file: {what}. If PyTorch reads it, {CONVERT}"))
}

fn check_start(path: &Path, file: &mut File) -> Result<()> {
    let broken = |error: std::io::Error| fault(ErrorKind::Io, path, format!("cannot be read: {error}")).caused_by(error);
    let mut start = Vec::new();
    file.take(64).read_to_end(&mut start).map_err(broken)?;
    file.seek(SeekFrom::Start(0)).map_err(broken)?;
    if let Some(what) = impostor(&start) {
        return Err(fault(ErrorKind::Weights, path, what));
    }
    match start.as_slice() {
        [0x80, 1..=5, ..] => {
            Err(fault(ErrorKind::Weights, path, format!("has the layout of PyTorch before 1.6, which is not read: {CONVERT}")))
        }
        [b'P', b'K', ..] => Ok(()),
        _ => Err(malformed(path, "it is no zip")),
    }
}

/// What stands before `data.pkl` in the names of the zip: `archive/`, or the name that the file was saved under.
fn folder(path: &Path, zip: &ZipArchive<BufReader<File>>) -> Result<String> {
    if zip.has_duplicate_names() {
        return Err(malformed(path, "a name is there twice in the zip"));
    }
    let mut found = Vec::new();
    for name in zip.file_names() {
        let name = name.map_err(|error| malformed(path, &error))?;
        found.extend(name.strip_suffix("data.pkl").filter(|folder| folder.is_empty() || folder.ends_with('/')).map(str::to_owned));
    }
    match found.as_slice() {
        [folder] => Ok(folder.clone()),
        [] => Err(malformed(path, "the zip has no data.pkl")),
        several => Err(malformed(path, format!("the zip has {} files called data.pkl", several.len()))),
    }
}

fn check_byte_order(path: &Path, zip: &mut ZipArchive<BufReader<File>>, folder: &str) -> Result<()> {
    let name = format!("{folder}byteorder");
    if zip.index_for_name(&name).is_none() {
        return Ok(());
    }
    match entry(path, zip, &name, 64)?.as_slice() {
        b"little" => Ok(()),
        _ => Err(malformed(path, "its numbers are big-endian")),
    }
}

/// The size of an entry that is stored as it is, as PyTorch stores all.
fn storage_size(path: &Path, zip: &mut ZipArchive<BufReader<File>>, name: &str, limit: u64) -> Result<u64> {
    let file = zip.by_name(name).map_err(|error| malformed(path, format!("{name}: {error}")).caused_by(error))?;
    if file.encrypted() || file.compression() != CompressionMethod::Stored || file.size() != file.compressed_size() {
        return Err(malformed(path, format!("{name} is compressed or encrypted in the zip, which PyTorch never does")));
    }
    if file.size() > limit {
        return Err(malformed(path, format!("{name} should have {} bytes, and at most {limit} are possible", file.size())));
    }
    Ok(file.size())
}

/// All bytes of an entry.
fn entry(path: &Path, zip: &mut ZipArchive<BufReader<File>>, name: &str, limit: u64) -> Result<Vec<u8>> {
    let size = storage_size(path, zip, name, limit)?;
    read_range(path, zip, name, 0, size as usize)
}

/// Some bytes of an entry. The rest is read too, since the checksum stands for the whole.
fn read_range(path: &Path, zip: &mut ZipArchive<BufReader<File>>, name: &str, start: u64, length: usize) -> Result<Vec<u8>> {
    let broken = |error: std::io::Error| malformed(path, format!("{name}: {error}")).caused_by(error);
    let mut file = zip.by_name(name).map_err(|error| malformed(path, format!("{name}: {error}")).caused_by(error))?;
    std::io::copy(&mut file.by_ref().take(start), &mut std::io::sink()).map_err(broken)?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes).map_err(broken)?;
    std::io::copy(&mut file, &mut std::io::sink()).map_err(broken)?;
    Ok(bytes)
}

impl Bytes for Vec<u8> {
    fn read(&self, start: usize, to: &mut [u8]) -> Result<()> {
        to.copy_from_slice(&self[start..start + to.len()]);
        Ok(())
    }
}

impl Archive for PickleFile {
    fn tensors(&self) -> Vec<(&str, TensorFacts)> {
        let facts = |plan: &Plan| TensorFacts { shape: plan.shape.clone(), stored: plan.stored.clone() };
        self.plans.iter().map(|(name, plan)| (name.as_str(), facts(plan))).collect()
    }

    /// The zip's checksum stands for a whole storage, which is read at once for it.
    fn read(&self, name: &str, dtype: DType) -> Result<(Tensor, Health)> {
        let plan = self.plans.get(name).ok_or_else(|| fault(ErrorKind::Weights, &self.path, format!("has no tensor `{name}`")))?;
        let StoredType::Float(stored) = plan.stored else {
            return Err(fault(ErrorKind::Weights, &self.path, format!("stores `{name}` as {}, and floats are expected", plan.stored)));
        };
        let (start, length) = plan.range().map_err(|what| malformed(&self.path, what))?;
        let mut zip = self.zip.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = read_range(&self.path, &mut zip, &storage_name(&self.folder, plan), start, length)?;
        drop(zip);
        numbers::tensor(&plan.gather(bytes), stored, &plan.shape, dtype)
    }
}
