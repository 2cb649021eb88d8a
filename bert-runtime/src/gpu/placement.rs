//! Whose rows are whose, on the device: a batch's layout is uploaded once.

use std::sync::Arc;

use candle_core::{Device, Result, Tensor};

use super::buffer::address;
use super::launch::Operand;
use crate::value::Layout;

/// A layout's numbers on a device.
#[derive(Debug, Clone)]
pub(crate) struct Placement {
    layout: Arc<Layout>,
    /// Each sequence's first row, and one past the last.
    pub(super) starts: Tensor,
    /// Pairs: a sequence and the first of its rows that a block works on.
    tiles: Tensor,
    /// Each row's column, and its sequence.
    pub(super) columns: Tensor,
    pub(super) owners: Tensor,
    step: usize,
}

impl Placement {
    /// The placement of a layout, of which a block works on `step` rows of a sequence.
    pub(crate) fn new(layout: &Arc<Layout>, step: usize, device: &Device) -> Result<Self> {
        let starts = (0..layout.sequences()).map(|sequence| layout.rows(sequence).start).chain([layout.total()]);
        let starts: Vec<u32> = starts.map(|start| start as u32).collect();
        let parts = [starts, tiles(layout, step), layout.all_positions().to_vec(), owners(layout)];
        let all = Tensor::from_vec(parts.concat(), parts.iter().map(Vec::len).sum::<usize>(), device)?;
        let mut start = 0;
        let [starts, tiles, columns, owners] = parts.map(|part| {
            let place = start;
            start += part.len();
            all.narrow(0, place, part.len())
        });
        Ok(Self { layout: layout.clone(), starts: starts?, tiles: tiles?, columns: columns?, owners: owners?, step })
    }

    /// The placement of other rows of the same sequences.
    pub(crate) fn of(&self, layout: &Arc<Layout>) -> Result<Self> {
        Self::new(layout, self.step, self.starts.device())
    }

    pub(crate) fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// How many pieces blocks work on, and where their list is.
    pub(super) fn tiles(&self) -> Result<(usize, Operand)> {
        Ok((self.tiles.elem_count() / 2, address(&self.tiles)?))
    }
}

/// The pieces of all sequences, those of the longest first, so that no long one is left for the end.
fn tiles(layout: &Layout, step: usize) -> Vec<u32> {
    let mut order: Vec<usize> = (0..layout.sequences()).collect();
    order.sort_by_key(|&sequence| std::cmp::Reverse(layout.length(sequence)));
    let of = |sequence: usize| (0..layout.length(sequence)).step_by(step).flat_map(move |first| [sequence as u32, first as u32]);
    order.into_iter().flat_map(of).collect()
}

fn owners(layout: &Layout) -> Vec<u32> {
    (0..layout.sequences()).flat_map(|sequence| std::iter::repeat_n(sequence as u32, layout.length(sequence))).collect()
}
