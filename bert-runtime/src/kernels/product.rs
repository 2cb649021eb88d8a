//! `W x`: a matrix as it is stored, and rows in panels.

use std::ops::Range;

use super::activation::Function;
use super::dropout::Kept;
use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::{Line, WIDTH};
use super::matrix::{Matrix, Part, TILE, WIDE_TILE, tiles};
use super::scratch::Scratch;
use super::shared::{Shared, numbers, numbers_of};
use super::team;
use super::turn::copy;

/// So many terms of a sum are added up in registers before they join the sum of those before them.
pub(crate) const DEPTH: usize = 256;

/// Rows of a matrix in one task.
const BLOCK: usize = 8 * WIDE_TILE;

/// Panels in one task: their part of the inner axis lies in a core's second cache.
const GROUP: usize = 8;

/// The same where a task lays its part of the matrix out first: the most that leave enough tasks for all threads.
const GROUPS: [usize; 3] = [64, 32, 16];

/// Tasks for each thread that are enough to end together.
const TASKS: usize = 8;

/// A tile's numbers are fetched so many terms before they are read.
const AHEAD: usize = 64;

/// One product: `y = kept(function(W x + bias)) + skip`.
pub(crate) struct Product<'a> {
    /// Of `out` rows.
    pub(crate) weight: Matrix<'a>,
    /// `[out]`.
    pub(crate) bias: Option<&'a [f32]>,
    pub(crate) function: Function,
    /// What dropout keeps of it.
    pub(crate) kept: Option<&'a Kept>,
    /// What is added at the end: `[panel][out][16]`.
    pub(crate) skip: Option<&'a [Line]>,
    pub(crate) y: Target<'a>,
}

/// Where a product is written.
pub(crate) enum Target<'a> {
    /// `[panel][out][16]`.
    Panels(&'a mut [Line]),
    /// `[out, width]`: the lanes of all panels side by side, as many as there are. Nothing comes after its sums.
    Rows { numbers: &'a mut [f32], width: usize },
}

impl<'a> Product<'a> {
    /// `W x + bias`.
    pub(crate) fn linear(weight: &'a [f32], bias: Option<&'a [f32]>, y: &'a mut [Line]) -> Self {
        let weight = Matrix::Rows(weight);
        Self { weight, bias, function: Function::Identity, kept: None, skip: None, y: Target::Panels(y) }
    }

    /// `W x`, row after row: `[out, width]` of as many lanes.
    pub(crate) fn by_rows(weight: Matrix<'a>, numbers: &'a mut [f32], width: usize) -> Self {
        Self { weight, y: Target::Rows { numbers, width }, ..Self::linear(&[], None, &mut []) }
    }
}

/// Computes products of the same rows, `x` `[panel][inner][16]`, on all threads.
///
/// Each number is `sum over i of W[o][i] x[i]`, `DEPTH` terms at a time and in their order, with fused multiply-adds where there are any.
pub(crate) fn products<const N: usize>(isa: Isa, x: &[Line], inner: usize, products: [Product<'_>; N]) {
    let panels = x.len().checked_div(inner).unwrap_or(0);
    let jobs = products.map(|product| Job::new(x, inner, panels, product));
    let blocks: usize = jobs.iter().map(Job::blocks).sum();
    let size = if jobs.iter().any(Job::is_laid_out) { group(panels, blocks) } else { GROUP };
    team::each(panels.div_ceil(size) * blocks, |task| {
        let (group, mut block) = (task / blocks, task % blocks);
        for job in &jobs {
            if block < job.blocks() {
                return isa.run(Task { job, panels: part(group, size, panels), rows: part(block, BLOCK, job.out) });
            }
            block -= job.blocks();
        }
    });
}

/// How many panels a task has that lays its part of the matrix out.
fn group(panels: usize, blocks: usize) -> usize {
    let enough = TASKS * team::threads();
    GROUPS.into_iter().find(|group| panels.div_ceil(*group) * blocks >= enough).unwrap_or(GROUP)
}

/// Part `number` of `total` things in parts of `size`.
fn part(number: usize, size: usize, total: usize) -> Range<usize> {
    number * size..((number + 1) * size).min(total)
}

/// A product whose sizes fit one another.
struct Job<'a> {
    x: &'a [Line],
    inner: usize,
    weight: Matrix<'a>,
    out: usize,
    bias: Option<&'a [f32]>,
    function: Function,
    kept: Option<&'a Kept>,
    skip: Option<&'a [Line]>,
    y: Place<'a>,
}

/// A target that all threads write to.
enum Place<'a> {
    Panels(Shared<'a, Line>),
    Rows { numbers: Shared<'a, f32>, width: usize },
}

impl<'a> Job<'a> {
    fn new(x: &'a [Line], inner: usize, panels: usize, product: Product<'a>) -> Self {
        let out = product.weight.out(inner);
        assert_eq!(x.len(), panels * inner, "sizes of a product");
        assert!(product.bias.is_none_or(|bias| bias.len() == out) && product.skip.is_none_or(|skip| skip.len() == panels * out));
        assert!(product.kept.is_none_or(|kept| kept.bits.len() == panels * out), "a bit for each result");
        let Product { weight, bias, function, kept, skip, y } = product;
        let y = match y {
            Target::Panels(lines) => {
                assert_eq!(lines.len(), panels * out, "a line for each result of a panel");
                Place::Panels(Shared::new(lines))
            }
            Target::Rows { numbers, width } => {
                assert_eq!((numbers.len(), width.div_ceil(WIDTH)), (width * out, panels), "a number for each result");
                Place::Rows { numbers: Shared::new(numbers), width }
            }
        };
        let job = Self { x, inner, weight, out, bias, function, kept, skip, y };
        assert!(matches!(job.y, Place::Panels(_)) || !job.has_end(), "nothing comes after the sums of rows");
        job
    }

    /// Whether anything comes after the sums.
    fn has_end(&self) -> bool {
        self.bias.is_some() || self.function != Function::Identity || self.kept.is_some() || self.skip.is_some()
    }

    /// Whether its rows are laid out by tiles before they are read.
    fn is_laid_out(&self) -> bool {
        !self.weight.has_rows()
    }

    fn blocks(&self) -> usize {
        self.out.div_ceil(BLOCK)
    }
}

/// Some rows of a matrix, and some panels.
struct Task<'a> {
    job: &'a Job<'a>,
    panels: Range<usize>,
    rows: Range<usize>,
}

impl Kernel for Task<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let mut own = match &self.job.y {
            Place::Panels(_) => None,
            Place::Rows { .. } => Some(Scratch::new(self.panels.len() * self.rows.len())),
        };
        let (panel, row, out) = (self.panels.start, self.rows.start, self.rows.len());
        let own = Shared::new(own.as_deref_mut().unwrap_or_default());
        let sums = match &self.job.y {
            Place::Panels(y) => Sums { lines: y, out: self.job.out, panel: 0, row: 0 },
            Place::Rows { .. } => Sums { lines: &own, out, panel, row },
        };
        self.add_up(lanes, &sums);
        if let Place::Rows { numbers, width } = &self.job.y {
            self.lay_out(&sums, numbers, *width);
        }
    }
}

/// Where sums are added up: lines `[panel][out][16]`, from some panel and row on.
struct Sums<'a> {
    lines: &'a Shared<'a, Line>,
    out: usize,
    panel: usize,
    row: usize,
}

impl Sums<'_> {
    /// The lines of some rows of a panel.
    #[inline(always)]
    fn place(&self, panel: usize, rows: Range<usize>) -> Range<usize> {
        let start = (panel - self.panel) * self.out;
        start + rows.start - self.row..start + rows.end - self.row
    }
}

impl Task<'_> {
    #[inline(always)]
    fn add_up<L: Lanes>(&self, lanes: L, sums: &Sums<'_>) {
        let (inner, ends) = (self.job.inner, self.job.has_end());
        let mut room = self.job.is_laid_out().then(|| Scratch::new(self.rows.len() * DEPTH.min(inner) / WIDTH + 1));
        for start in (0..inner.max(1)).step_by(DEPTH) {
            let depth = start..(start + DEPTH).min(inner);
            if let Some(room) = &mut room {
                self.job.weight.lay_out(lanes, &Part { rows: &self.rows, inner, depth: &depth }, numbers(room));
            }
            let column = Column { task: self, laid_out: room.as_deref().map_or(&[], numbers_of), depth: &depth, sums };
            let mut panels = self.panels.clone();
            while !panels.is_empty() {
                let done = if L::WIDE && panels.len() > 1 {
                    column.of_panels::<L, 2>(lanes, panels.start);
                    panels.start..panels.start + 2
                } else {
                    column.of_panels::<L, 1>(lanes, panels.start);
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

    /// The lanes of all panels side by side.
    #[inline(always)]
    fn lay_out(&self, sums: &Sums<'_>, numbers: &Shared<'_, f32>, width: usize) {
        for row in self.rows.clone() {
            let start = row * width;
            for panel in self.panels.clone() {
                let some = panel * WIDTH..((panel + 1) * WIDTH).min(width);
                // SAFETY: the sums are this task's own, and no two tasks have the same panel and the same row.
                #[allow(unsafe_code)]
                let (line, y) =
                    unsafe { (sums.lines.part(sums.place(panel, row..row + 1)), numbers.part(start + some.start..start + some.end)) };
                copy(y, &line[0].0);
            }
        }
    }
}

/// All rows of a task, and a part of the inner axis, which of some panels stays in a core's first cache meanwhile.
struct Column<'a> {
    task: &'a Task<'a>,
    /// The part of the matrix by tiles; nothing where its rows are read as they lie.
    laid_out: &'a [f32],
    depth: &'a Range<usize>,
    sums: &'a Sums<'a>,
}

impl Column<'_> {
    #[inline(always)]
    fn of_panels<L: Lanes, const P: usize>(&self, lanes: L, panel: usize) {
        for tile in tiles::<L>(&self.task.rows) {
            match tile.len() {
                1 => self.tile::<L, 1, P>(lanes, panel, tile.start),
                2 => self.tile::<L, 2, P>(lanes, panel, tile.start),
                3 => self.tile::<L, 3, P>(lanes, panel, tile.start),
                4 => self.tile::<L, 4, P>(lanes, panel, tile.start),
                5 => self.tile::<L, 5, P>(lanes, panel, tile.start),
                TILE => self.tile::<L, TILE, P>(lanes, panel, tile.start),
                _ if L::WIDE => self.tile::<L, WIDE_TILE, P>(lanes, panel, tile.start),
                _ => {}
            }
        }
    }

    #[inline(always)]
    fn tile<L: Lanes, const R: usize, const P: usize>(&self, lanes: L, panel: usize, row: usize) {
        let (job, depth) = (self.task.job, self.depth);
        let mut x: [&[Line]; P] = [&[]; P];
        for (number, x) in x.iter_mut().enumerate() {
            *x = &job.x[(panel + number) * job.inner..][depth.clone()];
        }
        let sums = match job.weight {
            Matrix::Columns(_) | Matrix::Panels(_) => {
                let tile = &self.laid_out[(row - self.task.rows.start) * depth.len()..];
                tile_dots::<L, R, P>(lanes, &tile[..R * depth.len()], x)
            }
            Matrix::Rows(weight) => {
                let mut rows: [&[f32]; R] = [&[]; R];
                for (number, to) in rows.iter_mut().enumerate() {
                    *to = &weight[(row + number) * job.inner..][depth.clone()];
                }
                dots::<L, R, P>(lanes, rows, x, R * job.inner)
            }
        };
        for (panel, sums) in (panel..).zip(sums) {
            // SAFETY: no two tasks have the same panel and the same row, and a task's tiles come one after the other.
            #[allow(unsafe_code)]
            let y = unsafe { self.sums.lines.part(self.sums.place(panel, row..row + R)) };
            for (sum, y) in sums.into_iter().zip(y) {
                lanes.store(y, if depth.start > 0 { lanes.add(lanes.load(y), sum) } else { sum });
            }
        }
    }
}

impl Task<'_> {
    /// What comes after the sums of a panel, which are in a core's first cache.
    #[inline(always)]
    fn finish<L: Lanes>(&self, lanes: L, panel: usize) {
        let (job, start) = (self.job, panel * self.job.out);
        let Place::Panels(y) = &job.y else { return };
        // SAFETY: as in `Tile::run`.
        #[allow(unsafe_code)]
        let y = unsafe { y.part(start + self.rows.start..start + self.rows.end) };
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

/// The same with some panels' lines, of which there are equally many. The numbers so far `ahead` are fetched.
#[inline(always)]
fn dots<L: Lanes, const R: usize, const P: usize>(lanes: L, rows: [&[f32]; R], panels: [&[Line]; P], ahead: usize) -> [[L::V; R]; P] {
    let mut sums = [[lanes.splat(0.0); R]; P];
    let count = panels.first().map_or(0, |lines| lines.len());
    let mut of_rows: [&[[f32; WIDTH]]; R] = [&[]; R];
    let mut of_panels: [&[[Line; WIDTH]]; P] = [&[]; P];
    for (part, row) in of_rows.iter_mut().zip(&rows) {
        *part = &row.as_chunks().0[..count / WIDTH];
    }
    for (part, panel) in of_panels.iter_mut().zip(&panels) {
        *part = &panel.as_chunks().0[..count / WIDTH];
    }
    for start in 0..count / WIDTH {
        let (mut numbers, mut lines) = ([&[0.0; WIDTH]; R], [&[Line::ZERO; WIDTH]; P]);
        for (numbers, part) in numbers.iter_mut().zip(&of_rows) {
            *numbers = &part[start];
        }
        for (lines, part) in lines.iter_mut().zip(&of_panels) {
            *lines = &part[start];
        }
        let sixteen = Sixteen { numbers, lines, ahead };
        if P == 1 {
            for i in (0..WIDTH).step_by(4) {
                sixteen.term(lanes, i, &mut sums);
                sixteen.term(lanes, i + 1, &mut sums);
                sixteen.term(lanes, i + 2, &mut sums);
                sixteen.term(lanes, i + 3, &mut sums);
            }
        } else {
            for i in 0..WIDTH {
                sixteen.term(lanes, i, &mut sums);
            }
        }
    }
    for i in count - count % WIDTH..count {
        let mut lines = [lanes.splat(0.0); P];
        for (line, panel) in lines.iter_mut().zip(&panels) {
            *line = lanes.load(&panel[i]);
        }
        for (number, row) in rows.iter().enumerate() {
            add(lanes, row[i], &lines, number, &mut sums);
        }
    }
    sums
}

/// Sixteen terms of some rows' sums.
struct Sixteen<'a, const R: usize, const P: usize> {
    numbers: [&'a [f32; WIDTH]; R],
    lines: [&'a [Line; WIDTH]; P],
    ahead: usize,
}

impl<const R: usize, const P: usize> Sixteen<'_, R, P> {
    /// Adds a term, and fetches the numbers ahead of one row: those of all rows at once would wait for one another.
    #[inline(always)]
    fn term<L: Lanes>(&self, lanes: L, i: usize, sums: &mut [[L::V; R]; P]) {
        if let Some(numbers) = self.numbers.get(i) {
            lanes.fetch(*numbers, self.ahead);
        }
        let mut lines = [lanes.splat(0.0); P];
        for (line, panel) in lines.iter_mut().zip(&self.lines) {
            *line = lanes.load(&panel[i]);
        }
        for (number, row) in self.numbers.iter().enumerate() {
            add(lanes, row[i], &lines, number, sums);
        }
    }
}

/// Adds a number's products with a line of each panel to the sums of its row.
#[inline(always)]
fn add<L: Lanes, const R: usize, const P: usize>(lanes: L, x: f32, lines: &[L::V; P], row: usize, sums: &mut [[L::V; R]; P]) {
    let x = lanes.splat(x);
    for (sums, line) in sums.iter_mut().zip(lines) {
        sums[row] = lanes.mul_add(x, *line, sums[row]);
    }
}

/// The same of a tile, whose numbers lie in the order in which they are read: `[line][row]`.
#[inline(always)]
fn tile_dots<L: Lanes, const R: usize, const P: usize>(lanes: L, tile: &[f32], panels: [&[Line]; P]) -> [[L::V; R]; P] {
    let mut sums = [[lanes.splat(0.0); R]; P];
    for (i, numbers) in tile.as_chunks::<R>().0.iter().enumerate() {
        lanes.fetch(numbers, AHEAD * R);
        let mut lines = [lanes.splat(0.0); P];
        for (line, panel) in lines.iter_mut().zip(&panels) {
            *line = lanes.load(&panel[i]);
        }
        for (row, x) in numbers.iter().enumerate() {
            add(lanes, *x, &lines, row, &mut sums);
        }
    }
    sums
}
