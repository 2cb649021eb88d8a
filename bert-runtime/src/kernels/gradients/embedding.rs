//! The gradient of a table whose rows were looked up.

use rayon::prelude::*;

/// Numbers in one task.
const NUMBERS: usize = 1 << 18;

/// Adds each row's gradient, `[rows, width]`, to the row of the table that it was, and leaves zeros in all others. What stands in the table before is nothing.
pub(crate) fn spread(numbers: &[u32], rows: &[f32], width: usize, mut table: Vec<f32>) -> Vec<f32> {
    table.par_chunks_mut(NUMBERS).for_each(|part| part.fill(0.0));
    for (&number, row) in numbers.iter().zip(rows.chunks_exact(width.max(1))) {
        let start = number as usize * width;
        table[start..start + width].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    table
}
