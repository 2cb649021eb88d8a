//! Numbers turned over: what lay along one axis lies along the other, and so between rows and panels.

use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::{Line, WIDTH, panels};
use super::pages::zeros;
use super::scratch::Scratch;
use super::shared::Shared;
use super::team;

/// Rows `[rows, width]` as panels.
pub(crate) fn packed(rows: &[f32], width: usize) -> Scratch {
    let count = rows.len().checked_div(width).unwrap_or(0);
    let mut packed = Scratch::new(panels(count) * width);
    let to = Shared::new(&mut packed);
    team::each(panels(count), |panel| {
        // SAFETY: each task has a panel of its own.
        #[allow(unsafe_code)]
        let to = unsafe { to.part(panel * width..(panel + 1) * width) };
        let end = ((panel + 1) * WIDTH).min(count);
        Isa::best().run(Pack { rows: &rows[panel * WIDTH * width..end * width], width, to });
    });
    packed
}

/// The first `rows` rows of panels: `[rows, width]`.
pub(crate) fn unpacked(lines: &[Line], width: usize, rows: usize) -> Vec<f32> {
    let mut numbers = zeros(rows * width);
    let to = Shared::new(&mut numbers);
    team::each(panels(rows), |panel| {
        let end = ((panel + 1) * WIDTH).min(rows);
        // SAFETY: each task has rows of its own.
        #[allow(unsafe_code)]
        let to = unsafe { to.part(panel * WIDTH * width..end * width) };
        Isa::best().run(Unpack { panel: &lines[panel * width..(panel + 1) * width], to });
    });
    numbers
}

/// Sixteen rows, or those that are left.
struct Pack<'a> {
    rows: &'a [f32],
    width: usize,
    to: &'a mut [Line],
}

impl Kernel for Pack<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (block, to) in self.to.chunks_mut(WIDTH).enumerate() {
            let mut square = [Line::ZERO; WIDTH];
            for (line, row) in square.iter_mut().zip(self.rows.chunks_exact(self.width)) {
                copy(&mut line.0, &row[block * WIDTH..]);
            }
            turn(lanes, &square, to);
        }
    }
}

/// A panel, of which as many rows are wanted as there is room for.
struct Unpack<'a> {
    panel: &'a [Line],
    to: &'a mut [f32],
}

impl Kernel for Unpack<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let width = self.panel.len();
        for (block, lines) in self.panel.chunks(WIDTH).enumerate() {
            let mut square = [Line::ZERO; WIDTH];
            turn(lanes, lines, &mut square);
            for (row, line) in self.to.chunks_exact_mut(width).zip(&square) {
                copy(&mut row[block * WIDTH..][..lines.len()], &line.0);
            }
        }
    }
}

/// Sixteen lines turned over, or as many as there are; those that are not there are zeros. As many are written as there is room for, sixteen at most.
#[inline(always)]
pub(super) fn turn<L: Lanes>(lanes: L, from: &[Line], to: &mut [Line]) {
    match (from.first_chunk(), to.first_chunk_mut()) {
        (Some(from), Some(to)) => lanes.turn(from, to),
        _ => {
            let (mut square, mut turned) = ([Line::ZERO; WIDTH], [Line::ZERO; WIDTH]);
            for (line, from) in square.iter_mut().zip(from) {
                *line = *from;
            }
            lanes.turn(&square, &mut turned);
            for (to, line) in to.iter_mut().zip(&turned) {
                *to = *line;
            }
        }
    }
}

/// As many numbers as both have: sixteen, but for what is left over.
#[inline(always)]
pub(super) fn copy(to: &mut [f32], from: &[f32]) {
    match (<&mut [f32; WIDTH]>::try_from(&mut *to), from.first_chunk::<WIDTH>()) {
        (Ok(to), Some(from)) => *to = *from,
        _ => to.iter_mut().zip(from).for_each(|(to, from)| *to = *from),
    }
}

/// Rows by sixteen of their features: `[feature / 16][row][16]`, zeros after the last feature.
pub(crate) struct Sixteens {
    pub(crate) lines: Scratch,
    /// How many features there are.
    pub(crate) width: usize,
    /// How many rows there are.
    pub(crate) rows: usize,
}

impl Sixteens {
    fn new(width: usize, rows: usize) -> Self {
        Self { lines: Scratch::new(panels(width) * rows), width, rows }
    }

    /// Of panels `[panel][width][16]` of so many rows.
    pub(crate) fn of_panels(isa: Isa, from: &[Line], width: usize, rows: usize) -> Self {
        let mut sixteens = Self::new(width, rows);
        let to = Shared::new(&mut sixteens.lines);
        team::each(panels(width), |task| {
            // SAFETY: each task has features of its own.
            #[allow(unsafe_code)]
            let to = unsafe { to.part(task * rows..(task + 1) * rows) };
            isa.run(Squares { from, width, first: task * WIDTH, to });
        });
        sixteens
    }

    /// Of rows `[rows, width]`.
    pub(crate) fn of_rows(from: &[f32], width: usize) -> Self {
        let mut sixteens = Self::new(width, from.len().checked_div(width).unwrap_or(0));
        let (rows, to) = (sixteens.rows, Shared::new(&mut sixteens.lines));
        team::each(panels(width), |task| {
            // SAFETY: as above.
            #[allow(unsafe_code)]
            let to = unsafe { to.part(task * rows..(task + 1) * rows) };
            let features = task * WIDTH..((task + 1) * WIDTH).min(width);
            for (line, row) in to.iter_mut().zip(from.chunks_exact(width)) {
                *line = Line::ZERO;
                copy(&mut line.0[..features.len()], &row[features.clone()]);
            }
        });
        sixteens
    }
}

/// Sixteen features of panels.
struct Squares<'a> {
    from: &'a [Line],
    width: usize,
    first: usize,
    to: &'a mut [Line],
}

impl Kernel for Squares<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (panel, to) in self.from.chunks_exact(self.width).zip(self.to.chunks_mut(WIDTH)) {
            turn(lanes, &panel[self.first..], to);
        }
    }
}
