//! `mul a, b, ..`.

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::add::fold;
use crate::module::Module;
use crate::value::Value;

/// The product of named values of one shape, from left to right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mul;

impl Mul {
    /// The product of the values, of their shape.
    ///
    /// # Errors
    /// Values of different shapes, or none.
    pub fn forward(&self, _cx: &Context, values: &[&Value]) -> Result<Value> {
        fold("mul", values, |a, b| a * b)
    }
}

impl Module for Mul {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::Mul {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::combined(Mul, Mul::forward)
    }
}
