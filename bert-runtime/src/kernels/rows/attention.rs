//! Attention of rows in several heads, a sequence at a time, and its gradients.

use std::ops::Range;

use rayon::prelude::*;

use super::super::exp::exp;
use super::super::isa::{Isa, Kernel};
use super::super::lanes::Lanes;
use super::super::lines::{Line, WIDTH};
use super::{add_scaled, dot, sum};

/// The mask of a sequence's and a head's probabilities, `[query, key]`; nothing where none is dropped.
pub(crate) trait Masks: Send + Sync {
    fn mask(&self, sequence: usize, head: usize) -> Option<Vec<f32>>;
}

/// Queries `[queries, width]`, keys and values `[keys, width]`, and which rows are a sequence's.
#[derive(Clone, Copy)]
pub(crate) struct RowAttention<'a> {
    pub(crate) heads: usize,
    pub(crate) width: usize,
    pub(crate) query: &'a [f32],
    pub(crate) key: &'a [f32],
    pub(crate) value: &'a [f32],
    pub(crate) of_query: &'a [Range<usize>],
    pub(crate) of_key: &'a [Range<usize>],
    pub(crate) masks: &'a dyn Masks,
}

impl RowAttention<'_> {
    /// What each query reads, `[queries, width]`.
    pub(crate) fn read(&self, isa: Isa) -> Vec<f32> {
        let mut read = vec![0.0; self.query.len()];
        let parts = parts(&mut read, self.of_query, self.width);
        parts.into_par_iter().enumerate().for_each(|(sequence, to)| isa.run(Read { of: self, sequence, to }));
        read
    }

    /// The gradients of queries, keys and values, from that of what was read.
    pub(crate) fn gradients(&self, isa: Isa, read: &[f32]) -> [Vec<f32>; 3] {
        let mut all = [vec![0.0; self.query.len()], vec![0.0; self.key.len()], vec![0.0; self.key.len()]];
        let [query, key, value] = &mut all;
        let of_keys = parts(key, self.of_key, self.width).into_par_iter().zip(parts(value, self.of_key, self.width));
        let of_all = parts(query, self.of_query, self.width).into_par_iter().zip(of_keys).enumerate();
        of_all.for_each(|(sequence, (query, (key, value)))| isa.run(Back { of: self, sequence, read, to: [query, key, value] }));
        all
    }

    fn scale(&self) -> f32 {
        1.0 / ((self.width / self.heads) as f32).sqrt()
    }

    /// A head's part of some rows, as rows of their own.
    #[inline(always)]
    fn rows(&self, of: &[f32], rows: &Range<usize>, head: usize) -> Vec<f32> {
        let size = self.width / self.heads;
        let mut part = Vec::with_capacity(rows.len() * size);
        for row in rows.clone() {
            let start = row * self.width + head * size;
            part.extend_from_slice(&of[start..start + size]);
        }
        part
    }

    /// The probabilities of a sequence and a head, `[query, key]`.
    #[inline(always)]
    fn shares<L: Lanes>(&self, lanes: L, query: &[f32], keys: &[f32], count: usize) -> Vec<f32> {
        let size = self.width / self.heads;
        let across = transposed(keys, size);
        let mut shares = vec![0f32; query.len() / size * count];
        for (row, query) in shares.chunks_exact_mut(count).zip(query.chunks_exact(size)) {
            for (number, keys) in query.iter().zip(across.chunks_exact(count)) {
                add_scaled(row, number * self.scale(), keys);
            }
            softmax(lanes, row);
        }
        shares
    }
}

/// What belongs to each sequence, of rows that lie in their order.
fn parts<'n>(mut numbers: &'n mut [f32], ranges: &[Range<usize>], width: usize) -> Vec<&'n mut [f32]> {
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        let (part, rest) = numbers.split_at_mut(range.len() * width);
        parts.push(part);
        numbers = rest;
    }
    parts
}

/// From `[rows, size]` to `[size, rows]`.
#[inline(always)]
fn transposed(rows: &[f32], size: usize) -> Vec<f32> {
    let count = rows.len() / size;
    let mut across = vec![0f32; rows.len()];
    for (number, row) in rows.chunks_exact(size).enumerate() {
        for (place, x) in row.iter().enumerate() {
            across[place * count + number] = *x;
        }
    }
    across
}

#[inline(always)]
fn softmax<L: Lanes>(lanes: L, row: &mut [f32]) {
    let mut highest = f32::NEG_INFINITY;
    for x in row.iter() {
        highest = if *x > highest { *x } else { highest };
    }
    for part in row.chunks_mut(WIDTH) {
        let mut line = Line::ZERO;
        for (to, x) in line.0.iter_mut().zip(part.iter()) {
            *to = *x - highest;
        }
        let powers = exp(lanes, lanes.load(&line));
        lanes.store(&mut line, powers);
        part.copy_from_slice(&line.0[..part.len()]);
    }
    let share = 1.0 / sum(row);
    for x in row.iter_mut() {
        *x *= share;
    }
}

#[inline(always)]
fn masked(shares: &[f32], mask: Option<&Vec<f32>>) -> Vec<f32> {
    let mut masked = shares.to_vec();
    if let Some(mask) = mask {
        for (share, kept) in masked.iter_mut().zip(mask) {
            *share *= kept;
        }
    }
    masked
}

struct Read<'a> {
    of: &'a RowAttention<'a>,
    sequence: usize,
    to: &'a mut [f32],
}

impl Kernel for Read<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let (of, size) = (self.of, self.of.width / self.of.heads);
        let (queries, keys) = (&of.of_query[self.sequence], &of.of_key[self.sequence]);
        for head in 0..of.heads {
            let (query, key) = (of.rows(of.query, queries, head), of.rows(of.key, keys, head));
            let shares = of.shares(lanes, &query, &key, keys.len());
            let shares = masked(&shares, of.masks.mask(self.sequence, head).as_ref());
            let value = of.rows(of.value, keys, head);
            for (row, shares) in shares.chunks_exact(keys.len()).enumerate() {
                let start = row * of.width + head * size;
                let to = &mut self.to[start..start + size];
                for (share, value) in shares.iter().zip(value.chunks_exact(size)) {
                    add_scaled(to, *share, value);
                }
            }
        }
    }
}

struct Back<'a> {
    of: &'a RowAttention<'a>,
    sequence: usize,
    read: &'a [f32],
    to: [&'a mut [f32]; 3],
}

impl Kernel for Back<'_> {
    /// With shares `P`, a mask `M` and what was read `O = (P M) V`: `dV = (P M)^T dO`, `dP = (dO V^T) M`, `dS = P (dP - sum(dP P))`, and of scaled
    /// scores `dQ = dS K`, `dK = dS^T Q`.
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let (of, size) = (self.of, self.of.width / self.of.heads);
        let (queries, keys) = (&of.of_query[self.sequence], &of.of_key[self.sequence]);
        let [to_query, to_key, to_value] = self.to;
        for head in 0..of.heads {
            let (query, key, value) = (of.rows(of.query, queries, head), of.rows(of.key, keys, head), of.rows(of.value, keys, head));
            let read = of.rows(self.read, queries, head);
            let shares = of.shares(lanes, &query, &key, keys.len());
            let mask = of.masks.mask(self.sequence, head);
            let kept = masked(&shares, mask.as_ref());
            let across = transposed(&value, size);
            let mut slopes = vec![0f32; keys.len()];
            let (mut of_key, mut of_value) = (vec![0f32; key.len()], vec![0f32; value.len()]);
            for row in 0..queries.len() {
                let (all, gradient) = (row * keys.len()..(row + 1) * keys.len(), &read[row * size..(row + 1) * size]);
                slopes.fill(0.0);
                for (number, values) in gradient.iter().zip(across.chunks_exact(keys.len())) {
                    add_scaled(&mut slopes, *number, values);
                }
                if let Some(mask) = &mask {
                    for (slope, kept) in slopes.iter_mut().zip(&mask[all.clone()]) {
                        *slope *= kept;
                    }
                }
                let shares = &shares[all.clone()];
                let mean = dot(&slopes, shares);
                for (slope, share) in slopes.iter_mut().zip(shares) {
                    *slope = share * (*slope - mean) * of.scale();
                }
                let start = row * of.width + head * size;
                let to = &mut to_query[start..start + size];
                for (slope, key) in slopes.iter().zip(key.chunks_exact(size)) {
                    add_scaled(to, *slope, key);
                }
                let query = &query[row * size..(row + 1) * size];
                for (slope, to) in slopes.iter().zip(of_key.chunks_exact_mut(size)) {
                    add_scaled(to, *slope, query);
                }
                for (share, to) in kept[all].iter().zip(of_value.chunks_exact_mut(size)) {
                    add_scaled(to, *share, gradient);
                }
            }
            for row in 0..keys.len() {
                let start = row * of.width + head * size;
                to_key[start..start + size].copy_from_slice(&of_key[row * size..(row + 1) * size]);
                to_value[start..start + size].copy_from_slice(&of_value[row * size..(row + 1) * size]);
            }
        }
    }
}
