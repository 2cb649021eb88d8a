//! `dropout P`.

use crate::context::Context;
use crate::context::draws::kept_rows;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::kernels::dropout::Kept;
use crate::layers::python_float;
use crate::module::Module;
use crate::value::{Layout, Value};

/// Zeroes elements with probability `p` in training and scales the others by `1 / (1 - p)`; nothing in evaluation.
///
/// The mask depends on the context's seed and step, the layer's path, the sequence's number and the token's position
/// alone, so it does not depend on how a batch is laid out or cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropout {
    path: String,
    p: f64,
}

impl Dropout {
    /// The layer of this path, with a probability in 0..=1.
    pub fn new(path: &str, p: f64) -> Self {
        Self { path: path.into(), p }
    }

    /// The probability that an element is dropped.
    pub fn probability(&self) -> f64 {
        self.p
    }

    /// The layer's path, by which its masks are keyed.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is kept of packed rows of so many features; nothing where dropout is not at work.
    pub(crate) fn kept(&self, cx: &Context, rows: &Layout, width: usize) -> Option<Kept> {
        let draws = |sequence| cx.draws(&self.path, self.p, sequence);
        draws(0).map(|first| kept_rows(rows, width, first.scale, draws))
    }

    /// The same shape.
    ///
    /// # Errors
    /// What candle says of the product.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        if cx.is_training() && self.p >= 1.0 {
            return Ok(x.with_tensor(x.tensor().zeros_like()?));
        }
        cx.dropout(&self.path, self.p, x)
    }
}

impl Module for Dropout {
    fn class(&self) -> Option<String> {
        Some(format!("Dropout(p={}, inplace=False)", python_float(self.p)))
    }
}

impl LayerRoom for bert_dsl::layers::Dropout {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        Node::unary(Dropout::new(&maker.path(), maker.binder().dropout(self.p)), Dropout::forward)
    }
}
