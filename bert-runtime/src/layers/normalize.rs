//! `normalize`.

use candle_core::D;

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::wide;
use crate::module::Module;
use crate::value::Value;

/// The least length that is divided by, as in `torch.nn.functional.normalize`.
const EPS: f64 = 1e-12;

/// Divides by the L2 length over the feature axis: `x / max(|x|, 1e-12)`, as `torch.nn.functional.normalize`.
///
/// The gradient is finite everywhere, at a zero vector too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Normalize;

impl Normalize {
    /// The same shape `[.., features]`.
    ///
    /// # Errors
    /// What candle says.
    pub fn forward(&self, _cx: &Context, x: &Value) -> Result<Value> {
        let rows = wide(x.tensor())?;
        let square = rows.sqr()?.sum_keepdim(D::Minus1)?;
        let length = square.maximum(EPS * EPS)?.sqrt()?;
        let unit = rows.broadcast_div(&length)?;
        Ok(x.with_tensor(unit.to_dtype(x.tensor().dtype())?))
    }
}

impl Module for Normalize {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::Normalize {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::unary(Normalize, Normalize::forward)
    }
}
