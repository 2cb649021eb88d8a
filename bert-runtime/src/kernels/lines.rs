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

/// Rows of `width` features, given one by one, as panels: `[panel][feature][16]`, zeros where the last panel has no row.
pub(crate) fn pack<'r>(rows: impl Iterator<Item = &'r [f32]>, width: usize, to: &mut [Line]) {
    let mut rows = rows.fuse();
    for panel in to.chunks_exact_mut(width.max(1)) {
        for lane in 0..WIDTH {
            match rows.next() {
                Some(row) => panel.iter_mut().zip(row).for_each(|(line, &x)| line.0[lane] = x),
                None => panel.iter_mut().for_each(|line| line.0[lane] = 0.0),
            }
        }
    }
}

/// From panels back to rows: `[rows, width]`.
pub(crate) fn unpack(panels: &[Line], width: usize, to: &mut [f32]) {
    for (panel, rows) in panels.chunks_exact(width.max(1)).zip(to.chunks_mut(width.max(1) * WIDTH)) {
        for (lane, row) in rows.chunks_exact_mut(width.max(1)).enumerate() {
            row.iter_mut().zip(panel).for_each(|(x, line)| *x = line.0[lane]);
        }
    }
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
