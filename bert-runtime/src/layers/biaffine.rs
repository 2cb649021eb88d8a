//! `biaffine a, b ->N`.

use std::sync::Arc;

use candle_core::Tensor;

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::bilinear::two;
use crate::layers::ragged::{Segments, require_token_features};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::{Layout, Rows, Value};

/// `s[i, j, n] = [a_i; 1] W_n [b_j; 1]` for every pair of tokens of a sequence (Dozat and Manning 2017, equation 6).
#[derive(Debug, Clone)]
pub struct Biaffine {
    weight: Parameter,
}

impl Biaffine {
    /// A layer with `weight` `[out, A + 1, B + 1]`.
    pub fn new(weight: Parameter) -> Self {
        Self { weight }
    }

    /// From `[batch, token, A]` and `[batch, token, B]` to `[batch, token, token, out]`; the first token is the first value's.
    ///
    /// # Errors
    /// Another number of values than two, values that are not of the same tokens, and other widths.
    pub fn forward(&self, cx: &Context, values: &[&Value]) -> Result<Value> {
        let (a, b) = two("biaffine", values)?;
        require_token_features("biaffine", a)?;
        let weight = self.weight.get(cx);
        let scores = if a.layout().total() == 0 {
            Tensor::zeros((0, weight.dim(0)?), a.tensor().dtype(), a.tensor().device())?
        } else {
            scores(&with_one(a.tensor())?, &with_one(b.tensor())?, &weight, a.layout())?
        };
        Ok(Value::new(scores, Rows::Pair, Arc::clone(a.layout())))
    }
}

/// `[total, width]` with a last feature of ones.
fn with_one(rows: &Tensor) -> Result<Tensor> {
    let ones = Tensor::ones((rows.dim(0)?, 1), rows.dtype(), rows.device())?;
    Ok(Tensor::cat(&[rows, &ones], 1)?)
}

/// The scores of all pairs, `[pairs, out]`.
fn scores(a: &Tensor, b: &Tensor, weight: &Tensor, layout: &Layout) -> Result<Tensor> {
    let segments = Segments::tokens(layout);
    let (out, left, right) = weight.dims3()?;
    let by_left = weight.transpose(0, 1)?.contiguous()?.reshape((left, out * right))?;
    let rows = segments.pad(&a.matmul(&by_left)?.reshape(((), out, right))?)?;
    let (batch, longest) = (rows.dim(0)?, rows.dim(1)?);
    let columns = segments.pad(b)?.transpose(1, 2)?.contiguous()?;
    let rectangle = rows.reshape((batch, longest * out, right))?.matmul(&columns)?.reshape((batch, longest, out, longest))?;
    let by_pair = rectangle.transpose(2, 3)?.contiguous()?.reshape((batch * longest * longest, out))?;
    if segments.is_full() {
        return Ok(by_pair);
    }
    let pairs = pairs(layout, longest);
    let pairs = Tensor::from_vec(pairs.clone(), pairs.len(), weight.device())?;
    Ok(by_pair.index_select(&pairs, 0)?)
}

/// Where each pair of tokens lies in the rectangle `[batch, longest, longest]`.
fn pairs(layout: &Layout, longest: usize) -> Vec<u32> {
    let place = |sequence: usize, i: usize, j: usize| ((sequence * longest + i) * longest + j) as u32;
    let of_sequence = |sequence: usize| {
        let length = layout.length(sequence);
        (0..length).flat_map(move |i| (0..length).map(move |j| place(sequence, i, j)))
    };
    (0..layout.sequences()).flat_map(of_sequence).collect()
}

impl Module for Biaffine {
    fn class(&self) -> Option<String> {
        Some("Biaffine()".into())
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.weight]
    }
}

impl LayerRoom for bert_dsl::layers::Biaffine {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        Node::combined(Biaffine::new(maker.weight("weight")), Biaffine::forward)
    }
}
