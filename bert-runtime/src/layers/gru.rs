//! `gru A->B`.

use candle_core::Tensor;
use candle_nn::ops::sigmoid;

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::Recurrent;
use crate::layers::recurrent::{Stack, gates, recurrents};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// A gated recurrent unit over the tokens of each sequence, as PyTorch's `GRU` with `batch_first` over packed sequences.
///
/// With `r, z, n` the gates of the input, `x W_ih + b_ih`, and of the state, `h W_hh + b_hh`: `r = sigmoid(r_x + r_h)`,
/// `z = sigmoid(z_x + z_h)`, `n = tanh(n_x + r n_h)` and `h' = (1 - z) n + z h`. Padding is not read, and the backward direction
/// starts at each row's own last token.
#[derive(Debug, Clone)]
pub struct Gru(Stack);

impl Gru {
    /// Layers, each of one direction or of a forward and a backward one.
    pub fn new(layers: Vec<Vec<Recurrent>>) -> Self {
        Self(Stack { word: "gru", layers, cell, states: 1 })
    }

    /// From `[batch, token, A]` to `[batch, token, directions * hidden]`.
    ///
    /// # Errors
    /// A value without a token axis or of another width, and a list of no layers.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        self.0.forward(cx, x)
    }
}

fn cell(input: &Tensor, recurrent: &Tensor, state: &[Tensor]) -> candle_core::Result<Vec<Tensor>> {
    let ([r, z, n], [from_r, from_z, from_n]) = (gates(input)?, gates(recurrent)?);
    let reset = sigmoid(&(r + from_r)?)?;
    let update = sigmoid(&(z + from_z)?)?;
    let new = (n + (reset * from_n)?)?.tanh()?;
    Ok(vec![(&new + (update * (&state[0] - &new)?)?)?])
}

impl Module for Gru {
    fn class(&self) -> Option<String> {
        Some(self.0.class("GRU"))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.0.parameters()
    }
}

impl LayerRoom for bert_dsl::layers::Gru {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        Node::unary(Gru::new(recurrents(&self.0, maker)), Gru::forward)
    }
}
