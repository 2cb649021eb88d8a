//! `attention heads=N`.

use crate::context::Context;
use crate::error::{Error, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::heads::Heads;
use crate::layers::ragged::require_token_features;
use crate::layers::{Dropout, Linear};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// The weights of an attention, as PyTorch's `MultiheadAttention` names them.
#[derive(Debug, Clone)]
pub struct AttentionWeights {
    /// Of queries, keys and values, one after the other: `[3 D, D]`.
    pub in_proj_weight: Parameter,
    /// `[3 D]`.
    pub in_proj_bias: Parameter,
    /// `[D, D]`, `out_proj.weight` in a checkpoint.
    pub out_proj_weight: Parameter,
    /// `[D]`, `out_proj.bias` in a checkpoint.
    pub out_proj_bias: Parameter,
}

/// Attention of each token to all of its sequence, as PyTorch's `MultiheadAttention` with `batch_first`; padding is not read.
#[derive(Debug, Clone)]
pub struct Attention {
    projection: Linear,
    output: OutProj,
    heads: usize,
    dropout: Dropout,
}

#[derive(Debug, Clone)]
struct OutProj(Linear);

impl Attention {
    /// An attention with so many heads, which divide the width.
    pub fn new(weights: AttentionWeights, heads: usize) -> Self {
        Self::with_dropout(weights, heads, Dropout::new("", 0.0))
    }

    pub(super) fn with_dropout(weights: AttentionWeights, heads: usize, dropout: Dropout) -> Self {
        let projection = Linear::new(weights.in_proj_weight, Some(weights.in_proj_bias));
        Self { projection, output: OutProj(Linear::new(weights.out_proj_weight, Some(weights.out_proj_bias))), heads, dropout }
    }

    /// The same shape `[batch, token, D]`.
    ///
    /// # Errors
    /// A value without a token axis or of another width, and heads that do not divide the width.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        require_token_features("attention", x)?;
        let projected = self.projection.forward(cx, x)?;
        let width = projected.width() / 3;
        let part = |number: usize| Ok::<_, Error>(x.with_tensor(projected.tensor().narrow(1, number * width, width)?.contiguous()?));
        let heads = Heads { count: self.heads, dropout: &self.dropout };
        let read = heads.read(cx, &part(0)?, &part(1)?, &part(2)?)?;
        self.output.0.forward(cx, &read)
    }
}

impl Module for Attention {
    fn class(&self) -> Option<String> {
        Some("MultiheadAttention".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("out_proj", &self.output)]
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.projection.parameters()
    }
}

impl Module for OutProj {
    fn class(&self) -> Option<String> {
        self.0.class().map(|class| format!("NonDynamicallyQuantizable{class}"))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.0.parameters()
    }
}

impl LayerRoom for bert_dsl::layers::Attention {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        Node::unary(Attention::new(attention_weights("", maker), self.heads), Attention::forward)
    }
}

/// The weights of an attention whose names begin so.
pub(super) fn attention_weights(prefix: &str, maker: &mut Maker<'_, '_>) -> AttentionWeights {
    let mut weight = |name: &str| maker.weight(&format!("{prefix}{name}"));
    AttentionWeights {
        in_proj_weight: weight("in_proj_weight"),
        in_proj_bias: weight("in_proj_bias"),
        out_proj_weight: weight("out_proj.weight"),
        out_proj_bias: weight("out_proj.bias"),
    }
}
