//! Between ragged values and rectangular tensors.

use candle_core::{DType, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::value::{Layout, Rows, Value};

/// The padded form of a value: see [`Value::to_padded`].
pub(crate) fn padded(value: &Value) -> Result<Tensor> {
    let layout = value.layout();
    let rest = &value.tensor().dims()[1..];
    let (grid, per_sequence) = grid(value.rows(), layout);
    let scattered = scatter(value.tensor(), &grid)?;
    let mut shape = leading(layout)?;
    shape.extend(per_sequence);
    let before_rest = shape.len();
    shape.extend_from_slice(rest);
    let rectangle = scattered.reshape(shape)?;
    if value.has_layers() { layers_first(&rectangle, before_rest) } else { Ok(rectangle) }
}

/// The same rectangle with the axis of this number before all others.
fn layers_first(rectangle: &Tensor, axis: usize) -> Result<Tensor> {
    let others = (0..rectangle.rank()).filter(|&other| other != axis);
    let order: Vec<usize> = std::iter::once(axis).chain(others).collect();
    Ok(rectangle.permute(order)?.contiguous()?)
}

/// For each cell of the rectangle the row that fills it, if any, and the cells' shape in one sequence.
fn grid(rows: Rows, layout: &Layout) -> (Vec<Option<u32>>, Vec<usize>) {
    let width = layout.width();
    match rows {
        Rows::Sequence => ((0..layout.sequences() as u32).map(Some).collect(), vec![]),
        Rows::Token => (token_grid(layout), vec![width]),
        Rows::Pair => (pair_grid(layout), vec![width, width]),
    }
}

fn token_grid(layout: &Layout) -> Vec<Option<u32>> {
    let width = layout.width();
    let mut cells = vec![None; layout.sequences() * width];
    for sequence in 0..layout.sequences() {
        for (row, &column) in layout.rows(sequence).zip(layout.positions(sequence)) {
            cells[sequence * width + column as usize] = Some(row as u32);
        }
    }
    cells
}

fn pair_grid(layout: &Layout) -> Vec<Option<u32>> {
    let width = layout.width();
    let mut cells = vec![None; layout.sequences() * width * width];
    let mut row = 0;
    for sequence in 0..layout.sequences() {
        let columns = layout.positions(sequence);
        for &i in columns {
            for &j in columns {
                cells[(sequence * width + i as usize) * width + j as usize] = Some(row);
                row += 1;
            }
        }
    }
    cells
}

/// The rows at the cells that have one, zeros at the others: `[cells, ..]`.
fn scatter(rows: &Tensor, cells: &[Option<u32>]) -> Result<Tensor> {
    let zero = rows.dim(0)? as u32;
    let indices: Vec<u32> = cells.iter().map(|cell| cell.unwrap_or(zero)).collect();
    let indices = Tensor::from_vec(indices, cells.len(), rows.device())?;
    let mut blank = rows.dims().to_vec();
    blank[0] = 1;
    let blank = Tensor::zeros(blank, rows.dtype(), rows.device())?;
    Ok(Tensor::cat(&[rows, &blank], 0)?.contiguous()?.index_select(&indices, 0)?)
}

/// `[batch]`, or `[batch, choice]`.
fn leading(layout: &Layout) -> Result<Vec<usize>> {
    let Some(first) = layout.choices(0) else { return Ok(vec![layout.sequences()]) };
    let choices = first.len();
    if (0..layout.examples()).any(|example| layout.choices(example).is_some_and(|range| range.len() != choices)) {
        return Err(Error::new(
            ErrorKind::Input,
            "examples with different numbers of choices have no rectangular form: give each example as many choices",
        ));
    }
    Ok(vec![layout.examples(), choices])
}

/// The token rows of a padded tensor `[batch, width, ..]`, without the padding: `[total, ..]`.
#[cfg(test)]
pub(crate) fn unpadded(padded: &Tensor, layout: &Layout) -> Result<Tensor> {
    let width = layout.width();
    let indices = (0..layout.sequences())
        .flat_map(|sequence| layout.positions(sequence).iter().map(move |&column| (sequence * width) as u32 + column))
        .collect::<Vec<u32>>();
    let indices = Tensor::from_vec(indices, layout.total(), padded.device())?;
    let flat = padded.flatten(0, 1)?.contiguous()?;
    Ok(flat.index_select(&indices, 0)?)
}

/// Which cells of the padded token rectangle hold a token: `[batch, width]`, 1 or 0 in `dtype`.
pub(crate) fn mask(layout: &Layout, dtype: DType, device: &candle_core::Device) -> Result<Tensor> {
    let cells: Vec<f32> = token_grid(layout).iter().map(|cell| f32::from(cell.is_some())).collect();
    Ok(Tensor::from_vec(cells, (layout.sequences(), layout.width()), device)?.to_dtype(dtype)?)
}
