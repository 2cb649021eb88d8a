//! `bilinear a, b ->N`.

use candle_core::D;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::product::rows_by_weight;
use crate::layers::wide;
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::{Rows, Value};

/// `y[n] = a W_n b + bias[n]` of two named values, as PyTorch's `Bilinear`.
#[derive(Debug, Clone)]
pub struct Bilinear {
    weight: Parameter,
    bias: Parameter,
}

impl Bilinear {
    /// A layer with `weight` `[out, A, B]` and `bias` `[out]`.
    pub fn new(weight: Parameter, bias: Parameter) -> Self {
        Self { weight, bias }
    }

    /// From `[.., A]` and `[.., B]` to `[.., out]`.
    ///
    /// # Errors
    /// Another number of values than two, values that differ in more than their feature axis, and other widths.
    pub fn forward(&self, cx: &Context, values: &[&Value]) -> Result<Value> {
        let (a, b) = two("bilinear", values)?;
        let (weight, bias) = (wide(&self.weight.get(cx))?, wide(&self.bias.get(cx))?);
        let (out, left, right) = weight.dims3()?;
        let mut shape = a.tensor().dims().to_vec();
        if let Some(last) = shape.last_mut() {
            *last = out;
        }
        if a.tensor().elem_count() == 0 {
            return Ok(a.with_tensor(a.tensor().zeros_like()?.reshape(shape)?));
        }
        let (rows, others) = (wide(a.tensor())?.reshape(((), left))?, wide(b.tensor())?.reshape(((), 1, right))?);
        let by_left = weight.transpose(1, 2)?.contiguous()?.reshape((out * right, left))?;
        let products = rows_by_weight(&rows, &by_left, None)?.reshape(((), out, right))?.broadcast_mul(&others)?.sum(D::Minus1)?;
        let result = products.broadcast_add(&bias)?.reshape(shape)?;
        Ok(a.with_tensor(result.to_dtype(a.tensor().dtype())?))
    }
}

/// The two named values of a layer, of the same rows.
///
/// # Errors
/// Another number of values, and values of other rows.
pub(super) fn two<'a>(word: &str, values: &[&'a Value]) -> Result<(&'a Value, &'a Value)> {
    let &[a, b] = values else {
        return Err(Error::new(ErrorKind::Input, format!("`{word}` was given {} values: name two", values.len())));
    };
    let axes = |value: &Value| (value.rows(), value.has_layers(), value.has_features());
    if axes(a) != axes(b) || !are_alike(a, b) {
        return Err(Error::new(ErrorKind::Input, format!("`{word}` needs two values with the same axes, of the same texts")));
    }
    Ok((a, b))
}

/// Whether two values have the same rows: those of whole texts have, whatever their texts' rows are.
fn are_alike(a: &Value, b: &Value) -> bool {
    let texts = |value: &Value| (value.layout().sequences(), value.layout().examples());
    match a.rows() {
        Rows::Sequence => texts(a) == texts(b),
        Rows::Token | Rows::Pair => a.layout() == b.layout(),
    }
}

impl Module for Bilinear {
    fn class(&self) -> Option<String> {
        let [out, left, right] = *self.weight.tensor().dims() else { return Some("Bilinear()".into()) };
        Some(format!("Bilinear(in1_features={left}, in2_features={right}, out_features={out}, bias=True)"))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.weight, &self.bias]
    }
}

impl LayerRoom for bert_dsl::layers::Bilinear {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let (weight, bias) = (maker.weight("weight"), maker.weight("bias"));
        Node::combined(Bilinear::new(weight, bias), Bilinear::forward)
    }
}
