//! Layer norms of panels, in place.

use rayon::prelude::*;

use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::Line;
use super::shared::Shared;
use super::team;

/// `(x - mean) / sqrt(variance + eps) * weight + bias` over the features of each row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Norm<'a> {
    /// `[features]`.
    pub(crate) weight: &'a [f32],
    /// `[features]`.
    pub(crate) bias: &'a [f32],
    pub(crate) eps: f32,
}

/// So few panels are not worth another thread.
const FEW: usize = 4;

impl Norm<'_> {
    /// Normalises panels `[panel][feature][16]`: within 4e-6 of exact arithmetic for rows whose deviation is not small beside their mean.
    pub(crate) fn apply(&self, isa: Isa, panels: &mut [Line]) {
        let width = self.weight.len().max(1);
        let count = panels.len() / width;
        let panels = Shared::new(panels);
        team::each(count.div_ceil(FEW), |task| {
            let part = task * FEW * width..((task + 1) * FEW).min(count) * width;
            // SAFETY: each task has panels of its own.
            #[allow(unsafe_code)]
            let panels = unsafe { panels.part(part) };
            isa.run(Panels { norm: self, panels });
        });
    }

    /// The same into other panels.
    pub(crate) fn of_panels(&self, isa: Isa, panels: &[Line], to: &mut [Line]) {
        let part = FEW * self.weight.len().max(1);
        assert_eq!(panels.len(), to.len(), "as many numbers as are normalised");
        to.par_chunks_mut(part).zip(panels.par_chunks(part)).for_each(|(to, from)| {
            to.copy_from_slice(from);
            isa.run(Panels { norm: self, panels: to });
        });
    }
}

struct Panels<'a> {
    norm: &'a Norm<'a>,
    panels: &'a mut [Line],
}

impl Kernel for Panels<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for panel in self.panels.chunks_exact_mut(self.norm.weight.len().max(1)) {
            self.norm.panel(lanes, panel);
        }
    }
}

impl Norm<'_> {
    #[inline(always)]
    fn panel<L: Lanes>(&self, lanes: L, panel: &mut [Line]) {
        let (mean, scale) = self.moments(lanes, panel);
        for (line, (&weight, &bias)) in panel.iter_mut().zip(self.weight.iter().zip(self.bias)) {
            let x = lanes.mul(lanes.sub(lanes.load(line), mean), scale);
            lanes.store(line, lanes.mul_add(x, lanes.splat(weight), lanes.splat(bias)));
        }
    }

    /// Each row's mean, and one over its deviation.
    #[inline(always)]
    pub(super) fn moments<L: Lanes>(&self, lanes: L, panel: &[Line]) -> (L::V, L::V) {
        let share = lanes.splat(1.0 / self.weight.len() as f32);
        let near = lanes.mul(sum(lanes, panel), share);
        let (above, squares) = sums_above(lanes, panel, near);
        let (rest, square) = (lanes.mul(above, share), lanes.mul(squares, share));
        let mean = lanes.add(near, rest);
        let variance = lanes.max(lanes.splat(0.0), lanes.sub(square, lanes.mul(rest, rest)));
        // Above zero even where `eps` is nothing in f32: a panel's lanes without a row are all zeros.
        let square = lanes.max(lanes.splat(f32::MIN_POSITIVE), lanes.add(variance, lanes.splat(self.eps)));
        (mean, lanes.div(lanes.splat(1.0), lanes.sqrt(square)))
    }
}

/// The sum over the lines, four sums side by side.
#[inline(always)]
fn sum<L: Lanes>(lanes: L, lines: &[Line]) -> L::V {
    let mut sums = [lanes.splat(0.0); 4];
    for four in lines.chunks(4) {
        for (sum, line) in sums.iter_mut().zip(four) {
            *sum = lanes.add(*sum, lanes.load(line));
        }
    }
    lanes.add(lanes.add(sums[0], sums[1]), lanes.add(sums[2], sums[3]))
}

/// The sums of what is above a number near the mean, and of its squares: what the mean was off by is taken out of both.
#[inline(always)]
fn sums_above<L: Lanes>(lanes: L, lines: &[Line], near: L::V) -> (L::V, L::V) {
    let (mut above, mut squares) = ([lanes.splat(0.0); 2], [lanes.splat(0.0); 2]);
    for two in lines.chunks(2) {
        for ((above, squares), line) in above.iter_mut().zip(&mut squares).zip(two) {
            let x = lanes.sub(lanes.load(line), near);
            *above = lanes.add(*above, x);
            *squares = lanes.mul_add(x, x, *squares);
        }
    }
    (lanes.add(above[0], above[1]), lanes.add(squares[0], squares[1]))
}
