//! The gradient of a table whose rows were looked up.

/// Adds each row's gradient, `[rows, width]`, to the row of the table that it was, of a table of so many numbers.
pub(crate) fn spread(numbers: &[u32], rows: &[f32], width: usize, size: usize) -> Vec<f32> {
    let mut table = vec![0.0; size];
    for (&number, row) in numbers.iter().zip(rows.chunks_exact(width.max(1))) {
        let start = number as usize * width;
        table[start..start + width].iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
    }
    table
}
