//! Rows, sixteen side by side.

/// How many rows lie side by side.
pub(crate) const WIDTH: usize = 16;

/// One feature of sixteen rows: a cache line.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct Line(pub(crate) [f32; WIDTH]);

impl Line {
    pub(crate) const ZERO: Self = Self([0.0; WIDTH]);
}

/// How many panels so many rows take.
pub(crate) fn panels(rows: usize) -> usize {
    rows.div_ceil(WIDTH)
}

/// Some rows of panels, as panels; zeros where the last has no row.
pub(crate) fn gather(from: &[Line], width: usize, rows: &[u32], to: &mut [Line]) {
    for (panel, rows) in to.chunks_exact_mut(width.max(1)).zip(rows.chunks(WIDTH)) {
        panel.fill(Line::ZERO);
        for (lane, &row) in rows.iter().enumerate() {
            let (place, other) = (row as usize / WIDTH * width, row as usize % WIDTH);
            panel.iter_mut().zip(&from[place..place + width]).for_each(|(line, from)| line.0[lane] = from.0[other]);
        }
    }
}
