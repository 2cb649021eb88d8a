//! How each half of a layer ends.

use crate::context::Context;
use crate::encoder::loader::Loader;
use crate::error::Result;
use crate::kernels::Isa;
use crate::kernels::dropout::Kept;
use crate::kernels::lines::Line;
use crate::kernels::product::{Product, products};
use crate::layers::{Dropout, LayerNorm, LayerNormNumbers, Linear, LinearNumbers, residual};
use crate::module::Module;
use crate::value::{Layout, Value};

/// `norm(skip + dropout(dense(x)))`.
#[derive(Debug, Clone)]
pub(super) struct Output {
    class: &'static str,
    dense: Linear,
    norm: LayerNorm,
    dropout: Dropout,
}

impl Output {
    pub(super) fn load(class: &'static str, path: &str, from: usize, loader: &mut Loader<'_>) -> Self {
        Self {
            class,
            dense: loader.linear(&format!("{path}.dense"), from, loader.config.hidden_size),
            norm: loader.layer_norm(&format!("{path}.LayerNorm")),
            dropout: loader.dropout(&format!("{path}.dropout")),
        }
    }

    /// From `[rows, from]` to `[rows, hidden]`.
    pub(super) fn forward(&self, cx: &Context, x: &Value, skip: &Value) -> Result<Value> {
        let block = self.dropout.forward(cx, &self.dense.forward(cx, x)?)?;
        self.norm.forward(cx, &residual(skip, &block)?)
    }
}

impl Output {
    /// Its linear layer, its dropout, and its norm.
    pub(super) fn parts(&self) -> (&Linear, &Dropout, &LayerNorm) {
        (&self.dense, &self.dropout, &self.norm)
    }

    /// What dropout keeps of these rows; nothing where it is not at work.
    pub(super) fn kept(&self, cx: &Context, rows: &Layout, hidden: usize) -> Option<Kept> {
        self.dropout.kept(cx, rows, hidden)
    }

    /// The weights' numbers, where they are on the CPU in f32.
    pub(super) fn numbers(&self) -> Option<OutputNumbers<'_>> {
        Some(OutputNumbers { dense: self.dense.numbers()?, norm: self.norm.numbers()? })
    }
}

/// The numbers of an [`Output`].
pub(super) struct OutputNumbers<'a> {
    pub(super) dense: LinearNumbers<'a>,
    pub(super) norm: LayerNormNumbers<'a>,
}

impl OutputNumbers<'_> {
    /// [`Output::forward`] on panels: from `x` `[panel][from][16]` and `skip` to `y` `[panel][hidden][16]`.
    pub(super) fn forward(&self, isa: Isa, x: &[Line], from: usize, skip: &[Line], y: &mut [Line]) {
        products(isa, x, from, [Product { skip: Some(skip), ..self.dense.product(&mut *y) }]);
        self.norm.norm().apply(isa, y);
    }
}

impl Module for Output {
    fn class(&self) -> Option<String> {
        Some(self.class.into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("dense", &self.dense), ("LayerNorm", &self.norm), ("dropout", &self.dropout)]
    }
}
