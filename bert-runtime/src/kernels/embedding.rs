//! Sums of rows of tables.

use super::lines::{Line, WIDTH};
use super::shared::Shared;
use super::team;

/// A table `[rows, width]`, and for each token the row that is looked up, which it has.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) rows: &'a [f32],
    pub(crate) numbers: &'a [u32],
}

impl Table<'_> {
    fn row(&self, token: usize, width: usize) -> &[f32] {
        &self.rows[self.numbers[token] as usize * width..][..width]
    }
}

/// For each token the sum of its rows, in the tables' order, as panels `[panel][width][16]`.
pub(crate) fn look_up(tables: [Table<'_>; 3], width: usize, to: &mut [Line]) {
    let tokens = tables[0].numbers.len();
    let to = Shared::new(to);
    team::each(tokens.div_ceil(WIDTH), |panel| {
        // SAFETY: each task has a panel of its own.
        #[allow(unsafe_code)]
        let to = unsafe { to.part(panel * width..(panel + 1) * width) };
        for lane in 0..WIDTH {
            let token = panel * WIDTH + lane;
            if token < tokens {
                put_sum(tables.each_ref().map(|table| table.row(token, width)), lane, to);
            } else {
                to.iter_mut().for_each(|line| line.0[lane] = 0.0);
            }
        }
    });
}

fn put_sum([a, b, c]: [&[f32]; 3], lane: usize, to: &mut [Line]) {
    for (line, ((a, b), c)) in to.iter_mut().zip(a.iter().zip(b).zip(c)) {
        line.0[lane] = (a + b) + c;
    }
}
