//! An output as it is.

use candle_core::Tensor;

use crate::decode::{Decoded, FromDecoded, Reading};
use crate::error::Result;
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::value::{Layout, Rows, Value};

/// Gives each example its own rows: a [`Decoded::Tensor`] of `[..]`, `[token, ..]` or `[token, token, ..]`, without
/// padding, with `choice` in front where examples have choices and a row is a sequence.
///
/// # Errors
/// What candle says of taking the rows.
pub fn decode_tensor(x: &Value, _: &Reading<'_>) -> Result<Vec<Decoded>> {
    let layout = x.layout();
    match (x.rows(), layout.has_choices()) {
        (Rows::Sequence, true) => (0..layout.examples()).map(|example| choice_rows(x, example)).collect(),
        (_, true) => super::rows::by_example(layout, |sequence| sequence_rows(x, sequence)),
        (_, false) => (0..layout.sequences()).map(|sequence| sequence_rows(x, sequence)).collect(),
    }
}

fn choice_rows(x: &Value, example: usize) -> Result<Decoded> {
    let choices = x.layout().choices(example).unwrap_or(0..0);
    Ok(Decoded::Tensor(x.tensor().narrow(0, choices.start, choices.len())?))
}

fn sequence_rows(x: &Value, sequence: usize) -> Result<Decoded> {
    let (tensor, layout) = (x.tensor(), x.layout());
    Ok(Decoded::Tensor(match x.rows() {
        Rows::Sequence => tensor.get(sequence)?,
        Rows::Token => tensor.narrow(0, layout.rows(sequence).start, layout.length(sequence))?,
        Rows::Pair => pair_block(tensor, layout, sequence)?,
    }))
}

fn pair_block(tensor: &Tensor, layout: &Layout, sequence: usize) -> Result<Tensor> {
    let start = super::rows::pair_start(layout, sequence);
    let length = layout.length(sequence);
    let mut shape = vec![length, length];
    shape.extend(tensor.dims().iter().skip(1));
    Ok(tensor.narrow(0, start, length * length)?.reshape(shape)?)
}

impl FromDecoded for Tensor {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Tensor(tensor) => Ok(tensor),
            other => Err(other.is_not("a tensor")),
        }
    }
}

impl DecodeRoom for bert_dsl::decode::Tensor {
    fn make(&self, _outlet: Outlet) -> Reader {
        Box::new(|outputs, reading| decode_tensor(&outputs[0], reading))
    }
}
