//! `squeeze`.

use candle_core::D;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::module::Module;
use crate::value::Value;

/// Drops a feature axis of size 1: `[.., 1]` to `[..]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Squeeze;

impl Squeeze {
    /// The value without its feature axis.
    ///
    /// # Errors
    /// No feature axis, or one of another size than 1.
    pub fn forward(&self, _cx: &Context, x: &Value) -> Result<Value> {
        if !x.has_features() || x.width() != 1 {
            return Err(Error::new(ErrorKind::Input, format!("`squeeze` needs a last axis of size 1, and it is {}", x.width())));
        }
        Ok(x.without_features(x.tensor().squeeze(D::Minus1)?))
    }
}

impl Module for Squeeze {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::Squeeze {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::unary(Squeeze, Squeeze::forward)
    }
}
