//! The kernels' doors for benchmarks, which are crates of their own: plain numbers in, panels inside.

use super::activation::Function;
use super::attention::{Attention, Sequences};
use super::isa::Isa;
use super::lines::Line;
use super::norm::Norm;
use super::product::{Product, products};
use super::team;
use super::turn::packed;

/// Rows of numbers in panels.
#[derive(Debug)]
pub struct Panels {
    lines: Vec<Line>,
    width: usize,
}

impl Panels {
    /// From `[rows, width]`.
    pub fn new(rows: &[f32], width: usize) -> Self {
        Self { lines: packed(rows, width).to_vec(), width }
    }

    /// `W x + bias` of a weight `[out, in]`, into other panels, with GELU where that is wanted.
    pub fn product(&self, weight: &[f32], bias: &[f32], gelu: bool, to: &mut Self) {
        let function = if gelu { Function::Gelu } else { Function::Identity };
        team::inside(|| {
            products(Isa::best(), &self.lines, self.width, [Product { function, ..Product::linear(weight, Some(bias), &mut to.lines) }]);
        });
    }

    /// A layer norm in place.
    pub fn norm(&mut self, weight: &[f32], bias: &[f32]) {
        team::inside(|| Norm { weight, bias, eps: 1e-12 }.apply(Isa::best(), &mut self.lines));
    }

    /// Attention of sequences of one length to themselves, as queries, keys and values, into other panels.
    pub fn attend(&self, heads: usize, length: usize, to: &mut Self) {
        let sequences = self.lines.len() / self.width * super::lines::WIDTH / length;
        let rows: Vec<_> = (0..sequences).map(|sequence| sequence * length..(sequence + 1) * length).collect();
        let own = Sequences { panels: &self.lines, rows: &rows };
        let attention = Attention { heads, width: self.width, query: own, key: own, value: &self.lines, kept: &[] };
        team::inside(|| attention.read(Isa::best(), &mut to.lines));
    }
}

/// GELU of each number.
pub fn gelu(numbers: &[f32]) -> Vec<f32> {
    Function::Gelu.map(Isa::best(), numbers)
}
