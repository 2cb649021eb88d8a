//! `concat a, b, ..`.

use candle_core::{D, Tensor};

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::add::no_values;
use crate::module::Module;
use crate::value::Value;

/// Joins named values along the feature axis: `[.., A]` and `[.., B]` to `[.., A + B]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Concat;

impl Concat {
    /// The values side by side, in their order.
    ///
    /// # Errors
    /// Values that differ in more than their feature axis, or none.
    pub fn forward(&self, _cx: &Context, values: &[&Value]) -> Result<Value> {
        let (first, _) = values.split_first().ok_or_else(|| no_values("concat"))?;
        let tensors: Vec<&Tensor> = values.iter().map(|value| value.tensor()).collect();
        Ok(first.with_tensor(Tensor::cat(&tensors, D::Minus1)?))
    }
}

impl Module for Concat {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::Concat {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::combined(Concat, Concat::forward)
    }
}
