//! From the objects of a pickle to tensors in the storages of the zip.

use std::collections::BTreeMap;

use candle_core::DType;

use super::super::archive::StoredType;
use super::machine::{self, Fault, Id, Object, Objects};

/// The most axes that a tensor may have.
const MAX_RANK: usize = 64;

/// Where the numbers of a tensor are, as PyTorch describes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// The name of the storage in the zip.
    pub(super) storage: String,
    /// The format of the numbers.
    pub(super) stored: StoredType,
    /// The shape.
    pub(super) shape: Vec<usize>,
    width: usize,
    offset: usize,
    strides: Vec<usize>,
}

/// The object that a call makes, where it is one that describes tensors. `arguments` is its tuple of arguments.
pub(super) fn call(name: &str, arguments: Id, objects: &Objects) -> Result<Object, Fault> {
    let items = objects.tuple(arguments)?;
    match name {
        "collections.OrderedDict" => Ok(Object::Dict(Vec::new())),
        "torch._utils._rebuild_tensor_v2" => Ok(Object::Tensor(arguments)),
        "torch._utils._rebuild_parameter" => match objects.get(argument(items, 0)?)? {
            &Object::Tensor(inner) => Ok(Object::Tensor(inner)),
            _ => Err(refused(name)),
        },
        "torch._tensor._rebuild_from_type_v2" => match objects.get(argument(items, 0)?)? {
            Object::Global(inner) if inner == "torch._utils._rebuild_tensor_v2" => Ok(Object::Tensor(argument(items, 2)?)),
            _ => Err(refused(name)),
        },
        other => Err(refused(other)),
    }
}

fn refused(name: &str) -> Fault {
    let name: String = name.chars().take(100).collect();
    format!("its pickle calls `{name}`, which no file of plain tensors needs; nothing was executed")
}

fn argument(items: &[Id], number: usize) -> Result<Id, Fault> {
    items.get(number).copied().ok_or_else(|| "a call in its pickle has too few arguments".to_owned())
}

/// The tensors of a pickled state dict, each name once.
pub(super) fn read(pickle: &[u8]) -> Result<BTreeMap<String, Plan>, Fault> {
    let (objects, top) = machine::run(pickle)?;
    let Object::Dict(entries) = objects.get(top)? else {
        return Err("it holds no dict of tensors: save `model.state_dict()`".to_owned());
    };
    let mut plans = BTreeMap::new();
    for &(key, value) in entries {
        let Object::Text(name) = objects.get(key)? else { return Err("its dict has a key that is no text".to_owned()) };
        let plan = plan(&objects, value).map_err(|what| format!("its entry `{name}`: {what}"))?;
        if plans.insert(name.clone(), plan).is_some() {
            return Err(format!("its tensor `{name}` is there twice"));
        }
    }
    Ok(plans)
}

fn plan(objects: &Objects, id: Id) -> Result<Plan, Fault> {
    let &Object::Tensor(arguments) = objects.get(id)? else {
        return Err("is no tensor: save `model.state_dict()` and nothing else".to_owned());
    };
    let items = objects.tuple(arguments)?;
    let (storage, stored, width) = storage(objects, argument(items, 0)?)?;
    let offset = number(objects, argument(items, 1)?)?;
    let shape = numbers(objects, argument(items, 2)?)?;
    let strides = numbers(objects, argument(items, 3)?)?;
    if shape.len() != strides.len() || shape.len() > MAX_RANK {
        return Err(format!("has {} sizes and {} strides", shape.len(), strides.len()));
    }
    Ok(Plan { storage, stored, shape, width, offset, strides })
}

/// A storage's name in the zip, its format and the bytes of a number.
fn storage(objects: &Objects, id: Id) -> Result<(String, StoredType, usize), Fault> {
    let &Object::Storage(description) = objects.get(id)? else { return Err("has no storage".to_owned()) };
    let items = objects.tuple(description)?;
    match (objects.get(argument(items, 0)?)?, objects.get(argument(items, 1)?)?, objects.get(argument(items, 2)?)?) {
        (Object::Text(kind), Object::Global(class), Object::Text(key)) if kind == "storage" => {
            let (stored, width) = format(class);
            Ok((key.clone(), stored, width))
        }
        _ => Err("has a storage that is not described as PyTorch does".to_owned()),
    }
}

fn format(class: &str) -> (StoredType, usize) {
    match class {
        "torch.FloatStorage" => (StoredType::Float(DType::F32), 4),
        "torch.HalfStorage" => (StoredType::Float(DType::F16), 2),
        "torch.BFloat16Storage" => (StoredType::Float(DType::BF16), 2),
        "torch.DoubleStorage" => (StoredType::Float(DType::F64), 8),
        "torch.LongStorage" | "torch.ComplexFloatStorage" => (StoredType::Other(class.to_owned()), 8),
        "torch.IntStorage" => (StoredType::Other(class.to_owned()), 4),
        "torch.ShortStorage" => (StoredType::Other(class.to_owned()), 2),
        other => (StoredType::Other(other.chars().take(100).collect()), 1),
    }
}

fn number(objects: &Objects, id: Id) -> Result<usize, Fault> {
    match objects.get(id)? {
        &Object::Int(number) => usize::try_from(number).map_err(|_| format!("has the negative size {number}")),
        _ => Err("has a size that is no number".to_owned()),
    }
}

fn numbers(objects: &Objects, id: Id) -> Result<Vec<usize>, Fault> {
    let items = objects.tuple(id)?;
    if items.len() > MAX_RANK {
        return Err(format!("has {} axes, and at most {MAX_RANK} are read", items.len()));
    }
    items.iter().map(|&item| number(objects, item)).collect()
}

impl Plan {
    /// Whether a storage of so many bytes has all numbers, and not fewer of them than the tensor shows.
    pub(super) fn check(&self, stored: u64) -> Result<(), Fault> {
        let (start, length) = self.range()?;
        let end = start.checked_add(length as u64).ok_or("is too large")?;
        if end > stored {
            return Err(format!("ends at byte {end} of its storage, which has {stored}"));
        }
        if self.bytes()? as u64 > stored {
            return Err(format!("shows more numbers than its storage of {stored} bytes has"));
        }
        Ok(())
    }

    fn bytes(&self) -> Result<usize, Fault> {
        let count = self.shape.iter().try_fold(self.width, |count, &size| count.checked_mul(size));
        count.ok_or_else(|| "is too large".to_owned())
    }

    /// The bytes of the storage that the tensor lies in: their start and how many.
    pub(super) fn range(&self) -> Result<(u64, usize), Fault> {
        let start = self.offset.checked_mul(self.width).ok_or("is too large")? as u64;
        if self.shape.contains(&0) {
            return Ok((start, 0));
        }
        let last = self
            .shape
            .iter()
            .zip(&self.strides)
            .try_fold(0usize, |last, (size, stride)| last.checked_add((size - 1).checked_mul(*stride)?));
        let length = last.and_then(|last| last.checked_add(1)?.checked_mul(self.width)).ok_or("is too large")?;
        Ok((start, length))
    }

    /// The bytes of the range in the order of the shape, last axis fastest.
    pub(super) fn gather(&self, bytes: Vec<u8>) -> Vec<u8> {
        if bytes.is_empty() || self.is_contiguous() {
            return bytes;
        }
        let mut places = vec![0];
        for (&size, &stride) in self.shape.iter().zip(&self.strides) {
            places = places.iter().flat_map(|place| (0..size).map(move |step| place + step * stride)).collect();
        }
        places.iter().flat_map(|place| bytes.iter().skip(place * self.width).take(self.width).copied()).collect()
    }

    fn is_contiguous(&self) -> bool {
        let mut expected = 1;
        self.shape.iter().zip(&self.strides).rev().all(|(&size, &stride)| {
            let fits = size == 1 || stride == expected;
            expected *= size;
            fits
        })
    }
}
