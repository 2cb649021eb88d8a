//! Layer norms of rows, and their gradients.

use rayon::prelude::*;

use super::super::isa::{Isa, Kernel};
use super::super::norm::Norm;
use super::{PART, add_scaled, dot, sum};

/// The gradients of a norm: of its rows, of its weight and of its bias.
pub(crate) struct Gradients {
    pub(crate) rows: Vec<f32>,
    pub(crate) weight: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

impl Norm<'_> {
    /// Normalises rows `[rows, features]`.
    pub(crate) fn of_rows(&self, isa: Isa, rows: &[f32]) -> Vec<f32> {
        let (width, mut to) = (self.weight.len().max(1), vec![0.0; rows.len()]);
        to.par_chunks_mut(PART * width).zip(rows.par_chunks(PART * width)).for_each(|(to, from)| isa.run(Forward { norm: self, from, to }));
        to
    }

    /// The gradients, from the rows that were normalised and the gradient of the result.
    pub(crate) fn gradients(&self, isa: Isa, rows: &[f32], result: &[f32]) -> Gradients {
        let (width, mut to) = (self.weight.len().max(1), vec![0.0; rows.len()]);
        let parts = to.par_chunks_mut(PART * width).zip(rows.par_chunks(PART * width)).zip(result.par_chunks(PART * width));
        let sums: Vec<(Vec<f32>, Vec<f32>)> = parts
            .map(|((to, from), result)| {
                let (mut weight, mut bias) = (vec![0.0; width], vec![0.0; width]);
                isa.run(Back { norm: self, from, result, to, weight: &mut weight, bias: &mut bias });
                (weight, bias)
            })
            .collect();
        let (mut weight, mut bias) = (vec![0.0; width], vec![0.0; width]);
        for (of_weight, of_bias) in &sums {
            add_scaled(&mut weight, 1.0, of_weight);
            add_scaled(&mut bias, 1.0, of_bias);
        }
        Gradients { rows: to, weight, bias }
    }

    /// A row's numbers less their mean, and one over their deviation.
    #[inline(always)]
    fn centred(&self, row: &[f32], to: &mut [f32]) -> f32 {
        let mean = sum(row) / row.len() as f32;
        for (to, x) in to.iter_mut().zip(row) {
            *to = x - mean;
        }
        1.0 / (dot(to, to) / row.len() as f32 + self.eps).sqrt()
    }
}

struct Forward<'a> {
    norm: &'a Norm<'a>,
    from: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Forward<'_> {
    #[inline(always)]
    fn run<L: super::super::lanes::Lanes>(self, _: L) {
        let Norm { weight, bias, .. } = *self.norm;
        let width = weight.len().max(1);
        for (row, to) in self.from.chunks_exact(width).zip(self.to.chunks_exact_mut(width)) {
            let scale = self.norm.centred(row, to);
            for ((to, weight), bias) in to.iter_mut().zip(weight).zip(bias) {
                *to = *to * scale * weight + bias;
            }
        }
    }
}

struct Back<'a> {
    norm: &'a Norm<'a>,
    from: &'a [f32],
    result: &'a [f32],
    to: &'a mut [f32],
    weight: &'a mut [f32],
    bias: &'a mut [f32],
}

impl Kernel for Back<'_> {
    /// Of `y = z w + b` with `z = (x - mean) s`: `dx = s (g - mean(g) - z mean(g z))` with `g = dy w`.
    #[inline(always)]
    fn run<L: super::super::lanes::Lanes>(self, _: L) {
        let width = self.norm.weight.len().max(1);
        let mut z = vec![0f32; width];
        let rows = self.from.chunks_exact(width).zip(self.result.chunks_exact(width)).zip(self.to.chunks_exact_mut(width));
        for ((row, dy), dx) in rows {
            let scale = self.norm.centred(row, &mut z);
            for z in &mut z {
                *z *= scale;
            }
            for ((dx, dy), weight) in dx.iter_mut().zip(dy).zip(self.norm.weight) {
                *dx = dy * weight;
            }
            let (mean, with) = (sum(dx) / width as f32, dot(dx, &z) / width as f32);
            for (dx, z) in dx.iter_mut().zip(&z) {
                *dx = scale * (*dx - mean - z * with);
            }
            for ((weight, dy), z) in self.weight.iter_mut().zip(dy).zip(&z) {
                *weight += dy * z;
            }
            for (bias, dy) in self.bias.iter_mut().zip(dy) {
                *bias += dy;
            }
        }
    }
}
