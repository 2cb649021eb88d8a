//! `pool attention`.

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::pool::{require_tokens, sequences};
use crate::layers::ragged::Segments;
use crate::layers::{Linear, softmax, wide};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// A sum of a sequence's tokens, weighted by the softmax over tokens of `x w + b`: `[batch, token, D]` to `[batch, D]`.
#[derive(Debug, Clone)]
pub struct PoolAttention(Linear);

impl PoolAttention {
    /// A pool with `weight` `[1, D]` and `bias` `[1]`.
    pub fn new(weight: Parameter, bias: Parameter) -> Self {
        Self(Linear::new(weight, Some(bias)))
    }

    /// From `[batch, token, D]` to `[batch, D]`; padding never counts, and a sequence without rows gives zeros.
    ///
    /// # Errors
    /// A value without a token axis, or of another width.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        require_tokens(x)?;
        let segments = Segments::tokens(x.layout());
        let rows = wide(x.tensor())?;
        if segments.longest() == 0 {
            return Ok(sequences(x, segments.sum(x.tensor())?));
        }
        let scores = wide(self.0.forward(cx, x)?.tensor())?;
        let shares = segments.over_rows(&scores, |scores| softmax(cx, scores))?;
        let pooled = segments.sum(&rows.broadcast_mul(&shares)?)?;
        Ok(sequences(x, pooled.to_dtype(x.tensor().dtype())?))
    }
}

impl Module for PoolAttention {
    fn class(&self) -> Option<String> {
        self.0.class()
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.0.parameters()
    }
}

impl LayerRoom for bert_dsl::layers::PoolAttention {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let (weight, bias) = (maker.weight("weight"), maker.weight("bias"));
        Node::unary(PoolAttention::new(weight, bias), PoolAttention::forward)
    }
}
