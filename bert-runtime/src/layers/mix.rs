//! `mix`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::{softmax, wide};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// `gamma * sum of softmax(weights)[l] * x[l]` over the layer axis: ELMo's scalar mix (Peters et al. 2018, equation 1).
#[derive(Debug, Clone)]
pub struct Mix {
    weights: Parameter,
    gamma: Parameter,
}

impl Mix {
    /// A mix with `weights` `[layers]` and `gamma` `[1]`.
    pub fn new(weights: Parameter, gamma: Parameter) -> Self {
        Self { weights, gamma }
    }

    /// From `[layer, batch, token, D]` to `[batch, token, D]`.
    ///
    /// # Errors
    /// A value without a layer axis, or with another number of layers than there are weights.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        let layers = require_layers("mix", x)?;
        let weights = wide(&self.weights.get(cx))?;
        if weights.elem_count() != layers {
            let what = format!("`mix` has {} weights, and the value has {layers} layers", weights.elem_count());
            return Err(Error::new(ErrorKind::Input, what));
        }
        let shares = softmax(cx, &weights.reshape((1, layers))?)?.broadcast_mul(&wide(&self.gamma.get(cx))?)?;
        let rows = wide(x.tensor())?;
        let mixed = rows.broadcast_mul(&beside(&shares, rows.rank())?)?.sum(1)?;
        Ok(x.without_layers(mixed.to_dtype(x.tensor().dtype())?))
    }
}

/// `[1, layers]` with as many axes as the rows have.
fn beside(shares: &Tensor, rank: usize) -> Result<Tensor> {
    let mut shape = shares.dims().to_vec();
    shape.resize(rank, 1);
    Ok(shares.reshape(shape)?)
}

/// How many layers a value has.
///
/// # Errors
/// A value without a layer axis.
pub(super) fn require_layers(word: &str, x: &Value) -> Result<usize> {
    if x.has_layers() {
        return Ok(x.tensor().dim(1)?);
    }
    Err(no_layers(word))
}

/// The error of a layer that needs a layer axis.
pub(super) fn no_layers(word: &str) -> Error {
    Error::new(ErrorKind::Input, format!("`{word}` needs a value with a layer axis: read `layers`"))
}

impl Module for Mix {
    fn class(&self) -> Option<String> {
        Some("ScalarMix()".into())
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.weights, &self.gamma]
    }
}

impl LayerRoom for bert_dsl::layers::Mix {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let (weights, gamma) = (maker.weight("weights"), maker.weight("gamma"));
        Node::unary(Mix::new(weights, gamma), Mix::forward)
    }
}
