//! The gradients of products: with `Y = X W^T + b`, `dX = dY W`, `dW = dY^T X` and `db` the sum of `dY`'s rows.

use super::super::isa::{Isa, Kernel};
use super::super::lanes::Lanes;
use super::super::lines::{Line, WIDTH, panels};
use super::super::pages::zeros;
use super::super::product::{Product, products};
use super::super::shared::Shared;
use super::super::team;
use super::super::turn::{Matrix, Sixteens, turned};

/// `dY W`, and what is given beside it added: from panels `[panel][out][16]` to panels `[panel][in][16]`, by a weight `[out, in]`.
pub(crate) fn of_rows(isa: Isa, y: &[Line], weight: &[f32], out: usize, skip: Option<&[Line]>, to: &mut [Line]) {
    let weight = turned(isa, weight, weight.len().checked_div(out).unwrap_or(0));
    products(isa, y, out, [Product { skip, ..Product::linear(weight.get(), None, to) }]);
}

/// `dY^T X` for several products of the same rows: `[out, in]` of each `dY` turned over, `[out, rows]`.
pub(crate) fn of_weights<const N: usize>(isa: Isa, x: &Sixteens, results: [&Matrix; N]) -> [Vec<f32>; N] {
    let mut weights = results.map(|of| zeros(of.get().len().checked_div(x.rows).unwrap_or(0) * x.width));
    let mut targets = weights.iter_mut();
    let jobs = results.map(|of| (of, targets.next().map_or(&mut [][..], |weight| weight)));
    to_weights(isa, x, jobs);
    weights
}

/// The same, written to what is given with each.
pub(crate) fn to_weights<const N: usize>(isa: Isa, x: &Sixteens, results: [(&Matrix, &mut [f32]); N]) {
    products(isa, &x.lines, x.rows, results.map(|(of, weight)| Product::by_rows(of.get(), weight, x.width)));
}

/// The sum of `dY`'s rows, from `dY` turned over, `[out, rows]`.
pub(crate) fn of_bias(isa: Isa, result: &Matrix, out: usize) -> Vec<f32> {
    let rows = result.get().len().checked_div(out).unwrap_or(0);
    let mut sums = vec![0.0; out];
    let to = Shared::new(&mut sums);
    team::each(panels(out), |task| {
        let some = task * WIDTH..((task + 1) * WIDTH).min(out);
        // SAFETY: each task has sums of its own.
        #[allow(unsafe_code)]
        let to = unsafe { to.part(some.clone()) };
        isa.run(Sums { rows: &result.get()[some.start * rows..some.end * rows], width: rows, to });
    });
    sums
}

struct Sums<'a> {
    rows: &'a [f32],
    width: usize,
    to: &'a mut [f32],
}

impl Kernel for Sums<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, _: L) {
        for (to, row) in self.to.iter_mut().zip(self.rows.chunks_exact(self.width.max(1))) {
            *to = sum(row);
        }
    }
}

/// The sum of all, sixteen sums side by side.
#[inline(always)]
fn sum(x: &[f32]) -> f32 {
    let mut sums = [0f32; WIDTH];
    let chunks = x.chunks_exact(WIDTH);
    let mut rest = 0.0;
    for x in chunks.remainder() {
        rest += x;
    }
    for x in chunks {
        for (sum, x) in sums.iter_mut().zip(x) {
            *sum += x;
        }
    }
    total(&sums) + rest
}

#[inline(always)]
fn total(sums: &[f32; WIDTH]) -> f32 {
    let mut total = 0.0;
    for sum in sums {
        total += sum;
    }
    total
}
