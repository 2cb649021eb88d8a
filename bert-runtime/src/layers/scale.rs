//! `scale S`, `scale learned`.

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// Multiplies by a number, fixed or learned.
#[derive(Debug, Clone)]
pub struct Scale(Factor);

#[derive(Debug, Clone)]
enum Factor {
    Fixed(f64),
    Learned(Parameter),
}

impl Scale {
    /// Times a number of the head's text.
    pub fn fixed(factor: f64) -> Self {
        Self(Factor::Fixed(factor))
    }

    /// Times a weight `[1]`.
    pub fn learned(weight: Parameter) -> Self {
        Self(Factor::Learned(weight))
    }

    /// The same shape.
    ///
    /// # Errors
    /// A learned weight that is not `[1]`.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        let scaled = match &self.0 {
            Factor::Fixed(factor) => (x.tensor() * *factor)?,
            Factor::Learned(weight) => x.tensor().broadcast_mul(&weight.get(cx))?,
        };
        Ok(x.with_tensor(scaled))
    }
}

impl Module for Scale {
    fn class(&self) -> Option<String> {
        matches!(self.0, Factor::Learned(_)).then(|| "Scale()".into())
    }

    fn parameters(&self) -> Vec<&Parameter> {
        match &self.0 {
            Factor::Fixed(_) => Vec::new(),
            Factor::Learned(weight) => vec![weight],
        }
    }
}

impl LayerRoom for bert_dsl::layers::Scale {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let scale = match self.factor {
            Some(factor) => Scale::fixed(factor),
            None => Scale::learned(maker.weight("weight")),
        };
        Node::unary(scale, Scale::forward)
    }
}
