//! `*.index.json`: weights that are spread over several files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use candle_core::DType;

use super::archive::StoredType;
use super::checkpoint::{Opened, Opener};
use super::file::fault;
use crate::config::json::{Json, Object, read};
use crate::error::{Error, ErrorKind, Result};

/// The largest index, in bytes.
const MAX_INDEX: u64 = 16 << 20;

/// The most files that weights may be spread over.
const MAX_SHARDS: usize = 1000;

/// Opens all files of an index, and gives for each tensor the number of its file.
///
/// # Errors
/// An index that is malformed or names anything but files beside it; a file that is missing; a tensor that is not in the file
/// that the index says, or in a file and not in the index; a `total_size` that is not the tensors'.
pub(crate) fn open(index: &Path, folder: &Path, opener: Opener) -> Result<Opened> {
    let object = read(index, MAX_INDEX, ErrorKind::Weights)?;
    let places = places(index, &object)?;
    let files: BTreeSet<&str> = places.values().map(String::as_str).collect();
    if files.is_empty() || files.len() > MAX_SHARDS {
        return Err(malformed(index, format!("names {} files, and 1 to {MAX_SHARDS} are expected", files.len())));
    }
    check_all_listed(index, folder, &files)?;
    let mut opened = Opened::default();
    for file in files {
        add(index, &folder.join(file), file, &places, opener, &mut opened)?;
    }
    check_all_found(index, &places, &opened)?;
    check_total(index, &object, &opened)?;
    Ok(opened)
}

fn malformed(index: &Path, what: impl std::fmt::Display) -> Error {
    fault(ErrorKind::Weights, index, what)
}

/// Each tensor's file, by the index.
fn places(index: &Path, object: &Object) -> Result<BTreeMap<String, String>> {
    let Some(Json::Object(map)) = object.get("weight_map") else {
        return Err(malformed(index, "has no `weight_map`, an object that gives each tensor its file"));
    };
    let mut places = BTreeMap::new();
    for (name, file) in map {
        match file {
            Json::Text(file) if is_plain(file) => places.insert(name.clone(), file.clone()),
            other => {
                return Err(malformed(index, format!("puts `{name}` in {other}, and the name of a file beside the index is expected")));
            }
        };
    }
    Ok(places)
}

/// Whether a name stays in its folder on every system.
fn is_plain(file: &str) -> bool {
    !file.is_empty() && !file.starts_with('.') && file.len() < 256 && !file.contains(['/', '\\', ':', '\0'])
}

fn add(index: &Path, path: &Path, file: &str, places: &BTreeMap<String, String>, opener: Opener, opened: &mut Opened) -> Result<()> {
    if !path.exists() {
        return Err(malformed(index, format!("names the file {file}, which is missing: download all files of the model")));
    }
    let archive = opener(path)?;
    for (name, facts) in archive.tensors() {
        match places.get(name).map(String::as_str) {
            Some(place) if place == file => opened.tensors.insert(name.to_owned(), (opened.archives.len(), facts)),
            Some(place) => return Err(malformed(index, format!("puts `{name}` in {place}, and it is in {file}"))),
            None => return Err(malformed(index, format!("does not list `{name}`, which is in {file}"))),
        };
    }
    opened.archives.push(archive);
    Ok(())
}

fn check_all_found(index: &Path, places: &BTreeMap<String, String>, opened: &Opened) -> Result<()> {
    match places.iter().find(|(name, _)| !opened.tensors.contains_key(*name)) {
        Some((name, file)) => Err(malformed(index, format!("puts `{name}` in {file}, which does not have it"))),
        None => Ok(()),
    }
}

/// A shard that lies in the folder and that the index leaves out was surely meant to be read.
fn check_all_listed(index: &Path, folder: &Path, files: &BTreeSet<&str>) -> Result<()> {
    let Some((stem, ending)) = files.first().and_then(|file| file.split_once("-00")).map(|(stem, rest)| (stem, rest.rsplit('.').next()))
    else {
        return Ok(());
    };
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(()) };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let is_shard = name.starts_with(&format!("{stem}-00")) && name.contains("-of-") && name.rsplit('.').next() == ending;
        if is_shard && !files.contains(name) {
            return Err(malformed(index, format!("does not name the file {name}, which lies beside it")));
        }
    }
    Ok(())
}

/// The `total_size` of safetensors shards; PyTorch files may count a shared storage once.
fn check_total(index: &Path, object: &Object, opened: &Opened) -> Result<()> {
    let Some(Json::Object(metadata)) = object.get("metadata") else { return Ok(()) };
    let claimed = match metadata.get("total_size") {
        None => return Ok(()),
        Some(&Json::Whole(size)) => size,
        Some(&Json::Real(size)) if size.fract() == 0.0 => size as i128,
        Some(other) => return Err(malformed(index, format!("has the `total_size` {other}, and a number of bytes is expected"))),
    };
    match opened.bytes() {
        Some(bytes) if index.to_string_lossy().contains("safetensors") && i128::from(bytes) != claimed => Err(malformed(
            index,
            format!("says that the tensors have {claimed} bytes, and they have {bytes}: download all files of one version"),
        )),
        _ => Ok(()),
    }
}

impl Opened {
    /// How many bytes all tensors take, where all are floats.
    fn bytes(&self) -> Option<u64> {
        self.tensors.values().try_fold(0u64, |sum, (_, facts)| {
            let StoredType::Float(dtype) = facts.stored else { return None };
            let count = facts.shape.iter().try_fold(width(dtype), |count, &size| count.checked_mul(size as u64))?;
            sum.checked_add(count)
        })
    }
}

fn width(dtype: DType) -> u64 {
    dtype.size_in_bytes() as u64
}
