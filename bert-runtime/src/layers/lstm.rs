//! `lstm A->B`.

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

/// A long short-term memory over the tokens of each sequence, as PyTorch's `LSTM` with `batch_first` over packed sequences.
///
/// With `i, f, g, o` the gates of `x W_ih + b_ih + h W_hh + b_hh`: `c' = sigmoid(f) c + sigmoid(i) tanh(g)` and
/// `h' = sigmoid(o) tanh(c')`. Padding is not read, and the backward direction starts at each row's own last token.
#[derive(Debug, Clone)]
pub struct Lstm(Stack);

impl Lstm {
    /// Layers, each of one direction or of a forward and a backward one.
    pub fn new(layers: Vec<Vec<Recurrent>>) -> Self {
        Self(Stack { word: "lstm", layers, cell, states: 2 })
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
    let [i, f, g, o] = gates(&(input + recurrent)?)?;
    let memory = ((sigmoid(&f)? * &state[1])? + (sigmoid(&i)? * g.tanh()?)?)?;
    Ok(vec![(sigmoid(&o)? * memory.tanh()?)?, memory])
}

impl Module for Lstm {
    fn class(&self) -> Option<String> {
        Some(self.0.class("LSTM"))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.0.parameters()
    }
}

impl LayerRoom for bert_dsl::layers::Lstm {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        Node::unary(Lstm::new(recurrents(&self.0, maker)), Lstm::forward)
    }
}
