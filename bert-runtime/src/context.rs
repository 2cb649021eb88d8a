//! What goes through every layer beside the values: the mode, and the random numbers of dropout.

use candle_core::Tensor;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use rayon::prelude::*;

use crate::error::Result;
use crate::value::{Rows, Value};

/// How a pass runs: for evaluation or training, with or without a graph for gradients.
///
/// Dropout masks are keyed by seed, step, layer, sequence and element, so that they depend neither on how a batch is laid
/// out nor on threads nor on how a step is cut into smaller batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    gradients: bool,
    dropout: Option<Key>,
    /// How many of the encoder's lowest layers run for evaluation, with the embeddings; none where all of it trains.
    frozen: Option<usize>,
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
        Self { gradients: false, dropout: None, frozen: None }
    }

    /// Dropout by the seed and the step's number, and a graph.
    pub fn training(seed: u64, step: u64) -> Self {
        Self { gradients: true, dropout: Some(Key { seed, step, sample: 0, scope: FNV_BASIS }), frozen: None }
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

    /// The same pass with a graph, for gradients without dropout.
    #[must_use]
    pub fn with_gradients(mut self) -> Self {
        self.gradients = true;
        self
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
        let mask = rows_mask(key, path, p, value, per_row);
        let mask = Tensor::from_vec(mask, value.tensor().shape(), value.tensor().device())?;
        Ok(value.with_tensor((value.tensor() * mask.to_dtype(value.tensor().dtype())?)?))
    }

    /// A mask of `cells` elements of one sequence at the layer of this path: 0, or `1 / (1 - p)`; `None` without dropout.
    pub fn sequence_mask(&self, path: &str, p: f64, sequence: u64, cells: usize) -> Option<Vec<f32>> {
        let key = self.dropout.filter(|_| p > 0.0)?;
        let mut mask = vec![0.0; cells];
        fill(&mut sampled(key, path, sequence), p, &mut mask);
        Some(mask)
    }
}

/// The mask of a value's rows. Each sequence draws from a generator of its own, on whichever thread is free.
fn rows_mask(key: Key, path: &str, p: f64, value: &Value, per_row: usize) -> Vec<f32> {
    let layout = value.layout();
    let cells = |sequence: usize| match value.rows() {
        Rows::Sequence => per_row,
        Rows::Token => per_row * layout.length(sequence),
        Rows::Pair => per_row * layout.length(sequence).pow(2),
    };
    let mut mask = vec![0.0; (0..layout.sequences()).map(cells).sum()];
    let (mut parts, mut rest) = (Vec::with_capacity(layout.sequences()), mask.as_mut_slice());
    for sequence in 0..layout.sequences() {
        let (part, others) = rest.split_at_mut(cells(sequence));
        parts.push((sequence, part));
        rest = others;
    }
    parts.into_par_iter().for_each(|(sequence, part)| {
        let mut random = sampled(key, path, layout.sequence_number(sequence));
        match value.rows() {
            Rows::Token => {
                for (&position, row) in layout.positions(sequence).iter().zip(part.chunks_exact_mut(per_row.max(1))) {
                    random.set_word_pos(u128::from(position) * per_row as u128);
                    fill(&mut random, p, row);
                }
            }
            Rows::Sequence | Rows::Pair => fill(&mut random, p, part),
        }
    });
    mask
}

/// How many random numbers are drawn at a time.
const DRAWN: usize = 256;

fn fill(random: &mut ChaCha8Rng, p: f64, mask: &mut [f32]) {
    let threshold = (p * 2f64.powi(32)) as u32;
    let kept = (1.0 / (1.0 - p)) as f32;
    let mut drawn = [0u8; 4 * DRAWN];
    for part in mask.chunks_mut(DRAWN) {
        let drawn = &mut drawn[..4 * part.len()];
        random.fill_bytes(drawn);
        for (cell, drawn) in part.iter_mut().zip(drawn.chunks_exact(4)) {
            let number = u32::from_le_bytes([drawn[0], drawn[1], drawn[2], drawn[3]]);
            *cell = if number < threshold { 0.0 } else { kept };
        }
    }
}

/// The generator of one stream of random numbers: what a layer draws for a sequence, or a parameter for its start.
pub(crate) fn keyed(seed: u64, step: u64, path: &str, stream: u64) -> ChaCha8Rng {
    sampled(Key { seed, step, sample: 0, scope: FNV_BASIS }, path, stream)
}

fn sampled(key: Key, path: &str, stream: u64) -> ChaCha8Rng {
    let mut bytes = [0; 32];
    for (part, number) in bytes.chunks_exact_mut(8).zip([key.seed, key.step, fnv(key.scope, path), key.sample]) {
        part.copy_from_slice(&number.to_le_bytes());
    }
    let mut random = ChaCha8Rng::from_seed(bytes);
    random.set_stream(stream);
    random
}

/// What the hash of a path starts from.
const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The 64-bit FNV-1a hash of a path, gone on from the hash of what stands in front of it.
fn fnv(before: u64, path: &str) -> u64 {
    path.bytes().fold(before, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
