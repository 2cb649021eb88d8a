//! Files of weights, good and hostile.
#![allow(clippy::unwrap_used, clippy::panic)]

mod files;
mod names;
mod safetensors;
mod shards;

use std::path::Path;

use candle_core::{DType, Device};
use serde_json::{Value, json};

use super::Checkpoint;
use crate::error::Error;

/// A `.safetensors` file of F32 tensors, written by hand: names, shapes, numbers.
pub(crate) fn file(tensors: &[(&str, &[usize], Vec<f32>)]) -> Vec<u8> {
    let (mut header, mut data) = (serde_json::Map::new(), Vec::new());
    for (name, shape, numbers) in tensors {
        let start = data.len();
        data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        header.insert((*name).to_owned(), json!({"dtype": "F32", "shape": shape, "data_offsets": [start, data.len()]}));
    }
    with_header(&Value::Object(header).to_string(), &data)
}

/// A file with this header and these bytes after it.
pub(crate) fn with_header(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.extend_from_slice(data);
    bytes
}

/// A folder with one file.
pub(crate) fn folder(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    folder
}

pub(crate) fn open(name: &str, bytes: &[u8]) -> Result<Checkpoint, Error> {
    Checkpoint::open(folder(name, bytes).path())
}

#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Error>, words: &[&str]) {
    let text = result.unwrap_err().to_string();
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

/// The numbers of a tensor, in F32.
#[track_caller]
pub(crate) fn numbers(checkpoint: &Checkpoint, name: &str) -> Vec<f32> {
    let tensor = checkpoint.read(name, &Device::Cpu, DType::F32).unwrap();
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

/// A folder from the workspace's shared files, where there are any.
pub(crate) fn shared(path: &str) -> Option<std::path::PathBuf> {
    let root = std::env::var_os("BERT_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), Into::into);
    let found = root.join(path);
    if found.exists() {
        return Some(found);
    }
    assert!(std::env::var_os("BERT_REQUIRE_SHARED").is_none_or(|value| value != "1"), "{} is missing", found.display());
    eprintln!("skipped: {} is missing", found.display());
    None
}
