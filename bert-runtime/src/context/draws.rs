//! The random numbers of dropout: one for each element, found by its place alone.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::RngCore;
use rayon::prelude::*;

use crate::kernels::dropout::Kept;
use crate::kernels::lines::{WIDTH, panels};
use crate::value::{Layout, Rows, Value};

/// What a layer draws with on a device: the generator's key, and what is made of its numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Key {
    pub(crate) words: [u32; 8],
    /// Numbers below it drop their element.
    pub(crate) threshold: u32,
    /// What a kept element is multiplied by.
    pub(crate) scale: f32,
}

impl Key {
    pub(super) fn new(seed: &[u8; 32], p: f64) -> Self {
        let word = |number: usize| u32::from_le_bytes(std::array::from_fn(|byte| seed[number * 4 + byte]));
        Self { words: std::array::from_fn(word), threshold: threshold(p), scale: scale(p) }
    }
}

fn threshold(p: f64) -> u32 {
    (p * 2f64.powi(32)) as u32
}

fn scale(p: f64) -> f32 {
    if p < 1.0 { (1.0 / (1.0 - p)) as f32 } else { 0.0 }
}

/// What one sequence draws at one layer.
pub(crate) struct Draws {
    random: ChaCha8Rng,
    /// Numbers below it drop their element.
    threshold: u32,
    /// What a kept element is multiplied by.
    pub(crate) scale: f32,
    drawn: Vec<u32>,
}

/// How far the rows of a sequence's attention probabilities lie apart among its numbers: more than a sequence has tokens.
const CELLS: u128 = 1 << 32;

impl Draws {
    pub(super) fn new(random: ChaCha8Rng, p: f64) -> Self {
        Self { random, threshold: threshold(p), scale: scale(p), drawn: Vec::new() }
    }

    /// The numbers from this place on.
    fn draw(&mut self, place: u128, count: usize) -> &[u32] {
        self.drawn.resize(count, 0);
        self.random.set_word_pos(place);
        self.random.fill_bytes(bytemuck::cast_slice_mut(&mut self.drawn));
        self.drawn.iter_mut().for_each(|number| *number = u32::from_le(*number));
        &self.drawn
    }

    /// What the elements from this place on are multiplied by.
    fn fill(&mut self, place: u128, mask: &mut [f32]) {
        let (threshold, scale) = (self.threshold, self.scale);
        let drawn = self.draw(place, mask.len());
        for (cell, number) in mask.iter_mut().zip(drawn) {
            *cell = if *number < threshold { 0.0 } else { scale };
        }
    }

    /// Sets the bits of a lane where the elements from this place on are kept.
    fn set(&mut self, place: u128, lane: usize, bits: &mut [u16]) {
        let threshold = self.threshold;
        let drawn = self.draw(place, bits.len());
        for (bits, number) in bits.iter_mut().zip(drawn) {
            *bits |= u16::from(*number >= threshold) << lane;
        }
    }

    /// What the attention probabilities of a query are multiplied by, at these columns of its sequence.
    pub(crate) fn cells(&mut self, query: u32, keys: &[u32]) -> Vec<f32> {
        let (threshold, scale) = (self.threshold, self.scale);
        let drawn = self.draw(u128::from(query) * CELLS, side(keys));
        keys.iter().map(|&key| if drawn[key as usize] < threshold { 0.0 } else { scale }).collect()
    }

    /// Which attention probabilities of a sequence are kept, `[query / 16][key]`.
    pub(crate) fn kept_cells(&mut self, queries: &[u32], keys: &[u32]) -> Kept {
        let mut bits = vec![0; panels(queries.len()) * keys.len()];
        let threshold = self.threshold;
        for (block, queries) in bits.chunks_exact_mut(keys.len().max(1)).zip(queries.chunks(WIDTH)) {
            for (lane, query) in queries.iter().enumerate() {
                let drawn = self.draw(u128::from(*query) * CELLS, side(keys));
                for (bits, key) in block.iter_mut().zip(keys) {
                    *bits |= u16::from(drawn[*key as usize] >= threshold) << lane;
                }
            }
        }
        Kept { bits, scale: self.scale }
    }
}

/// How many columns there are up to the last.
fn side(columns: &[u32]) -> usize {
    columns.last().map_or(0, |&last| last as usize + 1)
}

/// The mask of a value's rows. Each sequence draws from a generator of its own, on whichever thread is free.
pub(super) fn mask(value: &Value, per_row: usize, draws: impl Fn(u64) -> Draws + Sync) -> Vec<f32> {
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
        let mut draws = draws(layout.sequence_number(sequence));
        match value.rows() {
            Rows::Token => {
                for (&position, row) in layout.positions(sequence).iter().zip(part.chunks_exact_mut(per_row.max(1))) {
                    draws.fill(u128::from(position) * per_row as u128, row);
                }
            }
            Rows::Sequence | Rows::Pair => draws.fill(0, part),
        }
    });
    mask
}

/// Which numbers of packed rows in panels are kept, `[panel][width]`: those of [`mask`].
pub(crate) fn kept_rows(layout: &Layout, width: usize, scale: f32, draws: impl Fn(u64) -> Option<Draws> + Sync) -> Kept {
    let owners: Vec<usize> = (0..layout.sequences()).flat_map(|sequence| layout.rows(sequence).map(move |_| sequence)).collect();
    let mut bits = vec![0; panels(layout.total()) * width];
    bits.par_chunks_mut(width.max(1)).zip(owners.par_chunks(WIDTH)).enumerate().for_each(|(panel, (bits, owners))| {
        let mut owned = 0;
        for own in owners.chunk_by(|one, next| one == next) {
            let Some(mut draws) = draws(layout.sequence_number(own[0])) else { continue };
            for lane in owned..owned + own.len() {
                let position = layout.all_positions()[panel * WIDTH + lane];
                draws.set(u128::from(position) * width as u128, lane, bits);
            }
            owned += own.len();
        }
    });
    Kept { bits, scale }
}
