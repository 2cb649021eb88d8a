//! `softmax(Q K^T / sqrt(d)) V`, a sequence and a head at a time.

use std::ops::Range;

use super::exp::exp;
use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::{Line, WIDTH};
use super::product::dot;
use super::scratch::Scratch;
use super::shared::{Shared, numbers, numbers_of};
use super::team;

/// Keys whose scores are computed at once, and features of what is read.
const ROWS: usize = 6;

/// Rows in panels, and which of them are whose.
#[derive(Clone, Copy)]
pub(crate) struct Sequences<'a> {
    /// `[panel][width][16]`.
    pub(crate) panels: &'a [Line],
    /// For each sequence its rows.
    pub(crate) rows: &'a [Range<usize>],
}

/// Attention in several heads, within each sequence.
pub(crate) struct Attention<'a> {
    pub(crate) heads: usize,
    /// The features of all heads.
    pub(crate) width: usize,
    pub(crate) query: Sequences<'a>,
    pub(crate) key: Sequences<'a>,
    /// Panels like the keys'.
    pub(crate) value: &'a [Line],
}

impl Attention<'_> {
    /// What each query reads, in panels like the queries'. Rows of no sequence are left as they are.
    pub(crate) fn read(&self, isa: Isa, to: &mut [Line]) {
        assert!(self.heads > 0 && self.width.is_multiple_of(self.heads), "heads divide the width");
        assert_eq!((self.key.panels.len(), self.query.panels.len()), (self.value.len(), to.len()), "sizes of attention");
        let to = Shared::new(numbers(to));
        team::each(self.query.rows.len() * self.heads, |task| {
            let (sequence, head) = (task / self.heads, task % self.heads);
            let (queries, keys) = (self.query.rows[sequence].clone(), self.key.rows[sequence].clone());
            if !queries.is_empty() {
                isa.run(Head { attention: self, head, queries, keys, to: &to });
            }
        });
    }
}

/// One head of one sequence.
struct Head<'a> {
    attention: &'a Attention<'a>,
    head: usize,
    queries: Range<usize>,
    keys: Range<usize>,
    to: &'a Shared<'a, f32>,
}

impl Kernel for Head<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let size = self.attention.width / self.attention.heads;
        let (of_queries, of_keys) = (Aligned::lines(self.queries.len()), Aligned::lines(self.keys.len()));
        let mut scratch = Scratch::new(size * (of_queries + 2 * of_keys) + self.keys.len() + size);
        let (query, rest) = scratch.split_at_mut(size * of_queries);
        let (key, rest) = rest.split_at_mut(size * of_keys);
        let (value, rest) = rest.split_at_mut(size * of_keys);
        let (shares, result) = rest.split_at_mut(self.keys.len());
        let query = self.aligned(self.attention.query.panels, &self.queries, query);
        let key = self.aligned(self.attention.key.panels, &self.keys, key);
        let value = self.aligned(self.attention.value, &self.keys, value);
        for block in 0..self.queries.len().div_ceil(WIDTH) {
            let total = self.shares(lanes, &query, &key, block, shares);
            read(lanes, &value, shares, total, result);
            self.write(block, result);
        }
    }
}

impl Head<'_> {
    /// The features of this head of some rows, the first row of them at the start of a line.
    #[inline(always)]
    fn aligned<'s>(&self, panels: &[Line], rows: &Range<usize>, to: &'s mut [Line]) -> Aligned<'s> {
        let (width, size) = (self.attention.width, self.attention.width / self.attention.heads);
        let row = Aligned::lines(rows.len()) * WIDTH;
        let before = rows.start % WIDTH;
        let numbers = numbers(to);
        for (place, panel) in (rows.start / WIDTH..rows.end.div_ceil(WIDTH)).enumerate() {
            let from = &panels[panel * width + self.head * size..][..size];
            let start = (place + 1) * WIDTH - before;
            for (line, to) in from.iter().zip(numbers.chunks_exact_mut(row)) {
                to[start..start + WIDTH].copy_from_slice(&line.0);
            }
        }
        Aligned { lines: to, row: Aligned::lines(rows.len()), rows: rows.len() }
    }

    /// `exp(score - greatest)` for each key and sixteen queries, and their sums.
    #[inline(always)]
    fn shares<L: Lanes>(&self, lanes: L, query: &Aligned<'_>, key: &Aligned<'_>, block: usize, to: &mut [Line]) -> L::V {
        let mut greatest = lanes.splat(f32::NEG_INFINITY);
        for (number, scores) in to.chunks_mut(ROWS).enumerate() {
            let start = number * ROWS;
            greatest = match scores.len() {
                1 => scored::<L, 1>(lanes, query, key, block, start, scores, greatest),
                2 => scored::<L, 2>(lanes, query, key, block, start, scores, greatest),
                3 => scored::<L, 3>(lanes, query, key, block, start, scores, greatest),
                4 => scored::<L, 4>(lanes, query, key, block, start, scores, greatest),
                5 => scored::<L, 5>(lanes, query, key, block, start, scores, greatest),
                _ => scored::<L, ROWS>(lanes, query, key, block, start, scores, greatest),
            };
        }
        let size = self.attention.width / self.attention.heads;
        let scale = lanes.splat(1.0 / (size as f32).sqrt());
        let mut total = lanes.splat(0.0);
        for line in to {
            let share = exp(lanes, lanes.mul(lanes.sub(lanes.load(line), greatest), scale));
            total = lanes.add(total, share);
            lanes.store(line, share);
        }
        total
    }

    /// Gives sixteen queries, or those that are left, their features.
    #[inline(always)]
    fn write(&self, block: usize, result: &[Line]) {
        let rows = self.queries.start + block * WIDTH..self.queries.end.min(self.queries.start + (block + 1) * WIDTH);
        let (panel, lane) = (rows.start / WIDTH, rows.start % WIDTH);
        let first = rows.len().min(WIDTH - lane);
        for (feature, line) in (self.head * result.len()..).zip(result) {
            self.put((panel * self.attention.width + feature) * WIDTH + lane, &line.0[..first]);
            if first < rows.len() {
                self.put(((panel + 1) * self.attention.width + feature) * WIDTH, &line.0[first..rows.len()]);
            }
        }
    }

    #[inline(always)]
    fn put(&self, at: usize, run: &[f32]) {
        // SAFETY: each task writes the features of its own head to the rows of its own sequence.
        #[allow(unsafe_code)]
        let to = unsafe { self.to.part(at..at + run.len()) };
        match <&[f32; WIDTH]>::try_from(run) {
            Ok(whole) => to.copy_from_slice(whole),
            Err(_) => to.iter_mut().zip(run).for_each(|(to, x)| *to = *x),
        }
    }
}

/// Features of some rows, each a run of numbers that begins with a line; a line stands before and after each run.
struct Aligned<'a> {
    lines: &'a [Line],
    /// Lines from one feature to the next.
    row: usize,
    rows: usize,
}

impl Aligned<'_> {
    /// The lines of one feature.
    fn lines(rows: usize) -> usize {
        rows.div_ceil(WIDTH) + 2
    }

    fn feature(&self, feature: usize) -> &[f32] {
        &numbers_of(&self.lines[feature * self.row + 1..][..self.row - 1])[..self.rows]
    }
}

/// The scores of some keys, and the greatest so far.
#[inline(always)]
fn scored<L: Lanes, const R: usize>(
    lanes: L,
    query: &Aligned<'_>,
    key: &Aligned<'_>,
    block: usize,
    start: usize,
    to: &mut [Line],
    mut greatest: L::V,
) -> L::V {
    let mut sums = [lanes.splat(0.0); R];
    let keys = numbers_of(key.lines).chunks_exact(key.row * WIDTH);
    for (queries, keys) in query.lines.chunks_exact(query.row).zip(keys) {
        let line = lanes.load(&queries[1 + block]);
        for (sum, &key) in sums.iter_mut().zip(&keys[WIDTH + start..][..R]) {
            *sum = lanes.mul_add(lanes.splat(key), line, *sum);
        }
    }
    for (sum, to) in sums.into_iter().zip(to) {
        lanes.store(to, sum);
        greatest = lanes.max(greatest, sum);
    }
    greatest
}

/// The values' features, by shares that add up to `total`.
#[inline(always)]
fn read<L: Lanes>(lanes: L, value: &Aligned<'_>, shares: &[Line], total: L::V, to: &mut [Line]) {
    let scale = lanes.div(lanes.splat(1.0), total);
    for (number, to) in to.chunks_mut(ROWS).enumerate() {
        let start = number * ROWS;
        match to.len() {
            1 => summed::<L, 1>(lanes, value, shares, scale, start, to),
            2 => summed::<L, 2>(lanes, value, shares, scale, start, to),
            3 => summed::<L, 3>(lanes, value, shares, scale, start, to),
            4 => summed::<L, 4>(lanes, value, shares, scale, start, to),
            5 => summed::<L, 5>(lanes, value, shares, scale, start, to),
            _ => summed::<L, ROWS>(lanes, value, shares, scale, start, to),
        }
    }
}

#[inline(always)]
fn summed<L: Lanes, const R: usize>(lanes: L, value: &Aligned<'_>, shares: &[Line], scale: L::V, start: usize, to: &mut [Line]) {
    let sums = dot::<L, R>(lanes, std::array::from_fn(|r| value.feature(start + r)), shares, 0);
    for (to, sum) in to.iter_mut().zip(sums) {
        lanes.store(to, lanes.mul(sum, scale));
    }
}
