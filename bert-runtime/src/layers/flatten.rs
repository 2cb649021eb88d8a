//! `flatten`.

use candle_core::D;

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::mix::require_layers;
use crate::module::Module;
use crate::value::Value;

/// Puts the layer axis into the features, earlier layers first: `[layer, batch, token, D]` to `[batch, token, layers * D]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flatten;

impl Flatten {
    /// From `[layer, .., D]` to `[.., layers * D]`.
    ///
    /// # Errors
    /// A value without a layer axis.
    pub fn forward(&self, _cx: &Context, x: &Value) -> Result<Value> {
        require_layers("flatten", x)?;
        let features = x.tensor().flatten(1, D::Minus1)?;
        Ok(Value::new(features, x.rows(), x.layout().clone()))
    }
}

impl Module for Flatten {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::Flatten {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::unary(Flatten, Flatten::forward)
    }
}
