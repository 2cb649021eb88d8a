//! Which numbers dropout keeps.

use rayon::prelude::*;

use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::Line;

/// A bit for each number of some lines, the first lane's the lowest: 1 where it is kept.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) bits: Vec<u16>,
    /// What a kept number is multiplied by.
    pub(crate) scale: f32,
}

impl Kept {
    /// A line's numbers, zero where they are dropped.
    #[inline(always)]
    pub(super) fn apply<L: Lanes>(&self, lanes: L, place: usize, x: L::V) -> L::V {
        lanes.mul(lanes.keep(x, self.bits[place]), lanes.splat(self.scale))
    }

    /// Drops from panels, in place.
    pub(crate) fn drop_from(&self, isa: Isa, panels: &mut [Line]) {
        assert_eq!(self.bits.len(), panels.len(), "a bit for each number");
        panels.par_chunks_mut(PART).enumerate().for_each(|(part, lines)| isa.run(Drop { kept: self, first: part * PART, lines }));
    }

    /// The same into other panels.
    pub(crate) fn of_panels(&self, isa: Isa, panels: &[Line], to: &mut [Line]) {
        assert_eq!([self.bits.len(); 2], [panels.len(), to.len()], "a bit for each number");
        to.par_chunks_mut(PART).zip(panels.par_chunks(PART)).enumerate().for_each(|(part, (lines, from))| {
            lines.copy_from_slice(from);
            isa.run(Drop { kept: self, first: part * PART, lines });
        });
    }
}

/// Lines in one task.
const PART: usize = 1 << 9;

struct Drop<'a> {
    kept: &'a Kept,
    first: usize,
    lines: &'a mut [Line],
}

impl Kernel for Drop<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (place, line) in (self.first..).zip(self.lines) {
            let kept = self.kept.apply(lanes, place, lanes.load(line));
            lanes.store(line, kept);
        }
    }
}
