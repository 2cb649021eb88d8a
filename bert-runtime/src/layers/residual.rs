//! `residual { .. }`.

use crate::error::Result;
use crate::value::Value;

/// `x + block(x)`, of their one shape.
///
/// # Errors
/// A block that changes the shape.
pub fn residual(skip: &Value, block: &Value) -> Result<Value> {
    Ok(block.with_tensor((skip.tensor() + block.tensor())?))
}
