//! Multi-head self-attention.

use candle_core::Tensor;

use crate::context::Context;
use crate::encoder::fused;
use crate::encoder::loader::Loader;
use crate::encoder::output::{Output, OutputNumbers};
use crate::error::Result;
use crate::kernels::dropout::Kept;
use crate::layers::heads::Heads;
use crate::layers::{Dropout, Linear, LinearNumbers, attention_dropout};
use crate::module::Module;
use crate::value::{Layout, Value};

/// [`Heads`] of queries, keys and values, then [`Output`].
#[derive(Debug, Clone)]
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

    /// The linear layers of queries, keys and values, how many heads read, and the dropout of what they read by.
    pub(super) fn reading(&self) -> ([&Linear; 3], usize, &Dropout) {
        let SelfAttention { query, key, value, dropout, heads, .. } = &self.inner;
        ([query, key, value], *heads, dropout)
    }

    /// The weights of queries, keys and values one below the other, and their biases, where they lie so.
    pub(super) fn joined(&self) -> Option<(&Tensor, &Tensor)> {
        self.inner.joined.as_ref().map(|(weight, bias)| (weight, bias))
    }

    pub(super) fn output(&self) -> &Output {
        &self.output
    }

    /// What dropout keeps of the probabilities, and of these rows.
    pub(super) fn kept(&self, cx: &Context, keys: &Layout, queries: &Layout, hidden: usize) -> (Vec<Kept>, Option<Kept>) {
        let SelfAttention { dropout, heads, .. } = &self.inner;
        (attention_dropout::kept(cx, dropout, *heads, queries, keys), self.output.kept(cx, queries, hidden))
    }

    /// The weights' numbers, where they are on the CPU in f32.
    pub(super) fn numbers(&self) -> Option<AttentionNumbers<'_>> {
        let SelfAttention { query, key, value, heads, .. } = &self.inner;
        let [query, key, value] = [query.numbers()?, key.numbers()?, value.numbers()?];
        Some(AttentionNumbers { query, key, value, heads: *heads, output: self.output.numbers()? })
    }

    /// What the queries' rows become, reading all of `x`: `[queries, hidden]`.
    pub(super) fn forward(&self, cx: &Context, x: &Value, queries: &Value) -> Result<Value> {
        self.output.forward(cx, &self.inner.forward(cx, x, queries)?, queries)
    }
}

/// The numbers of an [`Attention`].
pub(super) struct AttentionNumbers<'a> {
    pub(super) query: LinearNumbers<'a>,
    pub(super) key: LinearNumbers<'a>,
    pub(super) value: LinearNumbers<'a>,
    pub(super) heads: usize,
    pub(super) output: OutputNumbers<'a>,
}

impl Module for Attention {
    fn class(&self) -> Option<String> {
        Some("BertAttention".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("self", &self.inner), ("output", &self.output)]
    }
}

#[derive(Debug, Clone)]
struct SelfAttention {
    query: Linear,
    key: Linear,
    value: Linear,
    dropout: Dropout,
    heads: usize,
    /// The three weights as one, of which theirs are parts, and the biases.
    joined: Option<(Tensor, Tensor)>,
}

impl SelfAttention {
    fn load(path: &str, loader: &mut Loader<'_>) -> Self {
        let config = loader.config;
        let mut linear = |name: &str| loader.linear(&format!("{path}.{name}"), config.hidden_size, config.hidden_size);
        let ([query, key, value], joined) = fused::joined([linear("query"), linear("key"), linear("value")]);
        Self {
            query,
            key,
            value,
            joined,
            dropout: Dropout::new(&format!("{path}.dropout"), config.attention_probs_dropout_prob),
            heads: config.num_attention_heads,
        }
    }

    fn forward(&self, cx: &Context, x: &Value, queries: &Value) -> Result<Value> {
        let heads = Heads { count: self.heads, dropout: &self.dropout };
        let (query, key) = (self.query.forward(cx, queries)?, self.key.forward(cx, x)?);
        heads.read(cx, &query, &key, &self.value.forward(cx, x)?)
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
