//! A folder with a checkpoint, a batch, and what transformers makes of it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use bert_runtime::encoder::Batch;
use bert_runtime::head::{Target, Targets};
use candle_core::{DType, Device, Tensor};

/// The tensors of an `io.safetensors`, and the folder that it lies in.
pub struct Case {
    folder: PathBuf,
    io: HashMap<String, Tensor>,
}

impl Case {
    /// Opens a case's folder.
    pub fn open(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        let io = candle_core::safetensors::load(folder.join("io.safetensors"), &Device::Cpu).unwrap();
        Self { folder, io }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What a text file of the folder says.
    pub fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(file)).unwrap()
    }

    /// A tensor that there must be.
    pub fn tensor(&self, name: &str) -> &Tensor {
        self.io.get(name).unwrap_or_else(|| panic!("{} has no {name}", self.folder.display()))
    }

    /// The tensors whose names begin so, by what follows.
    pub fn named(&self, prefix: &str) -> BTreeMap<&str, &Tensor> {
        self.io.iter().filter_map(|(name, tensor)| Some((name.strip_prefix(prefix)?, tensor))).collect()
    }

    /// The training loss, where there is one.
    pub fn loss(&self) -> Option<f64> {
        self.io.get("loss").map(|loss| f64::from(loss.to_vec1::<f32>().unwrap()[0]))
    }

    /// What the encoder reads, with what comes with the examples.
    pub fn batch(&self) -> Batch {
        let [ids, mask, types] = ["in.input_ids", "in.attention_mask", "in.token_type_ids"].map(|name| rows(self.tensor(name)));
        let mut batch = Batch::from_padded(&ids, &mask, &types).unwrap();
        if let [examples, choices, _] = *self.tensor("in.input_ids").dims() {
            batch = batch.with_choices(&vec![choices; examples]).unwrap();
        }
        for (name, tensor) in self.named("in.").into_iter().filter(|(name, tensor)| tensor.dtype() == DType::F32 && !is_target(name)) {
            batch = batch.with_features(name, tensor.to_vec2().unwrap()).unwrap();
        }
        for (name, tensor) in self.named("in.").into_iter().filter(|(name, tensor)| tensor.rank() == 1 && !is_target(name)) {
            let positions = tensor.to_dtype(DType::U32).unwrap().to_vec1().unwrap();
            batch = batch.with_positions(name, positions).unwrap();
        }
        batch
    }

    /// What is to be learnt.
    pub fn targets(&self) -> Targets {
        let targets = self.named("in.").into_iter().filter(|(name, _)| is_target(name));
        targets.fold(Targets::new(), |all, (name, tensor)| all.with(name, examples(tensor)))
    }

    /// A tensor as transformers gave it, with zeros where the batch has no token, if it is `[sequence, token, ..]` or of pairs of tokens.
    pub fn kept(&self, tensor: &Tensor) -> Tensor {
        let mask = self.tensor("in.attention_mask").to_dtype(tensor.dtype()).unwrap();
        let mask = mask.reshape(((), mask.dim(candle_core::D::Minus1).unwrap())).unwrap();
        if tensor.rank() < 2 || tensor.dims()[..2] != *mask.dims() {
            return tensor.clone();
        }
        let mut shape = vec![1; tensor.rank()];
        shape[..2].copy_from_slice(mask.dims());
        let rows = tensor.broadcast_mul(&mask.reshape(shape.clone()).unwrap()).unwrap();
        if tensor.dims().get(2) != mask.dims().get(1) {
            return rows;
        }
        shape.swap(1, 2);
        rows.broadcast_mul(&mask.reshape(shape).unwrap()).unwrap()
    }
}

fn is_target(name: &str) -> bool {
    name == "labels" || name.starts_with("labels.")
}

/// The rows of the last axis, as numbers of tokens.
fn rows(tensor: &Tensor) -> Vec<Vec<u32>> {
    let width = tensor.dim(candle_core::D::Minus1).unwrap();
    tensor.reshape(((), width)).unwrap().to_dtype(DType::U32).unwrap().to_vec2().unwrap()
}

/// The targets of each example, the first axis.
fn examples(tensor: &Tensor) -> Vec<Target> {
    let one = |example: Tensor| match example.dtype() {
        DType::I64 => Target::Classes(example.flatten_all().unwrap().to_vec1().unwrap()),
        _ => Target::Numbers(example.flatten_all().unwrap().to_vec1().unwrap()),
    };
    (0..tensor.dim(0).unwrap()).map(|example| one(tensor.get(example).unwrap())).collect()
}
