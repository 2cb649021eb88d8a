//! `biaffine a, b ->N`.

use std::sync::Arc;

use candle_core::Tensor;

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::bilinear::two;
use crate::layers::product::rows_by_weight;
use crate::layers::ragged::require_token_features;
use crate::layers::steps::cut;
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

/// The scores of all pairs, `[pairs, out]`, a sequence at a time.
fn scores(a: &Tensor, b: &Tensor, weight: &Tensor, layout: &Layout) -> Result<Tensor> {
    let (out, left, right) = weight.dims3()?;
    let by_left = weight.transpose(1, 2)?.contiguous()?.reshape((out * right, left))?;
    let rows = rows_by_weight(a, &by_left, None)?.reshape(((), out, right))?;
    let lengths: Vec<usize> = (0..layout.sequences()).map(|sequence| layout.length(sequence)).collect();
    let (rows, columns) = (cut(&rows, &lengths)?, cut(b, &lengths)?);
    let texts = lengths.iter().zip(rows.iter().zip(&columns)).filter(|(length, _)| **length > 0);
    let of_text = |(&length, (rows, columns)): (&usize, (&Tensor, &Tensor))| -> Result<Tensor> {
        let products = rows_by_weight(&rows.reshape((length * out, right))?, columns, None)?;
        Ok(products.reshape((length, out, length))?.transpose(1, 2)?.contiguous()?.reshape((length * length, out))?)
    };
    Ok(Tensor::cat(&texts.map(of_text).collect::<Result<Vec<_>>>()?, 0)?)
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
