//! The gradients of layer norms.

use super::super::isa::{Isa, Kernel};
use super::super::lanes::Lanes;
use super::super::lines::Line;
use super::super::norm::Norm;
use super::super::shared::Shared;
use super::super::team;
use super::Pair;

/// Panels in one task, whose sums over rows are one part.
const PART: usize = 8;

impl Norm<'_> {
    /// Turns the gradient of the result into that of the panels that were normalised, `[panel][feature][16]`, in place; zero rows of it stay zero
    /// and count nothing.
    pub(crate) fn back(&self, isa: Isa, x: &[Line], gradient: &mut [Line]) -> Pair {
        let width = self.weight.len();
        let count = x.len().checked_div(width).unwrap_or(0).div_ceil(PART);
        assert_eq!(x.len(), gradient.len(), "a gradient for each number that was normalised");
        let mut sums = vec![0.0; 2 * width * count];
        let (parts, gradient) = (Shared::new(&mut sums), Shared::new(gradient));
        team::each(count, |task| {
            let part = task * PART * width..((task + 1) * PART * width).min(x.len());
            // SAFETY: each task has panels and sums of its own.
            #[allow(unsafe_code)]
            let (gradient, sums) = unsafe { (gradient.part(part.clone()), parts.part(2 * width * task..2 * width * (task + 1))) };
            isa.run(Back { norm: self, x: &x[part], gradient, sums });
        });
        let mut total = vec![0.0; 2 * width];
        for part in sums.chunks_exact((2 * width).max(1)) {
            total.iter_mut().zip(part).for_each(|(total, part)| *total += part);
        }
        let bias = total.split_off(width);
        Pair { weight: total, bias }
    }
}

struct Back<'a> {
    norm: &'a Norm<'a>,
    x: &'a [Line],
    gradient: &'a mut [Line],
    /// The weight's, then the bias's.
    sums: &'a mut [f32],
}

impl Kernel for Back<'_> {
    /// Of `y = z w + b` with `z = (x - mean) s`: `dx = s (g - mean(g) - z mean(g z))` with `g = dy w`.
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let width = self.norm.weight.len();
        let mut sums = vec![Line::ZERO; 2 * width];
        let (weights, biases) = sums.split_at_mut(width);
        for (x, gradient) in self.x.chunks_exact(width).zip(self.gradient.chunks_exact_mut(width)) {
            let (mean, scale) = self.norm.moments(lanes, x);
            let (mut total, mut with) = (lanes.splat(0.0), lanes.splat(0.0));
            for (((x, dy), weight), (of_weight, of_bias)) in
                x.iter().zip(&*gradient).zip(self.norm.weight).zip(weights.iter_mut().zip(&mut *biases))
            {
                let (z, dy) = (lanes.mul(lanes.sub(lanes.load(x), mean), scale), lanes.load(dy));
                let g = lanes.mul(dy, lanes.splat(*weight));
                total = lanes.add(total, g);
                with = lanes.mul_add(g, z, with);
                let sums = (lanes.mul_add(dy, z, lanes.load(of_weight)), lanes.add(dy, lanes.load(of_bias)));
                lanes.store(of_weight, sums.0);
                lanes.store(of_bias, sums.1);
            }
            let share = lanes.splat(1.0 / width as f32);
            let (total, with) = (lanes.mul(total, share), lanes.mul(with, share));
            for ((x, dy), weight) in x.iter().zip(gradient).zip(self.norm.weight) {
                let z = lanes.mul(lanes.sub(lanes.load(x), mean), scale);
                let g = lanes.sub(lanes.mul(lanes.load(dy), lanes.splat(*weight)), total);
                let dx = lanes.mul(lanes.sub(g, lanes.mul(z, with)), scale);
                lanes.store(dy, dx);
            }
        }
        for (to, line) in self.sums.iter_mut().zip(&sums) {
            *to = line.0.iter().sum();
        }
    }
}
