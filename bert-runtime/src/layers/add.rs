//! `add a, b, ..`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::module::Module;
use crate::value::Value;

/// The sum of named values of one shape.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Add;

impl Add {
    /// The sum of the values, of their shape.
    ///
    /// # Errors
    /// Values of different shapes, or none.
    pub fn forward(&self, _cx: &Context, values: &[&Value]) -> Result<Value> {
        fold("add", values, |a, b| a + b)
    }
}

impl Module for Add {
    fn class(&self) -> Option<String> {
        None
    }
}

/// Combines values of one shape from left to right.
pub(super) fn fold(word: &str, values: &[&Value], combine: fn(&Tensor, &Tensor) -> candle_core::Result<Tensor>) -> Result<Value> {
    let (first, rest) = values.split_first().ok_or_else(|| no_values(word))?;
    let mut result = first.tensor().clone();
    for value in rest {
        result = combine(&result, value.tensor())?;
    }
    Ok(first.with_tensor(result))
}

pub(super) fn no_values(word: &str) -> Error {
    Error::new(ErrorKind::Input, format!("`{word}` was given no values: name at least one"))
}

impl LayerRoom for bert_dsl::layers::Add {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::combined(Add, Add::forward)
    }
}
