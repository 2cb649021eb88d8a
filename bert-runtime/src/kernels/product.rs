//! `W x`: a weight as it is stored, and rows in panels.

use std::ops::Range;

use super::activation::Function;
use super::dropout::Kept;
use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::{Line, WIDTH};
use super::shared::Shared;
use super::team;

/// So many terms of a sum are added up in registers before they join the sum of those before them.
pub(crate) const DEPTH: usize = 256;

/// Rows of a weight that are multiplied at once: with a line of two registers each they fill twelve of sixteen.
const ROWS: usize = 6;

/// Rows of a weight in one task.
const BLOCK: usize = 16 * ROWS;

/// Panels in one task: their part of the inner axis lies in a core's second cache.
const GROUP: usize = 8;

/// One product: `y = kept(function(W x + bias)) + skip`.
pub(crate) struct Product<'a> {
    /// `[out, in]`.
    pub(crate) weight: &'a [f32],
    /// `[out]`.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) function: Function,
    /// What dropout keeps of it.
    pub(crate) kept: Option<&'a Kept>,
    /// What is added at the end: `[panel][out][16]`.
    pub(crate) skip: Option<&'a [Line]>,
    /// `[panel][out][16]`.
    pub(crate) y: &'a mut [Line],
}

impl<'a> Product<'a> {
    /// `W x + bias`.
    pub(crate) fn linear(weight: &'a [f32], bias: Option<&'a [f32]>, y: &'a mut [Line]) -> Self {
        Self { weight, bias, function: Function::Identity, kept: None, skip: None, y }
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
    kept: Option<&'a Kept>,
    skip: Option<&'a [Line]>,
    y: Shared<'a, Line>,
}

impl<'a> Job<'a> {
    fn new(x: &'a [Line], inner: usize, panels: usize, product: Product<'a>) -> Self {
        let out = product.weight.len().checked_div(inner).unwrap_or(0);
        assert_eq!((x.len(), product.y.len(), product.weight.len()), (panels * inner, panels * out, out * inner), "sizes of a product");
        assert!(product.bias.is_none_or(|bias| bias.len() == out) && product.skip.is_none_or(|skip| skip.len() == panels * out));
        assert!(product.kept.is_none_or(|kept| kept.bits.len() == panels * out), "a bit for each result");
        let Product { weight, bias, function, kept, skip, y } = product;
        Self { x, inner, weight, out, bias, function, kept, skip, y: Shared::new(y) }
    }

    /// Whether anything comes after the sums.
    fn has_end(&self) -> bool {
        self.bias.is_some() || self.function != Function::Identity || self.kept.is_some() || self.skip.is_some()
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
        let (inner, ends) = (self.job.inner, self.job.has_end());
        for start in (0..inner.max(1)).step_by(DEPTH) {
            let depth = start..(start + DEPTH).min(inner);
            let mut panels = self.panels.clone();
            while !panels.is_empty() {
                let done = if L::WIDE && panels.len() > 1 {
                    self.column::<L, 2>(lanes, panels.start, &depth);
                    panels.start..panels.start + 2
                } else {
                    self.column::<L, 1>(lanes, panels.start, &depth);
                    panels.start..panels.start + 1
                };
                panels.start = done.end;
                if depth.end == inner && ends {
                    for panel in done {
                        self.finish(lanes, panel);
                    }
                }
            }
        }
    }
}

impl Task<'_> {
    /// All rows with some panels, whose part of the inner axis stays in a core's first cache meanwhile.
    #[inline(always)]
    fn column<L: Lanes, const P: usize>(&self, lanes: L, panel: usize, depth: &Range<usize>) {
        let mut row = self.rows.start;
        while row < self.rows.end {
            let tile = Tile { job: self.job, panel, row, depth: depth.clone() };
            let left = self.rows.end - row;
            row += if L::WIDE && left >= 2 * ROWS {
                tile.run::<L, { 2 * ROWS }, P>(lanes);
                2 * ROWS
            } else {
                tile.of_rows::<L, P>(lanes, left);
                left.min(ROWS)
            };
        }
    }
}

/// Some rows of a weight, some panels, and a part of the inner axis.
struct Tile<'a> {
    job: &'a Job<'a>,
    panel: usize,
    row: usize,
    depth: Range<usize>,
}

impl Tile<'_> {
    /// As many rows as are left, six at most.
    #[inline(always)]
    fn of_rows<L: Lanes, const P: usize>(self, lanes: L, left: usize) {
        match left {
            1 => self.run::<L, 1, P>(lanes),
            2 => self.run::<L, 2, P>(lanes),
            3 => self.run::<L, 3, P>(lanes),
            4 => self.run::<L, 4, P>(lanes),
            5 => self.run::<L, 5, P>(lanes),
            _ => self.run::<L, ROWS, P>(lanes),
        }
    }

    #[inline(always)]
    fn run<L: Lanes, const R: usize, const P: usize>(self, lanes: L) {
        let Self { job, panel, row, depth } = self;
        let mut x: [&[Line]; P] = [&[]; P];
        for (number, x) in x.iter_mut().enumerate() {
            *x = &job.x[(panel + number) * job.inner..][depth.clone()];
        }
        let mut weight: [&[f32]; R] = [&[]; R];
        for (number, weight) in weight.iter_mut().enumerate() {
            *weight = &job.weight[(row + number) * job.inner..][depth.clone()];
        }
        let sums = dots::<L, R, P>(lanes, weight, x, R * job.inner);
        for (panel, mut sums) in (panel..).zip(sums) {
            let place = panel * job.out + row..panel * job.out + row + R;
            // SAFETY: no two tasks have the same panel and the same row, and a task's tiles come one after the other.
            #[allow(unsafe_code)]
            let y = unsafe { job.y.part(place.clone()) };
            if depth.start > 0 {
                for (sum, y) in sums.iter_mut().zip(&*y) {
                    *sum = lanes.add(lanes.load(y), *sum);
                }
            }
            for (sum, y) in sums.into_iter().zip(y) {
                lanes.store(y, sum);
            }
        }
    }
}

impl Task<'_> {
    /// What comes after the sums of a panel, which are in a core's first cache.
    #[inline(always)]
    fn finish<L: Lanes>(&self, lanes: L, panel: usize) {
        let (job, start) = (self.job, panel * self.job.out);
        // SAFETY: as in `Tile::run`.
        #[allow(unsafe_code)]
        let y = unsafe { job.y.part(start + self.rows.start..start + self.rows.end) };
        for (line, row) in y.iter_mut().zip(self.rows.clone()) {
            let mut sum = lanes.load(line);
            if let Some(bias) = job.bias {
                sum = lanes.add(sum, lanes.splat(bias[row]));
            }
            if job.function != Function::Identity {
                sum = job.function.apply(lanes, sum);
            }
            if let Some(kept) = job.kept {
                sum = kept.apply(lanes, start + row, sum);
            }
            if let Some(skip) = job.skip {
                sum = lanes.add(sum, lanes.load(&skip[start + row]));
            }
            lanes.store(line, sum);
        }
    }
}

/// For each of some rows of numbers, the sum of its products with lines.
#[inline(always)]
pub(super) fn dot<L: Lanes, const R: usize>(lanes: L, rows: [&[f32]; R], lines: &[Line]) -> [L::V; R] {
    let [sums] = dots::<L, R, 1>(lanes, rows, [lines], 0);
    sums
}

/// The same with some panels' lines, of which there are equally many. The numbers so far `ahead` are fetched, unless that is 0.
#[inline(always)]
fn dots<L: Lanes, const R: usize, const P: usize>(lanes: L, rows: [&[f32]; R], panels: [&[Line]; P], ahead: usize) -> [[L::V; R]; P] {
    let mut sums = [[lanes.splat(0.0); R]; P];
    let count = panels.first().map_or(0, |lines| lines.len());
    for start in (0..count).step_by(WIDTH) {
        let some = start..(start + WIDTH).min(count);
        let mut parts: [&[f32]; R] = [&[]; R];
        for (part, row) in parts.iter_mut().zip(&rows) {
            *part = &row[some.clone()];
            if ahead > 0 {
                lanes.fetch(part, ahead);
            }
        }
        let mut lines: [&[Line]; P] = [&[]; P];
        for (lines, panel) in lines.iter_mut().zip(&panels) {
            *lines = &panel[some.clone()];
        }
        for i in 0..some.len() {
            let mut of_panels = [lanes.splat(0.0); P];
            for (line, lines) in of_panels.iter_mut().zip(&lines) {
                *line = lanes.load(&lines[i]);
            }
            for (number, part) in parts.iter().enumerate() {
                let number_of_row = lanes.splat(part[i]);
                for (sums, line) in sums.iter_mut().zip(of_panels) {
                    sums[number] = lanes.mul_add(number_of_row, line, sums[number]);
                }
            }
        }
    }
    sums
}
