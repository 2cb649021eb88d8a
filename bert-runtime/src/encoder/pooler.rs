//! From the first token to a vector for the sequence.

use crate::context::Context;
use crate::error::Result;
use crate::layers::{Activation, Linear};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// `tanh(dense(first token))`, Hugging Face's `pooler_output`.
#[derive(Debug, Clone)]
pub struct Pooler {
    dense: Linear,
}

impl Pooler {
    /// A pooler with `bert.pooler.dense.weight` `[hidden, hidden]` and `bert.pooler.dense.bias` `[hidden]`.
    pub fn new(weight: Parameter, bias: Parameter) -> Self {
        Self { dense: Linear::new(weight, Some(bias)) }
    }

    /// From the first token's vector, `[batch, hidden]`, to `[batch, hidden]`.
    ///
    /// # Errors
    /// A value of another width.
    pub fn forward(&self, cx: &Context, first: &Value) -> Result<Value> {
        Activation::Tanh.forward(cx, &self.dense.forward(cx, first)?)
    }
}

impl Module for Pooler {
    fn class(&self) -> Option<String> {
        Some("BertPooler".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("dense", &self.dense), ("activation", &Activation::Tanh)]
    }
}
