//! Ragged rows one step at a time, for what runs along a sequence.

use candle_core::Tensor;

use crate::error::Result;
use crate::value::Layout;

/// The rows of sequences in the order of their steps: the first of every sequence, then the second ones, the longest
/// sequence in front. So a step's sequences are the first ones of the step before it, and no padding is ever read.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    /// How many sequences each step has.
    sizes: Vec<usize>,
    /// The rows, step after step.
    rows: Vec<u32>,
}

impl Steps {
    /// The steps of sequences, each given by its rows.
    pub(crate) fn new(sequences: &[Vec<u32>]) -> Self {
        let mut order: Vec<usize> = (0..sequences.len()).filter(|&sequence| !sequences[sequence].is_empty()).collect();
        order.sort_by_key(|&sequence| std::cmp::Reverse(sequences[sequence].len()));
        let longest = order.first().map_or(0, |&sequence| sequences[sequence].len());
        let sizes: Vec<usize> = (0..longest).map(|step| order.partition_point(|&sequence| sequences[sequence].len() > step)).collect();
        let rows = sizes.iter().enumerate().flat_map(|(step, &size)| order[..size].iter().map(move |&sequence| sequences[sequence][step]));
        Self { rows: rows.collect(), sizes }
    }

    /// The steps of a layout's sequences, from each one's own first row or, for `backwards`, from its last.
    pub(crate) fn of(layout: &Layout, backwards: bool) -> Self {
        let rows = |sequence| {
            let range = layout.rows(sequence).map(|row| row as u32);
            if backwards { range.rev().collect() } else { range.collect::<Vec<_>>() }
        };
        Self::new(&(0..layout.sequences()).map(rows).collect::<Vec<_>>())
    }

    /// How many rows each step has.
    pub(crate) fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The rows of each step, `[size, ..]` each: from `[total, ..]`.
    pub(crate) fn pack(&self, rows: &Tensor) -> Result<Vec<Tensor>> {
        let order = Tensor::from_vec(self.rows.clone(), self.rows.len(), rows.device())?;
        cut(&rows.contiguous()?.index_select(&order, 0)?, &self.sizes)
    }

    /// From the rows of each step back to `[total, ..]`, where every row has its step.
    pub(crate) fn unpack(&self, steps: &[Tensor]) -> Result<Tensor> {
        let packed = Tensor::cat(steps, 0)?;
        let mut places = vec![0u32; self.rows.len()];
        for (place, &row) in (0..).zip(&self.rows) {
            places[row as usize] = place;
        }
        let places = Tensor::from_vec(places, self.rows.len(), packed.device())?;
        Ok(packed.index_select(&places, 0)?)
    }
}

/// Rows in parts of these sizes.
pub(crate) fn cut(rows: &Tensor, sizes: &[usize]) -> Result<Vec<Tensor>> {
    let mut parts = Vec::with_capacity(sizes.len());
    halve(rows, sizes, &mut parts)?;
    Ok(parts)
}

/// Cuts rows into parts of these sizes, by halves: the gradient of a cut is as large as what is cut, so that cutting off
/// one part after the other would cost the square of their number.
fn halve(rows: &Tensor, sizes: &[usize], parts: &mut Vec<Tensor>) -> Result<()> {
    if sizes.len() < 2 {
        parts.extend(sizes.first().map(|_| rows.clone()));
        return Ok(());
    }
    let (left, right) = sizes.split_at(sizes.len() / 2);
    let middle = left.iter().sum();
    halve(&rows.narrow(0, 0, middle)?, left, parts)?;
    halve(&rows.narrow(0, middle, right.iter().sum())?, right, parts)
}
