//! Rows that belong together, to be added up: those of a batch that looked up one row of a table.

use std::collections::BTreeMap;

use candle_core::{DType, Result, Tensor};

use super::buffer::{Blank, address};
use super::launch::{Launch, THREADS, int, suffix};

/// Rows that one block adds up at most, one after the other.
const LONGEST: usize = 32;

/// Groups of rows: which rows, where each group begins among them, and which row of the result each is.
#[derive(Debug, Default, PartialEq)]
struct Groups {
    order: Vec<u32>,
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Groups {
    fn push(&mut self, rows: impl IntoIterator<Item = u32>, target: u32) {
        self.starts.push(self.order.len() as u32);
        self.order.extend(rows);
        self.targets.push(target);
    }

    /// The sums of rows `[.., width]`, in float, into the rows that are the groups' targets.
    fn add_up(mut self, rows: &Tensor, to: &mut Blank, width: usize) -> Result<()> {
        self.starts.push(self.order.len() as u32);
        let device = rows.device();
        let upload = |numbers: Vec<u32>| Tensor::from_vec(numbers.clone(), numbers.len(), device);
        let count = self.targets.len();
        let (order, starts, targets) = (upload(self.order)?, upload(self.starts)?, upload(self.targets)?);
        let kernel = format!("group_sums_{}", suffix(rows.dtype())?);
        let grid = [count, width.div_ceil(THREADS as usize), 1];
        let launch = Launch { grid, ..Launch::new("embedding", kernel, count) };
        launch.run(device, &[address(rows)?, address(&order)?, address(&starts)?, address(&targets)?, int(width)?, to.address()?])
    }
}

/// For each number the sum of the rows that looked it up: from `[rows, width]` to `[table, width]` in float, in the order of the rows.
pub(super) fn spread(numbers: &[u32], rows: &Tensor, table: usize) -> Result<Tensor> {
    let width = rows.dim(1)?;
    let (pieces, of_numbers) = grouped(numbers);
    let mut sums = Blank::new((pieces.targets.len(), width), DType::F32, rows.device())?;
    pieces.add_up(rows, &mut sums, width)?;
    let mut table = Blank::zeros((table, width), DType::F32, rows.device())?;
    of_numbers.add_up(&sums.tensor(), &mut table, width)?;
    Ok(table.tensor())
}

/// The rows of each number in pieces, and the pieces of each number.
fn grouped(numbers: &[u32]) -> (Groups, Groups) {
    let mut rows = BTreeMap::<u32, Vec<u32>>::new();
    for (row, number) in numbers.iter().enumerate() {
        rows.entry(*number).or_default().push(row as u32);
    }
    let (mut pieces, mut of_numbers) = (Groups::default(), Groups::default());
    for (number, rows) in rows {
        let first = pieces.targets.len() as u32;
        for piece in rows.chunks(LONGEST) {
            let target = pieces.targets.len() as u32;
            pieces.push(piece.iter().copied(), target);
        }
        of_numbers.push(first..pieces.targets.len() as u32, number);
    }
    (pieces, of_numbers)
}
