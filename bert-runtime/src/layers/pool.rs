//! `pool mean/max/first/last/sum/mean_sqrt`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::kernels::tensors::Numbers;
use crate::layers::ragged::{Segments, pick};
use crate::layers::wide;
use crate::module::Module;
use crate::value::{Layout, Rows, Value};

/// From `[batch, token, ..]` to `[batch, ..]`. Padding never counts, and a sequence without rows gives zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// The mean of a sequence's tokens.
    Mean,
    /// The greatest of each feature. Its gradient goes to one token: of several with the greatest value, the one that
    /// candle's `argmax` gives, on a CPU the first.
    Max,
    /// Each sequence's own first token.
    First,
    /// Each sequence's own last token.
    Last,
    /// The sum of a sequence's tokens.
    Sum,
    /// The sum divided by the root of the number of tokens.
    MeanSqrt,
}

impl Pool {
    /// From `[batch, token, ..]` to `[batch, ..]`.
    ///
    /// # Errors
    /// A value without a token axis.
    pub fn forward(&self, _cx: &Context, x: &Value) -> Result<Value> {
        require_tokens(x)?;
        let (rows, layout) = (x.tensor(), x.layout());
        let pooled = match self {
            Self::Mean => divided_sum(rows, layout, |length| length)?,
            Self::MeanSqrt => divided_sum(rows, layout, f32::sqrt)?,
            Self::Sum => divided_sum(rows, layout, |_| 1.0)?,
            Self::First => pick(rows, &ends(layout, |range| range.start))?,
            Self::Last => pick(rows, &ends(layout, |range| range.end - 1))?,
            Self::Max => greatest(rows, layout)?,
        };
        Ok(sequences(x, pooled))
    }
}

impl Module for Pool {
    fn class(&self) -> Option<String> {
        None
    }
}

pub(super) fn require_tokens(x: &Value) -> Result<()> {
    if x.rows() == Rows::Token {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Input, "`pool` needs a value with a token axis: read `tokens`"))
}

/// The pooled rows as a value with one row a sequence.
pub(super) fn sequences(x: &Value, pooled: Tensor) -> Value {
    x.with_rows(pooled, Rows::Sequence, x.layout().clone())
}

fn divided_sum(rows: &Tensor, layout: &Layout, divisor: fn(f32) -> f32) -> Result<Tensor> {
    let sum = Segments::tokens(layout).sum(&wide(rows)?)?;
    let divisors: Vec<f32> = (0..layout.sequences()).map(|sequence| divisor(layout.length(sequence).max(1) as f32)).collect();
    let mut shape = vec![1; sum.rank()];
    shape[0] = divisors.len();
    let divisors = Tensor::from_vec(divisors, shape, rows.device())?.to_dtype(sum.dtype())?;
    Ok(sum.broadcast_div(&divisors)?.to_dtype(rows.dtype())?)
}

/// One row of each sequence that has any.
fn ends(layout: &Layout, end: fn(std::ops::Range<usize>) -> usize) -> Vec<Option<u32>> {
    let row = |range: std::ops::Range<usize>| (!range.is_empty()).then(|| end(range) as u32);
    (0..layout.sequences()).map(|sequence| row(layout.rows(sequence))).collect()
}

fn greatest(rows: &Tensor, layout: &Layout) -> Result<Tensor> {
    let segments = Segments::tokens(layout);
    if segments.longest() == 0 {
        return segments.sum(rows);
    }
    match greatest_rows(&segments, &wide(&rows.detach())?)? {
        Some(places) => Ok(rows.contiguous()?.gather(&places, 0)?),
        None => greatest_of_padded(&segments, rows),
    }
}

/// For each segment and place the row with the greatest number, `[segments, ..]`; `None` of tensors that are not of f32 on the CPU, and where a
/// segment has no row.
fn greatest_rows(segments: &Segments, rows: &Tensor) -> Result<Option<Tensor>> {
    let Some(numbers) = Numbers::of(rows).filter(|_| segments.ranges().iter().all(|range| !range.is_empty())) else { return Ok(None) };
    let width: usize = rows.dims()[1..].iter().product();
    let mut places = Vec::with_capacity(segments.ranges().len() * width);
    for range in segments.ranges() {
        let first = places.len();
        places.extend(std::iter::repeat_n(range.start as u32, width));
        for row in range.clone().skip(1) {
            let (best, here) = (&mut places[first..], &numbers.get()[row * width..]);
            for (place, (best, &x)) in best.iter_mut().zip(here).enumerate() {
                if x > numbers.get()[*best as usize * width + place] {
                    *best = row as u32;
                }
            }
        }
    }
    let shape = [&[segments.ranges().len()], &rows.dims()[1..]].concat();
    Ok(Some(Tensor::from_vec(places, shape, rows.device())?))
}

fn greatest_of_padded(segments: &Segments, rows: &Tensor) -> Result<Tensor> {
    let padded = segments.pad(rows)?;
    let scores = wide(&padded.detach())?;
    let mut shape = vec![1; scores.rank()];
    shape[..2].copy_from_slice(&scores.dims()[..2]);
    let floor = segments.floor(rows.device())?.to_dtype(scores.dtype())?.reshape(shape)?;
    let places = scores.broadcast_add(&floor)?.argmax_keepdim(1)?;
    Ok(padded.contiguous()?.gather(&places.contiguous()?, 1)?.squeeze(1)?)
}

impl LayerRoom for bert_dsl::layers::Pool {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        let pool = match self {
            Self::Mean => Pool::Mean,
            Self::Max => Pool::Max,
            Self::First => Pool::First,
            Self::Last => Pool::Last,
            Self::Sum => Pool::Sum,
            Self::MeanSqrt => Pool::MeanSqrt,
        };
        Node::unary(pool, Pool::forward)
    }
}
