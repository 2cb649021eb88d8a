//! `softmax(Q K^T / sqrt(d)) V`, a sequence and a head at a time.

use std::ops::Range;

use super::dropout::Kept;
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
    /// For each head of each sequence, `[sequence][head]`, which shares are kept, `[query / 16][key]`; nothing where all are.
    pub(crate) kept: &'a [Kept],
}

impl Attention<'_> {
    /// What each query reads, in panels like the queries'. Rows of no sequence are left as they are.
    pub(crate) fn read(&self, isa: Isa, to: &mut [Line]) {
        assert_eq!(self.query.panels.len(), to.len(), "sizes of attention");
        let to = Shared::new(numbers(to));
        self.each_head(|head| isa.run(Read { head, to: &to }));
    }

    /// Does something for each head of each sequence that has queries.
    pub(super) fn each_head(&self, work: impl Fn(Head<'_>) + Sync + Send) {
        assert!(self.heads > 0 && self.width.is_multiple_of(self.heads), "heads divide the width");
        assert_eq!(self.key.panels.len(), self.value.len(), "sizes of attention");
        assert!(self.kept.is_empty() || self.kept.len() == self.query.rows.len() * self.heads, "what is kept, of each head");
        team::each(self.query.rows.len() * self.heads, |task| {
            let (sequence, head) = (task / self.heads, task % self.heads);
            let (queries, keys) = (self.query.rows[sequence].clone(), self.key.rows[sequence].clone());
            if !queries.is_empty() {
                work(Head { attention: self, head, queries, keys, kept: self.kept.get(task) });
            }
        });
    }
}

/// One head of one sequence.
pub(super) struct Head<'a> {
    pub(super) attention: &'a Attention<'a>,
    head: usize,
    pub(super) queries: Range<usize>,
    pub(super) keys: Range<usize>,
    pub(super) kept: Option<&'a Kept>,
}

struct Read<'a> {
    head: Head<'a>,
    to: &'a Shared<'a, f32>,
}

impl Kernel for Read<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { head, to } = self;
        let (size, keys) = (head.size(), head.keys.len());
        let (of_queries, of_keys) = (Aligned::lines(head.queries.len()), Aligned::lines(keys));
        let mut scratch = Scratch::new(size * (of_queries + 2 * of_keys) + keys + size);
        let (query, rest) = scratch.split_at_mut(size * of_queries);
        let (key, rest) = rest.split_at_mut(size * of_keys);
        let (value, rest) = rest.split_at_mut(size * of_keys);
        let (shares, result) = rest.split_at_mut(keys);
        let query = head.aligned(head.attention.query.panels, &head.queries, query);
        let key = head.aligned(head.attention.key.panels, &head.keys, key);
        let value = head.aligned(head.attention.value, &head.keys, value);
        for block in 0..head.queries.len().div_ceil(WIDTH) {
            let total = head.shares(lanes, &query, &key, block, shares);
            if let Some(kept) = head.kept {
                for (key, line) in shares.iter_mut().enumerate() {
                    let share = kept.apply(lanes, block * keys + key, lanes.load(line));
                    lanes.store(line, share);
                }
            }
            weighted(lanes, &value, shares, lanes.div(lanes.splat(1.0), total), result);
            head.write(&head.queries, block, result, to);
        }
    }
}

impl Head<'_> {
    pub(super) fn size(&self) -> usize {
        self.attention.width / self.attention.heads
    }

    /// What scores are multiplied by.
    pub(super) fn scale(&self) -> f32 {
        1.0 / (self.size() as f32).sqrt()
    }

    /// The features of this head of some rows, the first row of them at the start of a line.
    #[inline(always)]
    pub(super) fn aligned<'s>(&self, panels: &[Line], rows: &Range<usize>, to: &'s mut [Line]) -> Aligned<'s> {
        let (width, size) = (self.attention.width, self.size());
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
    pub(super) fn shares<L: Lanes>(&self, lanes: L, query: &Aligned<'_>, key: &Aligned<'_>, block: usize, to: &mut [Line]) -> L::V {
        let greatest = scores(lanes, query, key, block, to);
        let scale = lanes.splat(self.scale());
        let mut total = lanes.splat(0.0);
        for line in to {
            let share = exp(lanes, lanes.mul(lanes.sub(lanes.load(line), greatest), scale));
            total = lanes.add(total, share);
            lanes.store(line, share);
        }
        total
    }

    /// Gives sixteen of some rows, or those that are left, their features.
    #[inline(always)]
    pub(super) fn write(&self, all: &Range<usize>, block: usize, result: &[Line], to: &Shared<'_, f32>) {
        let rows = all.start + block * WIDTH..all.end.min(all.start + (block + 1) * WIDTH);
        let (panel, lane) = (rows.start / WIDTH, rows.start % WIDTH);
        let first = rows.len().min(WIDTH - lane);
        for (feature, line) in (self.head * result.len()..).zip(result) {
            put(to, (panel * self.attention.width + feature) * WIDTH + lane, &line.0[..first]);
            if first < rows.len() {
                put(to, ((panel + 1) * self.attention.width + feature) * WIDTH, &line.0[first..rows.len()]);
            }
        }
    }
}

#[inline(always)]
fn put(to: &Shared<'_, f32>, at: usize, run: &[f32]) {
    // SAFETY: each task writes the features of its own head to the rows of its own sequence.
    #[allow(unsafe_code)]
    let to = unsafe { to.part(at..at + run.len()) };
    match <&[f32; WIDTH]>::try_from(run) {
        Ok(whole) => to.copy_from_slice(whole),
        Err(_) => to.iter_mut().zip(run).for_each(|(to, x)| *to = *x),
    }
}

/// Features of some rows, each a run of numbers that begins with a line; a line stands before and after each run.
pub(super) struct Aligned<'a> {
    lines: &'a [Line],
    /// Lines from one feature to the next.
    row: usize,
    rows: usize,
}

impl Aligned<'_> {
    /// The lines of one feature.
    pub(super) fn lines(rows: usize) -> usize {
        rows.div_ceil(WIDTH) + 2
    }

    pub(super) fn feature(&self, feature: usize) -> &[f32] {
        &numbers_of(&self.lines[feature * self.row + 1..][..self.row - 1])[..self.rows]
    }
}

/// The sums of products of each key's features and those of sixteen queries, and the greatest of each query.
#[inline(always)]
pub(super) fn scores<L: Lanes>(lanes: L, query: &Aligned<'_>, key: &Aligned<'_>, block: usize, to: &mut [Line]) -> L::V {
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
    greatest
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

/// The features of some rows, added up by the rows' lines of weights, and scaled.
#[inline(always)]
pub(super) fn weighted<L: Lanes>(lanes: L, rows: &Aligned<'_>, weights: &[Line], scale: L::V, to: &mut [Line]) {
    for (number, to) in to.chunks_mut(ROWS).enumerate() {
        let start = number * ROWS;
        match to.len() {
            1 => summed::<L, 1>(lanes, rows, weights, scale, start, to),
            2 => summed::<L, 2>(lanes, rows, weights, scale, start, to),
            3 => summed::<L, 3>(lanes, rows, weights, scale, start, to),
            4 => summed::<L, 4>(lanes, rows, weights, scale, start, to),
            5 => summed::<L, 5>(lanes, rows, weights, scale, start, to),
            _ => summed::<L, ROWS>(lanes, rows, weights, scale, start, to),
        }
    }
}

#[inline(always)]
fn summed<L: Lanes, const R: usize>(lanes: L, rows: &Aligned<'_>, weights: &[Line], scale: L::V, start: usize, to: &mut [Line]) {
    let sums = dot::<L, R>(lanes, std::array::from_fn(|r| rows.feature(start + r)), weights);
    for (to, sum) in to.iter_mut().zip(sums) {
        lanes.store(to, lanes.mul(sum, scale));
    }
}
