//! One layer of the encoder.

use crate::context::Context;
use crate::encoder::attention::{Attention, AttentionNumbers};
use crate::encoder::loader::Loader;
use crate::encoder::output::{Output, OutputNumbers};
use crate::encoder::trained::{self, LayerKept};
use crate::error::Result;
use crate::kernels::activation::Function;
use crate::layers::{Activation, Linear, LinearNumbers};
use crate::module::Module;
use crate::value::{Layout, Value};

/// Attention, then two linear layers with an activation between.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    attention: Attention,
    intermediate: Intermediate,
    output: Output,
}

#[derive(Debug, Clone)]
struct Intermediate {
    dense: Linear,
    activation: Activation,
}

impl Layer {
    pub(super) fn load(path: &str, loader: &mut Loader<'_>) -> Self {
        let (hidden, inner) = (loader.config.hidden_size, loader.config.intermediate_size);
        Self {
            attention: Attention::load(&format!("{path}.attention"), loader),
            intermediate: Intermediate {
                dense: loader.linear(&format!("{path}.intermediate.dense"), hidden, inner),
                activation: loader.config.hidden_act,
            },
            output: Output::load("BertOutput", &format!("{path}.output"), inner, loader),
        }
    }

    pub(super) fn attention(&self) -> &Attention {
        &self.attention
    }

    /// The linear layer in the middle, and the function after it.
    pub(super) fn intermediate(&self) -> (&Linear, Activation) {
        (&self.intermediate.dense, self.intermediate.activation)
    }

    pub(super) fn output(&self) -> &Output {
        &self.output
    }

    /// The weights' numbers, where they are on the CPU in f32 and the activation has a kernel.
    pub(super) fn numbers(&self) -> Option<LayerNumbers<'_>> {
        Some(LayerNumbers {
            attention: self.attention.numbers()?,
            intermediate: self.intermediate.dense.numbers()?,
            function: self.intermediate.activation.function()?,
            output: self.output.numbers()?,
        })
    }

    /// What dropout keeps, where it is at work, of rows of a layout and of those that ask.
    pub(super) fn kept(&self, cx: &Context, keys: &Layout, queries: &Layout, hidden: usize) -> LayerKept {
        let (shares, attended) = self.attention.kept(cx, keys, queries, hidden);
        LayerKept { shares, attended, output: self.output.kept(cx, queries, hidden) }
    }

    /// What the queries' rows become, reading all of `x`: `[queries, hidden]`.
    pub(super) fn forward(&self, cx: &Context, x: &Value, queries: &Value) -> Result<Value> {
        if let Some(y) = trained::layer(self, cx, x, queries)? {
            return Ok(y);
        }
        let attended = self.attention.forward(cx, x, queries)?;
        let inner = self.intermediate.dense.forward(cx, &attended)?;
        let inner = self.intermediate.activation.forward(cx, &inner)?;
        self.output.forward(cx, &inner, &attended)
    }
}

/// The numbers of a [`Layer`].
pub(super) struct LayerNumbers<'a> {
    pub(super) attention: AttentionNumbers<'a>,
    pub(super) intermediate: LinearNumbers<'a>,
    pub(super) function: Function,
    pub(super) output: OutputNumbers<'a>,
}

impl Module for Layer {
    fn class(&self) -> Option<String> {
        Some("BertLayer".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("attention", &self.attention), ("intermediate", &self.intermediate), ("output", &self.output)]
    }
}

impl Module for Intermediate {
    fn class(&self) -> Option<String> {
        Some("BertIntermediate".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("dense", &self.dense), ("intermediate_act_fn", &self.activation)]
    }
}
