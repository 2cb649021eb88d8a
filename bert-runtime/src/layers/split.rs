//! `split a, b, ..`.

use candle_core::D;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::module::Module;
use crate::value::Value;

/// Takes the feature axis apart: `[.., n]` to `n` values `[..]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split(usize);

impl Split {
    /// Into this many values.
    pub fn new(count: usize) -> Self {
        Self(count)
    }

    /// One value for each feature, in order.
    ///
    /// # Errors
    /// Another number of features.
    pub fn forward(&self, _cx: &Context, x: &Value) -> Result<Vec<Value>> {
        if !x.has_features() || x.width() != self.0 {
            return Err(Error::new(ErrorKind::Input, format!("`split` names {} outputs, and the last axis is {}", self.0, x.width())));
        }
        let feature = |number| Ok(x.without_features(x.tensor().narrow(D::Minus1, number, 1)?.squeeze(D::Minus1)?));
        (0..self.0).map(feature).collect()
    }
}

impl Module for Split {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::Split {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::Several(Split::new(self.names.len()))
    }
}
