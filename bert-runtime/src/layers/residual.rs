//! `residual { .. }`.

use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::value::Value;

/// `x + block(x)`, of their one shape.
///
/// # Errors
/// A block that changes the shape.
pub fn residual(skip: &Value, block: &Value) -> Result<Value> {
    Ok(block.with_tensor((skip.tensor() + block.tensor())?))
}

impl LayerRoom for bert_dsl::layers::Residual {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::Joined(residual)
    }
}
