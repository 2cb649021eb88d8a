//! The gradients of products: with `Y = X W^T + b`, `dX = dY W`, `dW = dY^T X` and `db` the sum of `dY`'s rows.

use super::super::isa::{Isa, Kernel};
use super::super::lanes::Lanes;
use super::super::lines::{Line, WIDTH, panels};
use super::super::matrix::Matrix;
use super::super::product::{Product, products};
use super::super::shared::Shared;
use super::super::team;
use super::super::turn::Sixteens;

/// `dY W`, and what is given beside it added: from panels `[panel][out][16]` to panels `[panel][in][16]`, by a weight `[out, in]`.
pub(crate) fn of_rows(isa: Isa, y: &[Line], weight: &[f32], out: usize, skip: Option<&[Line]>, to: &mut [Line]) {
    products(isa, y, out, [Product { skip, weight: Matrix::Columns(weight), ..Product::linear(&[], None, to) }]);
}

/// `dY^T X`: `[out, in]`, from `dY` turned over.
pub(crate) fn of_weight(isa: Isa, x: &Sixteens, result: Matrix<'_>, weight: &mut [f32]) {
    products(isa, &x.lines, x.rows, [Product::by_rows(result, weight, x.width)]);
}

/// The sum of `dY`'s rows, of which there are so many: from panels `[panel][out][16]`.
pub(crate) fn of_bias(isa: Isa, result: &[Line], rows: usize) -> Vec<f32> {
    let out = result.len().checked_div(panels(rows)).unwrap_or(0);
    let mut sums = vec![0.0; out];
    let to = Shared::new(&mut sums);
    team::each(panels(out), |task| {
        let some = task * WIDTH..((task + 1) * WIDTH).min(out);
        // SAFETY: each task has sums of its own.
        #[allow(unsafe_code)]
        let to = unsafe { to.part(some.clone()) };
        isa.run(Sums { result, rows, out, first: some.start, to });
    });
    sums
}

/// The sums of sixteen features.
struct Sums<'a> {
    result: &'a [Line],
    rows: usize,
    out: usize,
    first: usize,
    to: &'a mut [f32],
}

impl Kernel for Sums<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let mut sums = [Line::ZERO; WIDTH];
        for (panel, lines) in self.result.chunks_exact(self.out).enumerate() {
            let rows = (self.rows - panel * WIDTH).min(WIDTH);
            let bits = u16::MAX >> (WIDTH - rows);
            for (sum, line) in sums.iter_mut().zip(&lines[self.first..][..self.to.len()]) {
                lanes.store(sum, lanes.add(lanes.load(sum), lanes.keep(lanes.load(line), bits)));
            }
        }
        for (to, sum) in self.to.iter_mut().zip(&sums) {
            *to = sum.0.iter().sum();
        }
    }
}
