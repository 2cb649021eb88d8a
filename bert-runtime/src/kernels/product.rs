//! `W x`: a weight as it is stored, and rows in panels.

use std::ops::Range;

use super::activation::Function;
use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::{Line, WIDTH};
use super::shared::Shared;
use super::team;

/// So many terms of a sum are added up in registers before they join the sum of those before them.
pub(crate) const DEPTH: usize = 768;

/// Rows of a weight that are multiplied at once: with a line of two registers each they fill twelve of sixteen.
const ROWS: usize = 6;

/// Rows of a weight in one task.
const BLOCK: usize = 16 * ROWS;

/// Panels in one task: their part of the inner axis lies in a core's second cache.
const GROUP: usize = 8;

/// One product: `y = function(W x + bias) + skip`.
pub(crate) struct Product<'a> {
    /// `[out, in]`.
    pub(crate) weight: &'a [f32],
    /// `[out]`.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) function: Function,
    /// What is added at the end: `[panel][out][16]`.
    pub(crate) skip: Option<&'a [Line]>,
    /// `[panel][out][16]`.
    pub(crate) y: &'a mut [Line],
}

impl<'a> Product<'a> {
    /// `W x + bias`.
    pub(crate) fn linear(weight: &'a [f32], bias: Option<&'a [f32]>, y: &'a mut [Line]) -> Self {
        Self { weight, bias, function: Function::Identity, skip: None, y }
    }
}

/// Computes products of the same rows, `x` `[panel][inner][16]`, on all threads.
///
/// Each number is `sum over i of W[o][i] x[i]`, `DEPTH` terms at a time and in their order, with fused multiply-adds where there are any.
pub(crate) fn products<const N: usize>(isa: Isa, x: &[Line], inner: usize, products: [Product<'_>; N]) {
    let panels = x.len().checked_div(inner).unwrap_or(0);
    let jobs = products.map(|product| Job::new(x, inner, panels, product));
    let groups = panels.div_ceil(GROUP);
    let blocks: usize = jobs.iter().map(Job::blocks).sum();
    team::each(groups * blocks, |task| {
        let (group, mut block) = (task / blocks, task % blocks);
        for job in &jobs {
            if block < job.blocks() {
                return isa.run(Task { job, panels: part(group, GROUP, panels), rows: part(block, BLOCK, job.out) });
            }
            block -= job.blocks();
        }
    });
}

/// Part `number` of `total` things in parts of `size`.
fn part(number: usize, size: usize, total: usize) -> Range<usize> {
    number * size..((number + 1) * size).min(total)
}

/// A product whose sizes fit one another.
struct Job<'a> {
    x: &'a [Line],
    inner: usize,
    weight: &'a [f32],
    out: usize,
    bias: Option<&'a [f32]>,
    function: Function,
    skip: Option<&'a [Line]>,
    y: Shared<'a, Line>,
}

impl<'a> Job<'a> {
    fn new(x: &'a [Line], inner: usize, panels: usize, product: Product<'a>) -> Self {
        let out = product.weight.len().checked_div(inner).unwrap_or(0);
        assert_eq!((x.len(), product.y.len(), product.weight.len()), (panels * inner, panels * out, out * inner), "sizes of a product");
        assert!(product.bias.is_none_or(|bias| bias.len() == out) && product.skip.is_none_or(|skip| skip.len() == panels * out));
        let Product { weight, bias, function, skip, y } = product;
        Self { x, inner, weight, out, bias, function, skip, y: Shared::new(y) }
    }

    fn blocks(&self) -> usize {
        self.out.div_ceil(BLOCK)
    }
}

/// Some rows of a weight, and some panels.
struct Task<'a> {
    job: &'a Job<'a>,
    panels: Range<usize>,
    rows: Range<usize>,
}

impl Kernel for Task<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let inner = self.job.inner;
        for start in (0..inner.max(1)).step_by(DEPTH) {
            let depth = start..(start + DEPTH).min(inner);
            for row in self.rows.clone().step_by(ROWS) {
                for panel in self.panels.clone() {
                    let tile = Tile { job: self.job, panel, row, depth: depth.clone() };
                    match self.rows.end - row {
                        1 => tile.run::<L, 1>(lanes),
                        2 => tile.run::<L, 2>(lanes),
                        3 => tile.run::<L, 3>(lanes),
                        4 => tile.run::<L, 4>(lanes),
                        5 => tile.run::<L, 5>(lanes),
                        _ => tile.run::<L, ROWS>(lanes),
                    }
                }
            }
        }
    }
}

/// Some rows of a weight, a panel, and a part of the inner axis.
struct Tile<'a> {
    job: &'a Job<'a>,
    panel: usize,
    row: usize,
    depth: Range<usize>,
}

impl Tile<'_> {
    #[inline(always)]
    fn run<L: Lanes, const R: usize>(self, lanes: L) {
        let Self { job, panel, row, depth } = self;
        let x = &job.x[panel * job.inner..][depth.clone()];
        let weight = |r: usize| &job.weight[(row + r) * job.inner..][depth.clone()];
        let mut sums = dot::<L, R>(lanes, std::array::from_fn(weight), x, R * job.inner);
        let place = panel * job.out + row..panel * job.out + row + R;
        // SAFETY: no two tasks have the same panel and the same row, and a task's tiles come one after the other.
        #[allow(unsafe_code)]
        let y = unsafe { job.y.part(place.clone()) };
        if depth.start > 0 {
            for (sum, y) in sums.iter_mut().zip(&*y) {
                *sum = lanes.add(lanes.load(y), *sum);
            }
        }
        if depth.end == job.inner {
            job.finish(lanes, &mut sums, row, place.start);
        }
        for (sum, y) in sums.into_iter().zip(y) {
            lanes.store(y, sum);
        }
    }
}

impl Job<'_> {
    /// What comes after the sums, while they are in registers.
    #[inline(always)]
    fn finish<L: Lanes>(&self, lanes: L, sums: &mut [L::V], row: usize, place: usize) {
        if let Some(bias) = self.bias {
            for (sum, &bias) in sums.iter_mut().zip(&bias[row..]) {
                *sum = lanes.add(*sum, lanes.splat(bias));
            }
        }
        if self.function != Function::Identity {
            for sum in sums.iter_mut() {
                *sum = self.function.apply(lanes, *sum);
            }
        }
        if let Some(skip) = self.skip {
            for (sum, skip) in sums.iter_mut().zip(&skip[place..]) {
                *sum = lanes.add(*sum, lanes.load(skip));
            }
        }
    }
}

/// For each of some rows of numbers, the sum of its products with lines. The numbers so far `ahead` are fetched, unless that is 0.
#[inline(always)]
pub(super) fn dot<L: Lanes, const R: usize>(lanes: L, rows: [&[f32]; R], lines: &[Line], ahead: usize) -> [L::V; R] {
    let mut sums = [lanes.splat(0.0); R];
    for (number, lines) in lines.chunks(WIDTH).enumerate() {
        let start = number * WIDTH;
        let mut parts: [&[f32]; R] = [&[]; R];
        for (part, row) in parts.iter_mut().zip(&rows) {
            *part = &row[start..start + lines.len()];
            if ahead > 0 {
                lanes.fetch(part, ahead);
            }
        }
        for (i, line) in lines.iter().enumerate() {
            let line = lanes.load(line);
            for (sum, part) in sums.iter_mut().zip(&parts) {
                *sum = lanes.mul_add(lanes.splat(part[i]), line, *sum);
            }
        }
    }
    sums
}
