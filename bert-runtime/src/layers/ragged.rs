//! Rows that belong together, such as the tokens of a sequence, with no padding between them.

use std::ops::Range;

use candle_core::{Device, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::value::{Layout, Rows, Value};

/// What is added to a score that must not be chosen: finite, so that no format makes it infinite or NaN.
const FLOOR: f32 = -1e30;

/// Segments of consecutive rows, and the rectangle `[segments, longest]` that holds them from the left.
///
/// The rectangle has no holes and no padding at the left, whatever the columns of the tokens are: only the layout's
/// positions know of those.
#[derive(Debug, Clone)]
pub(crate) struct Segments {
    ranges: Vec<Range<usize>>,
    longest: usize,
}

impl Segments {
    fn new(ranges: Vec<Range<usize>>) -> Self {
        let longest = ranges.iter().map(Range::len).max().unwrap_or(0);
        Self { ranges, longest }
    }

    /// The tokens of each sequence.
    pub(crate) fn tokens(layout: &Layout) -> Self {
        Self::new((0..layout.sequences()).map(|sequence| layout.rows(sequence)).collect())
    }

    /// Segments of these lengths, one after the other.
    pub(crate) fn of_lengths(lengths: &[usize]) -> Self {
        Self::new(consecutive(lengths.iter().copied()))
    }

    /// What the last axis of a value without features runs over: the tokens of a sequence, or the choices of an example.
    ///
    /// # Errors
    /// A value that has one number an example, and so no axis left.
    pub(crate) fn last_axis(value: &Value) -> Result<Self> {
        let layout = value.layout();
        match value.rows() {
            Rows::Token => Ok(Self::tokens(layout)),
            Rows::Pair => Ok(Self::new(pair_ranges(layout))),
            Rows::Sequence if layout.has_choices() => {
                Ok(Self::new((0..layout.examples()).filter_map(|example| layout.choices(example)).collect()))
            }
            Rows::Sequence => Err(Error::new(
                ErrorKind::Input,
                "a value with one number an example has no axis to choose from: keep its feature axis, or read `per choice`",
            )),
        }
    }

    /// The same in a rectangle whose length is a multiple of this.
    pub(crate) fn in_steps_of(self, step: usize) -> Self {
        Self { longest: self.longest.next_multiple_of(step), ..self }
    }

    /// The rows of each segment.
    pub(crate) fn ranges(&self) -> &[Range<usize>] {
        &self.ranges
    }

    /// The length of the longest segment.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    fn total(&self) -> usize {
        self.ranges.iter().map(Range::len).sum()
    }

    /// Whether all segments are of one length, so that the rectangle has no padding.
    pub(crate) fn is_full(&self) -> bool {
        self.ranges.iter().all(|range| range.len() == self.longest)
    }

    /// From `[total, ..]` to `[segments, longest, ..]`, zeros where a segment is shorter.
    pub(crate) fn pad(&self, rows: &Tensor) -> Result<Tensor> {
        let shape = [&[self.ranges.len(), self.longest], &rows.dims()[1..]].concat();
        if self.is_full() {
            return Ok(rows.reshape(shape)?);
        }
        let cell = |range: &Range<usize>, column| (column < range.len()).then(|| (range.start + column) as u32);
        let cells: Vec<_> = self.ranges.iter().flat_map(|range| (0..self.longest).map(move |column| cell(range, column))).collect();
        Ok(pick(rows, &cells)?.reshape(shape)?)
    }

    /// From `[segments, longest, ..]` back to `[total, ..]`.
    pub(crate) fn unpad(&self, padded: &Tensor) -> Result<Tensor> {
        let flat = padded.flatten(0, 1)?;
        if self.is_full() {
            return Ok(flat);
        }
        let row = |(segment, range): (usize, &Range<usize>)| {
            (0..range.len()).map(move |column| (segment * self.longest + column) as u32).collect::<Vec<_>>()
        };
        let rows: Vec<u32> = self.ranges.iter().enumerate().flat_map(row).collect();
        let rows = Tensor::from_vec(rows, self.total(), padded.device())?;
        Ok(flat.contiguous()?.index_select(&rows, 0)?)
    }

    /// What to add to scores in the rectangle so that padding is never chosen: `[segments, longest]` in f32, 0 at rows.
    pub(crate) fn floor(&self, device: &Device) -> Result<Tensor> {
        let cell = |range: &Range<usize>, column| if column < range.len() { 0.0 } else { FLOOR };
        let cells: Vec<f32> = self.ranges.iter().flat_map(|range| (0..self.longest).map(move |column| cell(range, column))).collect();
        Ok(Tensor::from_vec(cells, (self.ranges.len(), self.longest), device)?)
    }

    /// Applies a function of the last axis to what each segment's rows hold at one place: from `[total, ..]` to the same shape.
    ///
    /// The function sees `[segments, places, longest]`, with the floor at padding.
    pub(crate) fn over_rows(&self, rows: &Tensor, function: impl Fn(&Tensor) -> Result<Tensor>) -> Result<Tensor> {
        let padded = self.pad(&rows.reshape((rows.dim(0)?, ()))?)?.transpose(1, 2)?;
        let floor = self.floor(rows.device())?.to_dtype(rows.dtype())?.unsqueeze(1)?;
        let result = function(&padded.broadcast_add(&floor)?)?.transpose(1, 2)?;
        Ok(self.unpad(&result)?.reshape(rows.shape())?)
    }

    /// The sum of each segment's rows: from `[total, ..]` to `[segments, ..]`, zeros for an empty one.
    pub(crate) fn sum(&self, rows: &Tensor) -> Result<Tensor> {
        let owners: Vec<u32> =
            self.ranges.iter().enumerate().flat_map(|(segment, range)| std::iter::repeat_n(segment as u32, range.len())).collect();
        let owners = Tensor::from_vec(owners, self.total(), rows.device())?;
        let shape = [&[self.ranges.len()], &rows.dims()[1..]].concat();
        let blank = Tensor::zeros(shape, rows.dtype(), rows.device())?;
        if self.total() == 0 {
            return Ok(blank);
        }
        Ok(blank.index_add(&owners, &rows.contiguous()?, 0)?)
    }
}

fn pair_ranges(layout: &Layout) -> Vec<Range<usize>> {
    consecutive((0..layout.sequences()).flat_map(|sequence| std::iter::repeat_n(layout.length(sequence), layout.length(sequence))))
}

fn consecutive(lengths: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    lengths
        .scan(0, |end, length| {
            let start = *end;
            *end += length;
            Some(start..*end)
        })
        .collect()
}

/// Checks that a value is `[batch, token, features]`, which the layer of this word runs over.
///
/// # Errors
/// Another kind of value.
pub(crate) fn require_token_features(word: &str, x: &Value) -> Result<()> {
    if x.rows() == Rows::Token && x.has_features() && !x.has_layers() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Input, format!("`{word}` needs a value with a token axis and a feature axis: read `tokens` or `words`")))
}

/// The rows of these numbers, zeros where there is none: from `[total, ..]` to `[cells, ..]`.
pub(crate) fn pick(rows: &Tensor, cells: &[Option<u32>]) -> Result<Tensor> {
    let mut blank = rows.dims().to_vec();
    let zero = std::mem::replace(&mut blank[0], 1) as u32;
    let indices: Vec<u32> = cells.iter().map(|cell| cell.unwrap_or(zero)).collect();
    let indices = Tensor::from_vec(indices, cells.len(), rows.device())?;
    let blank = Tensor::zeros(blank, rows.dtype(), rows.device())?;
    Ok(Tensor::cat(&[rows, &blank], 0)?.contiguous()?.index_select(&indices, 0)?)
}
