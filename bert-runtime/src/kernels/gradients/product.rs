//! The gradients of products: with `Y = X W^T + b`, `dX = dY W`, `dW = dY^T X` and `db` the sum of `dY`'s rows.

use super::super::isa::{Isa, Kernel};
use super::super::lanes::Lanes;
use super::super::lines::{Line, WIDTH, panels};
use super::super::product::{Product, products};
use super::super::scratch::Scratch;
use super::super::shared::Shared;
use super::super::team;
use super::super::turn::{Matrix, Sixteens, copy, turned};

/// `dY W`, and what is given beside it added: from panels `[panel][out][16]` to panels `[panel][in][16]`, by a weight `[out, in]`.
pub(crate) fn of_rows(isa: Isa, y: &[Line], weight: &[f32], out: usize, skip: Option<&[Line]>, to: &mut [Line]) {
    let weight = turned(isa, weight, weight.len().checked_div(out).unwrap_or(0));
    products(isa, y, out, [Product { skip, ..Product::linear(weight.get(), None, to) }]);
}

/// `dY^T X` for several products of the same rows: `[out, in]` of each `dY` turned over, `[out, rows]`.
pub(crate) fn of_weights<const N: usize>(isa: Isa, x: &Sixteens, results: [&Matrix; N]) -> [Vec<f32>; N] {
    let outs = results.map(|of| of.get().len().checked_div(x.rows).unwrap_or(0));
    let mut sums = outs.map(|out| Scratch::new(panels(x.width) * out));
    let mut jobs = sums.iter_mut();
    let jobs = results.map(|of| Product::linear(of.get(), None, jobs.next().map_or(&mut [], |sums| &mut sums[..])));
    products(isa, &x.lines, x.rows, jobs);
    std::array::from_fn(|number| joined(&sums[number], outs[number], x.width))
}

/// From `[in / 16][out][16]` to `[out, in]`.
fn joined(from: &[Line], out: usize, inner: usize) -> Vec<f32> {
    let mut weight = vec![0.0; out * inner];
    let to = Shared::new(&mut weight);
    team::each(panels(out), |task| {
        let rows = task * WIDTH..((task + 1) * WIDTH).min(out);
        // SAFETY: each task has rows of its own.
        #[allow(unsafe_code)]
        let to = unsafe { to.part(rows.start * inner..rows.end * inner) };
        for (sixteen, lines) in from.chunks_exact(out).enumerate() {
            let columns = sixteen * WIDTH..((sixteen + 1) * WIDTH).min(inner);
            for (line, to) in lines[rows.clone()].iter().zip(to.chunks_exact_mut(inner)) {
                copy(&mut to[columns.clone()], &line.0);
            }
        }
    });
    weight
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
