//! Which numbers dropout keeps, drawn on the device from the streams that the host draws from.

use candle_core::{DType, Device, Result, Tensor};

use super::buffer::{Blank, address, aligned};
use super::launch::{Launch, Operand, THREADS, int, suffix};
use super::noted::noted;
use super::placement::Placement;
use crate::context::Context;
use crate::context::draws::Key;
use crate::layers::Dropout;
use crate::layers::attention_dropout::path_of_head;
use crate::value::Layout;

/// A bit for each number of rows, `[rows, width]`.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    bits: Tensor,
    /// What a kept number is multiplied by.
    pub(super) scale: f32,
}

impl Kept {
    /// What a dropout keeps of these rows; nothing where it is not at work.
    pub(crate) fn of(cx: &Context, dropout: &Dropout, rows: &Placement, width: usize) -> Result<Option<Self>> {
        let Some(key) = cx.key(dropout.path(), dropout.probability()) else { return Ok(None) };
        let (count, device) = (rows.layout().total(), rows.starts.device());
        let mut bits = Blank::new((count * width).div_ceil(32), DType::U32, device)?;
        let words = uploaded(&[key], device)?;
        let launch = Launch::new("dropout", "kept_rows".into(), (count * width).div_ceil(32 * THREADS as usize));
        let operands = [
            address(&words)?,
            address(&rows.columns)?,
            address(&rows.owners)?,
            Operand::Count(rows.layout().sequence_number(0)),
            int(count)?,
            int(width)?,
            Operand::Int(key.threshold as i32),
            bits.address()?,
        ];
        launch.run(device, &operands)?;
        Ok(Some(Self { bits: bits.tensor(), scale: key.scale }))
    }

    pub(super) fn address(&self) -> Operand {
        address(&self.bits).unwrap_or(Operand::NONE)
    }

    /// What is left of numbers.
    pub(super) fn apply(&self, rows: &Tensor) -> Result<Tensor> {
        self.blank(rows).map(Blank::tensor)
    }

    fn blank(&self, rows: &Tensor) -> Result<Blank> {
        let (count, rows) = (rows.elem_count(), rows.contiguous()?);
        let mut left = Blank::new(rows.shape(), rows.dtype(), rows.device())?;
        let launch = Launch::new("sums", format!("drop_{}", suffix(rows.dtype())?), count.div_ceil(THREADS as usize));
        let numbers = [Operand::Number(self.scale), Operand::Count(count as u64)];
        let operands = [vec![address(&rows)?, address(&self.bits)?], numbers.to_vec(), vec![left.address()?]].concat();
        launch.run(rows.device(), &operands)?;
        Ok(left)
    }
}

/// What dropout leaves of rows, with its gradient where `graph` says so.
pub(crate) fn dropped(rows: &Tensor, kept: Kept, graph: bool) -> Result<Tensor> {
    let left = kept.blank(&aligned(&rows.detach())?)?;
    if !graph {
        return Ok(left.tensor());
    }
    noted("dropout", left, &[rows], Box::new(move |_, gradient| Ok(vec![kept.apply(gradient)?])))
}

/// A bit for each attention probability.
#[derive(Debug, Clone)]
pub(crate) struct Cells {
    pub(super) bits: Tensor,
    /// The word at which each sequence's bits begin.
    pub(super) starts: Tensor,
    pub(super) scale: f32,
}

impl Cells {
    /// What a dropout keeps of the probabilities of so many heads; nothing where it is not at work.
    pub(crate) fn of(cx: &Context, dropout: &Dropout, heads: usize, asking: &Placement, rows: &Placement) -> Result<Option<Self>> {
        let keys: Vec<Key> = (0..heads).filter_map(|head| cx.key(&path_of_head(dropout, head), dropout.probability())).collect();
        let Some(&Key { threshold, scale, .. }) = keys.first() else { return Ok(None) };
        let device = rows.starts.device();
        let (starts, words, most) = words(asking.layout(), rows.layout(), heads);
        let mut bits = Blank::new(words.max(1), DType::U32, device)?;
        let (keys, starts) = (uploaded(&keys, device)?, Tensor::from_vec(starts.clone(), starts.len(), device)?);
        let grid = [most.div_ceil(THREADS as usize), starts.elem_count(), heads];
        let launch = Launch { grid, ..Launch::new("dropout", "kept_cells".into(), 1) };
        let places = [&keys, &asking.starts, &rows.starts, &asking.columns, &rows.columns, &starts].map(address);
        let mut operands = places.into_iter().collect::<Result<Vec<_>>>()?;
        let first = Operand::Count(rows.layout().sequence_number(0));
        operands.extend([first, int(heads)?, Operand::Int(threshold as i32), bits.address()?]);
        launch.run(device, &operands)?;
        Ok(Some(Self { bits: bits.tensor(), starts, scale }))
    }
}

/// At which word each sequence begins, how many there are, and how many a head of a sequence has at most.
fn words(asking: &Layout, rows: &Layout, heads: usize) -> (Vec<u32>, usize, usize) {
    let of = |sequence: usize| asking.length(sequence) * rows.length(sequence).div_ceil(32);
    let sizes: Vec<usize> = (0..rows.sequences()).map(of).collect();
    let starts = sizes.iter().scan(0, |next, size| {
        let start = *next;
        *next += size * heads;
        Some(start as u32)
    });
    (starts.collect(), sizes.iter().sum::<usize>() * heads, sizes.iter().copied().max().unwrap_or(0))
}

fn uploaded(keys: &[Key], device: &Device) -> Result<Tensor> {
    let words: Vec<u32> = keys.iter().flat_map(|key| key.words).collect();
    Tensor::from_vec(words.clone(), words.len(), device)
}
