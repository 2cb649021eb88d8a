//! Tensors written to files.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};

use crate::disk::Writer;
use crate::error::{Error, ErrorKind, Result};

/// Tensors by their names, written in the layout of safetensors and synced. `format` is what transformers wants in the header.
pub(crate) fn write(path: &Path, tensors: &BTreeMap<String, Tensor>, format: bool) -> Result<()> {
    let header = header(path, tensors, format)?;
    let mut file = Writer::create(path)?;
    file.write(&(header.len() as u64).to_le_bytes())?;
    file.write(header.as_bytes())?;
    for tensor in tensors.values() {
        file.write(&bytes_of(tensor)?)?;
    }
    file.finish()
}

/// A tensor's numbers as a file has them: the lowest byte first.
pub(crate) fn bytes_of(tensor: &Tensor) -> Result<Vec<u8>> {
    let flat = tensor.to_device(&Device::Cpu)?.flatten_all()?;
    Ok(match flat.dtype() {
        DType::F16 => flat.to_vec1::<f16>()?.iter().flat_map(|number| number.to_le_bytes()).collect(),
        DType::BF16 => flat.to_vec1::<bf16>()?.iter().flat_map(|number| number.to_le_bytes()).collect(),
        DType::F64 => flat.to_vec1::<f64>()?.iter().flat_map(|number| number.to_le_bytes()).collect(),
        _ => flat.to_dtype(DType::F32)?.to_vec1::<f32>()?.iter().flat_map(|number| number.to_le_bytes()).collect(),
    })
}

/// The header: names, shapes and places, filled up to a multiple of eight bytes.
fn header(path: &Path, tensors: &BTreeMap<String, Tensor>, format: bool) -> Result<String> {
    let mut start = 0;
    let info = |(name, tensor): (&String, &Tensor)| {
        let (dtype, width) = stored(tensor.dtype());
        let end = start + tensor.elem_count() * width;
        let info = TensorInfo { dtype, shape: tensor.dims().to_vec(), data_offsets: (start, end) };
        start = end;
        (name.clone(), info)
    };
    let infos = tensors.iter().map(info).collect();
    let note = format.then(|| [("format".to_owned(), "pt".to_owned())].into());
    let unfit = |error: &dyn std::fmt::Display| Error::new(ErrorKind::Weights, format!("{}: {error}", path.display()));
    let metadata = Metadata::new(note, infos).map_err(|error| unfit(&error))?;
    let mut text = serde_json::to_string(&metadata).map_err(|error| unfit(&error))?;
    text.push_str(&" ".repeat(text.len().next_multiple_of(8) - text.len()));
    Ok(text)
}

fn stored(dtype: DType) -> (Dtype, usize) {
    match dtype {
        DType::F16 => (Dtype::F16, 2),
        DType::BF16 => (Dtype::BF16, 2),
        DType::F64 => (Dtype::F64, 8),
        _ => (Dtype::F32, 4),
    }
}
