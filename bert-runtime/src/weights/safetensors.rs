//! `.safetensors` files: the header is checked by the safetensors crate, the numbers are read from their place.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use candle_core::{DType, Tensor};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use super::archive::{Archive, StoredType, TensorFacts};
use super::file::{Positioned, fault, impostor, open};
use super::health::Health;
use super::numbers::{self, Bytes};
use crate::error::{Error, ErrorKind, Result};

/// The largest header, in bytes, as in the safetensors crate.
const MAX_HEADER: u64 = 100_000_000;

/// The bytes of the header's length.
const LENGTH: u64 = 8;

/// An open `.safetensors` file.
#[derive(Debug)]
pub(crate) struct Safetensors {
    path: PathBuf,
    file: Positioned,
    data: u64,
    tensors: BTreeMap<String, TensorInfo>,
}

impl Safetensors {
    /// Reads and checks the header.
    ///
    /// # Errors
    /// A file that is something else, a header that is larger than the file or malformed, a tensor's name that is there
    /// twice, tensors that overlap, leave holes or do not end where the file does.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (mut file, size) = open(path)?;
        let header = read_header(path, &mut file, size)?;
        let data = LENGTH + header.len() as u64;
        let tensors = parse_header(path, &header)?;
        check_layout(path, &tensors, size - data)?;
        Ok(Self { path: path.to_owned(), file: Positioned::new(file), data, tensors: tensors.into_iter().collect() })
    }
}

fn malformed(path: &Path, what: impl std::fmt::Display) -> Error {
    fault(ErrorKind::Weights, path, format!("is no valid safetensors file: {what}. Download it again"))
}

fn read_header(path: &Path, file: &mut std::fs::File, size: u64) -> Result<Vec<u8>> {
    let broken = |error: std::io::Error| fault(ErrorKind::Io, path, format!("cannot be read: {error}")).caused_by(error);
    let mut start = Vec::new();
    file.take(64).read_to_end(&mut start).map_err(broken)?;
    if let Some(what) = impostor(&start).or_else(|| other_format(&start)) {
        return Err(fault(ErrorKind::Weights, path, what));
    }
    let Some((length, begun)) = start.split_first_chunk::<8>() else {
        return Err(malformed(path, format!("it has {size} bytes, and the length of the header takes {LENGTH}")));
    };
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER || length > size - LENGTH {
        return Err(malformed(path, format!("its header should have {length} bytes, and the file has {size} in all")));
    }
    let mut header = begun.get(..length as usize).unwrap_or(begun).to_vec();
    file.take(length - header.len() as u64).read_to_end(&mut header).map_err(broken)?;
    if header.len() as u64 == length { Ok(header) } else { Err(malformed(path, "it was cut while it was read")) }
}

fn other_format(start: &[u8]) -> Option<&'static str> {
    start.starts_with(b"PK\x03\x04").then_some("is a zip, perhaps PyTorch's own format: call it pytorch_model.bin")
}

fn parse_header(path: &Path, header: &[u8]) -> Result<Vec<(String, TensorInfo)>> {
    let text = std::str::from_utf8(header)
        .map_err(|error| malformed(path, format!("its header is not UTF-8 from byte {} on", error.valid_up_to())))?;
    if !text.starts_with('{') {
        return Err(malformed(path, "its header does not begin with `{`"));
    }
    let header: Header =
        serde_json::from_str(text).map_err(|error| malformed(path, format!("its header is malformed: {error}")).caused_by(error))?;
    Ok(header.0)
}

/// Has the safetensors crate check offsets and sizes, and compares their end with the file's.
fn check_layout(path: &Path, tensors: &[(String, TensorInfo)], have: u64) -> Result<()> {
    let mut by_offset = tensors.to_vec();
    by_offset.sort_by_key(|(_, info)| info.data_offsets);
    let layout = Metadata::new(None, by_offset).map_err(|error| malformed(path, &error).caused_by(error))?;
    let want = layout.data_len() as u64;
    if want == have { Ok(()) } else { Err(malformed(path, format!("its tensors take {want} bytes, and {have} follow the header"))) }
}

/// The tensors of a header in its order, each name once.
struct Header(Vec<(String, TensorInfo)>);

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Header, A::Error> {
        let mut names = std::collections::BTreeSet::new();
        let mut tensors = Vec::new();
        while let Some(name) = entries.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("the name {name:?} is there twice")));
            }
            if name == "__metadata__" {
                entries.next_value::<BTreeMap<String, String>>().map(|_| ())?;
            } else {
                tensors.push((name, entries.next_value()?));
            }
        }
        Ok(Header(tensors))
    }
}

fn stored(dtype: Dtype) -> StoredType {
    match dtype {
        Dtype::F32 => StoredType::Float(DType::F32),
        Dtype::F16 => StoredType::Float(DType::F16),
        Dtype::BF16 => StoredType::Float(DType::BF16),
        Dtype::F64 => StoredType::Float(DType::F64),
        other => StoredType::Other(other.to_string()),
    }
}

impl Archive for Safetensors {
    fn tensors(&self) -> Vec<(&str, TensorFacts)> {
        let facts = |info: &TensorInfo| TensorFacts { shape: info.shape.clone(), stored: stored(info.dtype) };
        self.tensors.iter().map(|(name, info)| (name.as_str(), facts(info))).collect()
    }

    fn read(&self, name: &str, dtype: DType) -> Result<(Tensor, Health)> {
        let info = self.tensors.get(name).ok_or_else(|| fault(ErrorKind::Weights, &self.path, format!("has no tensor `{name}`")))?;
        let StoredType::Float(stored) = stored(info.dtype) else {
            return Err(fault(ErrorKind::Weights, &self.path, format!("stores `{name}` as {}, and floats are expected", info.dtype)));
        };
        let place = Place { archive: self, start: self.data + info.data_offsets.0 as u64 };
        numbers::tensor(&place, stored, &info.shape, dtype)
    }
}

/// Where a tensor begins in the file.
struct Place<'a> {
    archive: &'a Safetensors,
    start: u64,
}

impl Bytes for Place<'_> {
    fn read(&self, start: usize, to: &mut [u8]) -> Result<()> {
        self.archive.file.read(&self.archive.path, self.start + start as u64, to)
    }
}
