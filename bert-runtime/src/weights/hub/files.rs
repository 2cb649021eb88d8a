//! Which of a model's files are needed.

use std::collections::BTreeSet;
use std::path::Path;

use crate::{Error, ErrorKind, Result};

/// The file that every model has.
pub(super) const CONFIG: &str = "config.json";

/// Where weights may be, in the order in which transformers looks.
pub(super) const WEIGHTS: [&str; 4] =
    ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

/// The file to read a model's weights from, or through.
pub(super) fn weights(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    WEIGHTS.into_iter().find(|name| has(name))
}

/// Whether a weights file only lists others.
pub(super) fn is_index(name: &str) -> bool {
    name.ends_with(".index.json")
}

/// The names of the needed files that a folder lacks.
pub(super) fn missing(folder: &Path) -> Result<Vec<String>> {
    let has = |name: &str| folder.join(name).is_file();
    let mut missing = Vec::new();
    if !has(CONFIG) {
        missing.push(CONFIG.to_owned());
    }
    match weights(has) {
        None => missing.push("weights (model.safetensors or pytorch_model.bin)".to_owned()),
        Some(index) if is_index(index) => missing.extend(shards(&folder.join(index))?.into_iter().filter(|shard| !has(shard))),
        Some(_) => {}
    }
    Ok(missing)
}

/// The files that an index of shards lists.
pub(super) fn shards(index: &Path) -> Result<BTreeSet<String>> {
    let bytes = std::fs::read(index).map_err(|error| {
        let message = format!("{} cannot be read: {error}; check its permissions", index.display());
        Error::new(ErrorKind::Io, message).caused_by(error)
    })?;
    listed(&bytes).map_err(|fault| {
        let message = format!("{} is not an index of shards: {fault}; download it again", index.display());
        Error::new(ErrorKind::Weights, message)
    })
}

fn listed(bytes: &[u8]) -> std::result::Result<BTreeSet<String>, String> {
    let index: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let map = index.get("weight_map").and_then(serde_json::Value::as_object).ok_or("it has no map `weight_map`")?;
    map.values().map(shard).collect()
}

fn shard(value: &serde_json::Value) -> std::result::Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    match value.as_str() {
        Some(name) if !name.is_empty() && !name.starts_with('.') && name.bytes().all(plain) => Ok(name.to_owned()),
        _ => Err(format!("{value} is not the name of a file beside it")),
    }
}
