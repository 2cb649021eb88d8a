//! Multi-head self-attention.

use candle_core::Tensor;

use crate::context::Context;
use crate::encoder::attention_dropout;
use crate::encoder::loader::Loader;
use crate::encoder::output::Output;
use crate::error::Result;
use crate::layers::ragged::Segments;
use crate::layers::{Dropout, Linear, softmax, wide};
use crate::module::Module;
use crate::value::{Layout, Value};

/// `softmax(Q K^T / sqrt(d)) V` for each head, then [`Output`] (Vaswani et al. 2017, section 3.2).
#[derive(Debug)]
pub(super) struct Attention {
    inner: SelfAttention,
    output: Output,
}

impl Attention {
    pub(super) fn load(path: &str, loader: &mut Loader<'_>) -> Self {
        let hidden = loader.config.hidden_size;
        Self {
            inner: SelfAttention::load(&format!("{path}.self"), loader),
            output: Output::load("BertSelfOutput", &format!("{path}.output"), hidden, loader),
        }
    }

    /// What the queries' rows become, reading all of `x`: `[queries, hidden]`.
    pub(super) fn forward(&self, cx: &Context, x: &Value, queries: &Value) -> Result<Value> {
        self.output.forward(cx, &self.inner.forward(cx, x, queries)?, queries)
    }
}

impl Module for Attention {
    fn class(&self) -> Option<String> {
        Some("BertAttention".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("self", &self.inner), ("output", &self.output)]
    }
}

#[derive(Debug)]
struct SelfAttention {
    query: Linear,
    key: Linear,
    value: Linear,
    dropout: Dropout,
    heads: usize,
}

/// How the queries and keys of a batch lie in their rectangles.
pub(super) struct Heads<'a> {
    pub(super) count: usize,
    pub(super) queries: &'a Layout,
    pub(super) keys: &'a Layout,
    pub(super) longest_query: usize,
    pub(super) longest_key: usize,
}

impl Heads<'_> {
    /// How many attention probabilities there are, padding included.
    pub(super) fn cells(&self) -> usize {
        self.keys.sequences() * self.count * self.longest_query * self.longest_key
    }
}

impl SelfAttention {
    fn load(path: &str, loader: &mut Loader<'_>) -> Self {
        let config = loader.config;
        let mut linear = |name: &str| loader.linear(&format!("{path}.{name}"), config.hidden_size, config.hidden_size);
        Self {
            query: linear("query"),
            key: linear("key"),
            value: linear("value"),
            dropout: Dropout::new(&format!("{path}.dropout"), config.attention_probs_dropout_prob),
            heads: config.num_attention_heads,
        }
    }

    /// Rows are packed outside and lie in a rectangle without holes inside.
    fn forward(&self, cx: &Context, x: &Value, queries: &Value) -> Result<Value> {
        let (rows, columns) = (Segments::tokens(queries.layout()), Segments::tokens(x.layout()));
        let query = self.split(&rows, self.query.forward(cx, queries)?.tensor())?;
        let key = self.split(&columns, self.key.forward(cx, x)?.tensor())?;
        let value = self.split(&columns, self.value.forward(cx, x)?.tensor())?;
        let heads = Heads {
            count: self.heads,
            queries: queries.layout(),
            keys: x.layout(),
            longest_query: rows.longest(),
            longest_key: columns.longest(),
        };
        let shares = self.shares(cx, &query, &key, &columns, &heads)?;
        let joined = shares.to_dtype(value.dtype())?.matmul(&value)?.transpose(1, 2)?.contiguous()?.flatten(2, 3)?;
        Ok(queries.with_tensor(rows.unpad(&joined)?))
    }

    /// From `[total, hidden]` to `[batch, head, token, hidden / heads]`.
    fn split(&self, segments: &Segments, rows: &Tensor) -> Result<Tensor> {
        let padded = segments.pad(rows)?;
        let (batch, longest, hidden) = padded.dims3()?;
        Ok(padded.reshape((batch, longest, self.heads, hidden / self.heads))?.transpose(1, 2)?.contiguous()?)
    }

    /// The attention probabilities, `[batch, head, query, key]`, in f32 where the rows are in a 16-bit format.
    fn shares(&self, cx: &Context, query: &Tensor, key: &Tensor, columns: &Segments, heads: &Heads<'_>) -> Result<Tensor> {
        let scale = 1.0 / (query.dim(3)? as f64).sqrt();
        let mut scores = wide(&(query * scale)?.matmul(&key.transpose(2, 3)?)?)?;
        if !columns.is_full() {
            let floor = columns.floor(scores.device())?.to_dtype(scores.dtype())?;
            scores = scores.broadcast_add(&floor.unsqueeze(1)?.unsqueeze(1)?)?;
        }
        let shares = softmax(cx, &scores)?;
        match attention_dropout::mask(cx, &self.dropout, heads, shares.device())? {
            Some(mask) => Ok((&shares * mask.to_dtype(shares.dtype())?)?),
            None => Ok(shares),
        }
    }
}

impl Module for SelfAttention {
    fn class(&self) -> Option<String> {
        Some("BertSelfAttention".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("query", &self.query), ("key", &self.key), ("value", &self.value), ("dropout", &self.dropout)]
    }
}
