//! What the encoder itself gives.

use candle_core::{DType, Tensor};

use crate::context::Context;
use crate::encoder::{Batch, BertEncoder};
use crate::error::{Error, ErrorKind, Result};
use crate::padding::mask;
use crate::text::Encoding;
use crate::value::{Rows, Value};

/// The encoder's own outputs for some texts, padded as transformers pads them; zeros where a text has no token.
#[derive(Debug, Clone)]
pub struct RawOutputs {
    /// The last layer's output: `[batch, token, hidden]`.
    pub last_hidden_state: Tensor,
    /// The pooler's output, `[batch, hidden]`, where the checkpoint has a pooler.
    pub pooler_output: Option<Tensor>,
    /// The embeddings and every layer's output, each `[batch, token, hidden]`.
    pub hidden_states: Vec<Tensor>,
    /// 1 where a text has a token and 0 elsewhere: `[batch, token]`, as `u32`.
    pub attention_mask: Tensor,
    /// The tokens, one list a text.
    pub encodings: Vec<Encoding>,
}

impl RawOutputs {
    pub(super) fn compute(encoder: &BertEncoder, batch: &Batch, encodings: Vec<Encoding>) -> Result<Self> {
        let cx = Context::evaluation();
        let states = encoder.hidden_states(&cx, batch)?;
        let last = states.last().ok_or_else(|| Error::new(ErrorKind::Tensor, "the encoder gave no hidden states"))?;
        let pooled = encoder.pooler().map(|pooler| pooler.forward(&cx, &first_tokens(last)?)).transpose()?;
        Ok(Self {
            last_hidden_state: last.to_padded()?,
            pooler_output: pooled.map(|pooled| pooled.to_padded()).transpose()?,
            hidden_states: states.iter().map(Value::to_padded).collect::<Result<_>>()?,
            attention_mask: mask(batch.layout(), DType::U32, last.tensor().device())?,
            encodings,
        })
    }
}

/// Each sequence's first token: `[batch, hidden]`.
fn first_tokens(last: &Value) -> Result<Value> {
    let layout = last.layout();
    let rows: Vec<u32> = (0..layout.sequences()).map(|sequence| layout.rows(sequence).start as u32).collect();
    let rows = Tensor::from_vec(rows, layout.sequences(), last.tensor().device())?;
    Ok(Value::new(last.tensor().index_select(&rows, 0)?, Rows::Sequence, layout.clone()))
}
