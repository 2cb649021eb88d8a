//! A matrix that panels are multiplied by, as it lies in memory, and its rows by tiles.

use std::marker::PhantomData;
use std::ops::Range;

use super::lanes::Lanes;
use super::lines::{Line, WIDTH, panels};
use super::turn::turn;

/// A matrix of `out` rows and `in` columns.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Matrix<'a> {
    /// `[out, in]`, as PyTorch stores a weight.
    Rows(&'a [f32]),
    /// `[in, out]`: turned over.
    Columns(&'a [f32]),
    /// `[in / 16][out][16]`: panels of `in` rows and `out` features, turned over.
    Panels(&'a [Line]),
}

/// So many columns ahead are fetched, as they lie far apart.
const AHEAD: usize = 12;

/// Some rows of a matrix, and a part of its inner axis that begins at a multiple of sixteen.
pub(super) struct Part<'a> {
    pub(super) rows: &'a Range<usize>,
    pub(super) inner: usize,
    pub(super) depth: &'a Range<usize>,
}

impl Matrix<'_> {
    pub(super) fn out(&self, inner: usize) -> usize {
        let (numbers, each) = match self {
            Self::Rows(numbers) | Self::Columns(numbers) => (numbers.len(), inner),
            Self::Panels(lines) => (lines.len(), panels(inner)),
        };
        assert!(each == 0 || numbers.is_multiple_of(each), "whole rows of a matrix");
        numbers.checked_div(each).unwrap_or(0)
    }

    /// Whether a product reads its rows as they lie.
    pub(super) fn has_rows(&self) -> bool {
        matches!(self, Self::Rows(_))
    }

    /// Lays a part of what has no rows out in the order in which a product reads it: `[tile][inner][row of the tile]`.
    #[inline(always)]
    pub(super) fn lay_out<L: Lanes>(&self, lanes: L, part: &Part<'_>, to: &mut [f32]) {
        let out = self.out(part.inner);
        match self {
            Self::Rows(_) => {}
            Self::Columns(numbers) => part.lay_out_columns(lanes, numbers, out, to),
            Self::Panels(lines) => part.lay_out_panels(lanes, lines, out, to),
        }
    }
}

impl Part<'_> {
    /// From columns, each of which is read once.
    #[inline(always)]
    fn lay_out_columns<L: Lanes>(&self, lanes: L, numbers: &[f32], out: usize, to: &mut [f32]) {
        for (number, i) in self.depth.clone().enumerate() {
            let mut column = &numbers[i * out..][self.rows.clone()];
            for line in column.chunks(WIDTH) {
                lanes.fetch(line, AHEAD * out);
            }
            let mut start = 0;
            for tile in tiles::<L>(self.rows) {
                let (some, rest) = column.split_at(tile.len());
                put(&mut to[start + number * tile.len()..], some);
                start += tile.len() * self.depth.len();
                column = rest;
            }
        }
    }

    /// From panels, sixteen terms and a tile's rows at a time.
    #[inline(always)]
    fn lay_out_panels<L: Lanes>(&self, lanes: L, lines: &[Line], out: usize, to: &mut [f32]) {
        for tile in tiles::<L>(self.rows) {
            let to = &mut to[(tile.start - self.rows.start) * self.depth.len()..][..tile.len() * self.depth.len()];
            for (start, to) in self.depth.clone().step_by(WIDTH).zip(to.chunks_mut(WIDTH * tile.len())) {
                let mut square = [Line::ZERO; WIDTH];
                turn(lanes, &lines[start / WIDTH * out + tile.start..], &mut square);
                for (line, to) in square.iter().zip(to.chunks_exact_mut(tile.len())) {
                    put(to, &line.0[..tile.len()]);
                }
            }
        }
    }
}

/// As many numbers as there are: a whole tile's in one go.
#[inline(always)]
fn put(to: &mut [f32], from: &[f32]) {
    match from.len() {
        WIDE_TILE => put_all::<WIDE_TILE>(to, from),
        TILE => put_all::<TILE>(to, from),
        count => to[..count].copy_from_slice(from),
    }
}

#[inline(always)]
fn put_all<const N: usize>(to: &mut [f32], from: &[f32]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk::<N>()) {
        *to = *from;
    }
}

/// Rows that are multiplied at once: with a line of two registers each they fill twelve of sixteen.
pub(super) const TILE: usize = 6;

/// The same, where registers are wide and there are twice as many.
pub(super) const WIDE_TILE: usize = 2 * TILE;

/// Some rows by tiles.
pub(super) struct Tiles<L> {
    left: Range<usize>,
    lanes: PhantomData<L>,
}

#[inline(always)]
pub(super) fn tiles<L: Lanes>(rows: &Range<usize>) -> Tiles<L> {
    Tiles { left: rows.clone(), lanes: PhantomData }
}

impl<L: Lanes> Iterator for Tiles<L> {
    type Item = Range<usize>;

    #[inline(always)]
    fn next(&mut self) -> Option<Range<usize>> {
        let size = match self.left.len() {
            left if L::WIDE && left >= WIDE_TILE => WIDE_TILE,
            left => left.min(TILE),
        };
        let start = self.left.start;
        self.left.start += size;
        (size > 0).then_some(start..start + size)
    }
}
