//! What goes through every layer beside the values: the mode, and the random numbers of dropout.

pub(crate) mod draws;

use candle_core::backprop::GradStore;
use candle_core::{DType, Tensor};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use crate::error::Result;
use crate::kernels::gathered::Gathered;
use crate::parameter::Parameter;
use crate::value::Value;
use draws::{Draws, Key as DrawsKey};

/// How a pass runs: for evaluation or training, with or without a graph for gradients.
///
/// Dropout masks are keyed by seed, step, layer, sequence and element, so that they depend neither on how a batch is laid
/// out nor on threads nor on how a step is cut into smaller batches.
#[derive(Debug, Clone)]
pub struct Context {
    gradients: bool,
    /// Where gradients of weights are left beside candle's own.
    gathered: Option<Gathered>,
    dropout: Option<Key>,
    /// How many of the encoder's lowest layers run for evaluation, with the embeddings; none where all of it trains.
    frozen: Option<usize>,
    /// What the encoder computes in, where its weights are in another format; and whether this is inside of it.
    format: Option<DType>,
    is_inside: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    seed: u64,
    step: u64,
    /// Which of several passes through a block this is; 0 outside of such blocks.
    sample: u64,
    /// The hash of the scopes in front of a layer's path.
    scope: u64,
}

impl Context {
    /// No dropout and no graph.
    pub fn evaluation() -> Self {
        Self { gradients: false, gathered: None, dropout: None, frozen: None, format: None, is_inside: false }
    }

    /// Dropout by the seed and the step's number, and a graph.
    pub fn training(seed: u64, step: u64) -> Self {
        Self { gradients: true, dropout: Some(Key { seed, step, sample: 0, scope: FNV_BASIS }), ..Self::evaluation() }
    }

    /// The same pass on an encoder whose embeddings and so many lowest layers do not train, and run for evaluation.
    #[must_use]
    pub fn with_frozen_layers(mut self, layers: usize) -> Self {
        self.frozen = Some(layers);
        self
    }

    /// How many of the encoder's lowest layers run for evaluation, with the embeddings, where some do.
    pub fn frozen_layers(&self) -> Option<usize> {
        self.frozen
    }

    /// The same pass, in which the encoder computes in another number format than its weights are in: mixed precision. What it gives is in theirs
    /// again, as are gradients.
    #[must_use]
    pub fn computing_in(mut self, format: DType) -> Self {
        self.format = Some(format);
        self
    }

    /// What the encoder computes in, where that is another format than its weights'.
    pub fn format(&self) -> Option<DType> {
        self.format
    }

    /// The same pass inside of the encoder, where weights are read in the format that it computes in.
    pub(crate) fn inside(&self) -> Self {
        Self { is_inside: true, ..self.clone() }
    }

    /// The format in which weights are read here, where that is not their own.
    pub(crate) fn format_here(&self) -> Option<DType> {
        self.format.filter(|_| self.is_inside)
    }

    /// The same pass with a graph, for gradients without dropout.
    #[must_use]
    pub fn with_gradients(mut self) -> Self {
        self.gradients = true;
        self
    }

    /// The same pass for [`Context::backward`], which is faster than candle's own `backward` of the loss and finds the same: the encoder leaves the
    /// gradients of its weights where that takes them from, and candle's would not find them. These gradients are good until the next backward pass of this
    /// context, its clones, and its [other steps](Context::at_step), which writes over them.
    #[must_use]
    pub fn gathering(mut self) -> Self {
        self.gathered = Some(Gathered::default());
        self
    }

    /// The same pass in another step, whose dropout draws anew.
    #[must_use]
    pub fn at_step(&self, step: u64) -> Self {
        Self { dropout: self.dropout.map(|key| Key { step, ..key }), ..self.clone() }
    }

    /// The gradients of the loss of a pass.
    ///
    /// # Errors
    /// What candle says of its backward pass.
    pub fn backward(&self, loss: &Tensor, parameters: &[&Parameter]) -> Result<GradStore> {
        let mut found = loss.backward()?;
        let Some(gathered) = &self.gathered else { return Ok(found) };
        for weight in parameters.iter().filter_map(|parameter| parameter.var()) {
            let Some(left) = gathered.take(weight.as_tensor()) else { continue };
            let sum = found.get(weight.as_tensor()).map_or_else(|| Ok(left.clone()), |other| other + &left)?;
            found.insert(weight.as_tensor(), sum);
        }
        Ok(found)
    }

    pub(crate) fn gathered(&self) -> Option<&Gathered> {
        self.gathered.as_ref()
    }

    /// The same pass with other dropout masks: those of one of several runs through the block of this path.
    #[must_use]
    pub fn with_sample(mut self, path: &str, number: usize) -> Self {
        if let Some(key) = &mut self.dropout {
            key.sample = fnv(key.scope, &format!("{path}.{number}.{}", key.sample));
        }
        self
    }

    /// The same pass for layers whose paths have this scope in front, so that two heads' masks differ where their paths are alike.
    #[must_use]
    pub fn within(&self, scope: &str) -> Self {
        let within = |key: Key| Key { scope: fnv(fnv(key.scope, scope), "."), ..key };
        Self { dropout: self.dropout.map(within), ..self.clone() }
    }

    /// Whether parameters take part as variables.
    pub fn wants_gradients(&self) -> bool {
        self.gradients
    }

    /// Whether dropout is at work.
    pub fn is_training(&self) -> bool {
        self.dropout.is_some()
    }

    /// Dropout with probability `p` at the layer of this path: a kept element is divided by `1 - p`.
    ///
    /// # Errors
    /// What candle says of the product.
    pub fn dropout(&self, path: &str, p: f64, value: &Value) -> Result<Value> {
        let Some(key) = self.dropout.filter(|_| p > 0.0) else { return Ok(value.clone()) };
        let per_row: usize = value.tensor().dims()[1..].iter().product();
        let mask = draws::mask(value, per_row, |sequence| Draws::new(sampled(key, path, sequence), p));
        let mask = Tensor::from_vec(mask, value.tensor().shape(), value.tensor().device())?;
        Ok(value.with_tensor((value.tensor() * mask.to_dtype(value.tensor().dtype())?)?))
    }

    /// What the dropout of this path draws with, of each sequence's stream; `None` where nothing is dropped.
    pub(crate) fn key(&self, path: &str, p: f64) -> Option<DrawsKey> {
        let key = self.dropout.filter(|_| p > 0.0)?;
        Some(DrawsKey::new(&seed_of(key, path), p))
    }

    /// What the dropout of this path draws for a sequence; `None` where nothing is dropped.
    pub(crate) fn draws(&self, path: &str, p: f64, sequence: u64) -> Option<Draws> {
        let key = self.dropout.filter(|_| p > 0.0)?;
        Some(Draws::new(sampled(key, path, sequence), p))
    }
}

/// The generator of one stream of random numbers: what a layer draws for a sequence, or a parameter for its start.
pub(crate) fn keyed(seed: u64, step: u64, path: &str, stream: u64) -> ChaCha8Rng {
    sampled(Key { seed, step, sample: 0, scope: FNV_BASIS }, path, stream)
}

fn sampled(key: Key, path: &str, stream: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::from_seed(seed_of(key, path));
    random.set_stream(stream);
    random
}

fn seed_of(key: Key, path: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (part, number) in bytes.chunks_exact_mut(8).zip([key.seed, key.step, fnv(key.scope, path), key.sample]) {
        part.copy_from_slice(&number.to_le_bytes());
    }
    bytes
}

/// What the hash of a path starts from.
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The 64-bit FNV-1a hash of a path, gone on from the hash of what stands in front of it.
fn fnv(before: u64, path: &str) -> u64 {
    path.bytes().fold(before, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
