//! The logarithm of a chosen class's probability, by a softmax of each row, and its gradient.

use rayon::prelude::*;

use super::exp::exp;
use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::{Line, WIDTH};

/// Rows in one task.
const ROWS: usize = 8;

/// `log softmax(row)[class]` of each row of `[rows, width]`.
pub(crate) fn log_probabilities(isa: Isa, rows: &[f32], width: usize, classes: &[u32]) -> Vec<f32> {
    let mut to = vec![0.0; classes.len()];
    let parts = to.par_chunks_mut(ROWS).zip(rows.par_chunks(ROWS * width.max(1))).zip(classes.par_chunks(ROWS));
    parts.for_each(|((to, rows), classes)| isa.run(Logs { rows, width, classes, to }));
    to
}

/// The gradient of rows, from that of each row's logarithm: `g (1 - p)` at its class, and `-g p` elsewhere.
pub(crate) fn gradient(isa: Isa, rows: &[f32], width: usize, classes: &[u32], result: &[f32]) -> Vec<f32> {
    let mut to = vec![0.0; rows.len()];
    let part = ROWS * width.max(1);
    let parts = to.par_chunks_mut(part).zip(rows.par_chunks(part)).zip(classes.par_chunks(ROWS)).zip(result.par_chunks(ROWS));
    parts.for_each(|(((to, rows), classes), result)| isa.run(Back { rows, width, classes, result, to }));
    to
}

struct Logs<'a> {
    rows: &'a [f32],
    width: usize,
    classes: &'a [u32],
    to: &'a mut [f32],
}

impl Kernel for Logs<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for ((row, class), to) in self.rows.chunks_exact(self.width.max(1)).zip(self.classes).zip(self.to) {
            let highest = highest(lanes, row);
            *to = row[*class as usize] - highest - total(lanes, row, highest).ln();
        }
    }
}

struct Back<'a> {
    rows: &'a [f32],
    width: usize,
    classes: &'a [u32],
    result: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Back<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let width = self.width.max(1);
        let rows = self.rows.chunks_exact(width).zip(self.to.chunks_exact_mut(width)).zip(self.classes.iter().zip(self.result));
        for ((row, to), (class, result)) in rows {
            let highest = highest(lanes, row);
            let share = lanes.splat(-result / total(lanes, row, highest));
            for (row, to) in row.chunks(WIDTH).zip(to.chunks_mut(WIDTH)) {
                let mut line = line(row);
                let p = exp(lanes, lanes.sub(lanes.load(&line), lanes.splat(highest)));
                lanes.store(&mut line, lanes.mul(p, share));
                to.copy_from_slice(&line.0[..to.len()]);
            }
            to[*class as usize] += result;
        }
    }
}

/// Some numbers of a row, with the lowest after its end.
#[inline(always)]
fn line(row: &[f32]) -> Line {
    let mut line = Line([f32::NEG_INFINITY; WIDTH]);
    line.0[..row.len()].copy_from_slice(row);
    line
}

#[inline(always)]
fn highest<L: Lanes>(lanes: L, row: &[f32]) -> f32 {
    let mut highest = lanes.splat(f32::NEG_INFINITY);
    for part in row.chunks(WIDTH) {
        highest = lanes.max(highest, lanes.load(&line(part)));
    }
    let mut line = Line::ZERO;
    lanes.store(&mut line, highest);
    line.0.iter().copied().fold(f32::NEG_INFINITY, f32::max)
}

/// The sum of `exp(x - highest)`.
#[inline(always)]
fn total<L: Lanes>(lanes: L, row: &[f32], highest: f32) -> f32 {
    let mut sums = lanes.splat(0.0);
    for part in row.chunks(WIDTH) {
        sums = lanes.add(sums, exp(lanes, lanes.sub(lanes.load(&line(part)), lanes.splat(highest))));
    }
    let mut line = Line::ZERO;
    lanes.store(&mut line, sums);
    line.0.iter().sum()
}
