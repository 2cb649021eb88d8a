//! `sub a, b, ..`.

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::add::fold;
use crate::module::Module;
use crate::value::Value;

/// The difference of named values of one shape, from left to right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sub;

impl Sub {
    /// The difference of the values, of their shape.
    ///
    /// # Errors
    /// Values of different shapes, or none.
    pub fn forward(&self, _cx: &Context, values: &[&Value]) -> Result<Value> {
        fold("sub", values, |a, b| a - b)
    }
}

impl Module for Sub {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::Sub {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::combined(Sub, Sub::forward)
    }
}
