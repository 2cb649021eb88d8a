//! Attention in several heads, for the encoder and for the layers that attend.

use candle_core::{DType, Tensor};

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::kernels::operations::Attended;
use crate::layers::product::{self, queries_by_keys};
use crate::layers::ragged::Segments;
use crate::layers::{Dropout, attention_dropout, softmax, wide};
use crate::value::{Layout, Value};

/// `softmax(Q K^T / sqrt(d)) V` for each head (Vaswani et al. 2017, section 3.2), within each sequence.
pub(crate) struct Heads<'a> {
    pub(crate) count: usize,
    /// Of the attention probabilities.
    pub(crate) dropout: &'a Dropout,
}

/// How the queries and keys of a batch lie in their rectangles.
pub(super) struct Rectangle<'a> {
    pub(super) count: usize,
    pub(super) queries: &'a Layout,
    pub(super) keys: &'a Layout,
    pub(super) longest_query: usize,
    pub(super) longest_key: usize,
}

impl Rectangle<'_> {
    /// How many attention probabilities there are, padding included.
    pub(super) fn cells(&self) -> usize {
        self.keys.sequences() * self.count * self.longest_query * self.longest_key
    }
}

impl Heads<'_> {
    /// What each query reads: `[queries, D]`, from queries `[queries, D]`, and keys and values `[tokens, D]` of one layout.
    ///
    /// Rows are packed outside and lie in a rectangle without holes inside.
    ///
    /// # Errors
    /// A width that is no multiple of the number of heads.
    pub(crate) fn read(&self, cx: &Context, query: &Value, key: &Value, value: &Value) -> Result<Value> {
        if let Some(read) = self.read_rows(cx, query, key, value)? {
            return Ok(query.with_tensor(read));
        }
        let rows = Segments::tokens(query.layout()).in_steps_of(product::ROWS);
        let columns = Segments::tokens(key.layout()).in_steps_of(product::PARTS);
        if query.layout().total() == 0 {
            return Ok(query.clone());
        }
        let split = |segments: &Segments, x: &Value| self.split(segments, x.tensor());
        let (queries, keys, values) = (split(&rows, query)?, split(&columns, key)?, split(&columns, value)?);
        let rectangle = Rectangle {
            count: self.count,
            queries: query.layout(),
            keys: key.layout(),
            longest_query: rows.longest(),
            longest_key: columns.longest(),
        };
        let shares = self.shares(cx, &queries, &keys, &columns, &rectangle)?;
        let joined = shares.to_dtype(values.dtype())?.matmul(&values)?.transpose(1, 2)?.contiguous()?.flatten(2, 3)?;
        Ok(query.with_tensor(rows.unpad(&joined)?))
    }

    /// The same by the CPU's kernel, without padding, in f32.
    fn read_rows(&self, cx: &Context, query: &Value, key: &Value, value: &Value) -> Result<Option<Tensor>> {
        let tensors = [query, key, value].map(Value::tensor);
        if tensors.iter().any(|tensor| !tensor.device().is_cpu() || tensor.dtype() != DType::F32) {
            return Ok(None);
        }
        self.check(query.width())?;
        let ranges = |value: &Value| Segments::tokens(value.layout()).ranges().to_vec();
        let kept = attention_dropout::kept(cx, self.dropout, self.count, query.layout(), key.layout());
        let attended = Attended { heads: self.count, of_query: ranges(query), of_key: ranges(key), kept };
        let [query, key, value] = tensors;
        Ok(Some(query.contiguous()?.apply_op3(&key.contiguous()?, &value.contiguous()?, attended)?))
    }

    fn check(&self, width: usize) -> Result<()> {
        if self.count == 0 || !width.is_multiple_of(self.count) {
            return Err(Error::new(ErrorKind::Input, format!("{} heads do not divide a width of {width}", self.count)));
        }
        Ok(())
    }

    /// From `[total, D]` to `[batch, head, token, D / heads]`.
    fn split(&self, segments: &Segments, rows: &Tensor) -> Result<Tensor> {
        let padded = segments.pad(rows)?;
        let (batch, longest, width) = padded.dims3()?;
        self.check(width)?;
        Ok(padded.reshape((batch, longest, self.count, width / self.count))?.transpose(1, 2)?.contiguous()?)
    }

    /// The attention probabilities, `[batch, head, query, key]`, in f32 where the rows are in a 16-bit format.
    fn shares(&self, cx: &Context, query: &Tensor, key: &Tensor, columns: &Segments, rectangle: &Rectangle<'_>) -> Result<Tensor> {
        let scale = 1.0 / (query.dim(3)? as f64).sqrt();
        let mut scores = wide(&queries_by_keys(&(query * scale)?, key)?)?;
        if !columns.is_full() {
            let floor = columns.floor(scores.device())?.to_dtype(scores.dtype())?;
            scores = scores.broadcast_add(&floor.unsqueeze(1)?.unsqueeze(1)?)?;
        }
        let shares = softmax(cx, &scores)?;
        match attention_dropout::mask(cx, self.dropout, rectangle, shares.device())? {
            Some(mask) => Ok((&shares * mask.to_dtype(shares.dtype())?)?),
            None => Ok(shares),
        }
    }
}
