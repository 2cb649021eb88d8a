//! The encoder's pass on a GPU: packed rows through kernels of its own and the library's products, with gradients where they are wanted.
//!
//! A layer is four products, with queries, keys and values as one, an attention, and three kernels in between. Nothing comes back to the host before
//! the states that are wanted are there: a batch's ids and its layout are uploaded once.

use candle_core::Tensor;

use crate::context::Context;
use crate::encoder::Batch;
use crate::encoder::embeddings::Embeddings;
use crate::encoder::layer::Layer;
use crate::encoder::output::Output;
use crate::encoder::stack::Stack;
use crate::error::Result;
use crate::gpu::{self, Asked, Cells, Heads, Kept, Normed, Placement, Tables};
use crate::layers::Linear;
use crate::parameter::Parameter;
use crate::value::{Rows, Value};

/// The three linear layers with their weights one below the other in one tensor, and so their biases, where a GPU has them and they do not train:
/// queries, keys and values are one product then.
pub(super) fn joined(linears: [Linear; 3]) -> ([Linear; 3], Option<(Tensor, Tensor)>) {
    match together(&linears) {
        Some(Ok((parts, weight, bias))) => (parts, Some((weight, bias))),
        _ => (linears, None),
    }
}

type Together = ([Linear; 3], Tensor, Tensor);

/// `None` where they do not lie so; an error leaves them as they are.
fn together(linears: &[Linear; 3]) -> Option<candle_core::Result<Together>> {
    let parameters = linears.iter().map(|linear| Some((linear.weights().0, linear.weights().1?))).collect::<Option<Vec<_>>>()?;
    let trains = parameters.iter().any(|(weight, bias)| weight.var().is_some() || bias.var().is_some());
    let (first, _) = parameters.first()?;
    if trains || !gpu::serves(first.tensor().device()) || first.tensor().rank() != 2 {
        return None;
    }
    let of = |part: fn(&(&Parameter, &Parameter)) -> Tensor| Tensor::cat(&parameters.iter().map(part).collect::<Vec<_>>(), 0);
    let tensors = of(|(weight, _)| weight.tensor().clone()).and_then(|weight| Ok((weight, of(|(_, bias)| bias.tensor().clone())?)));
    Some(tensors.and_then(|(weight, bias)| {
        let out = weight.dim(0)? / 3;
        let part = |number: usize| {
            let (own_weight, own_bias) = parameters[number];
            let rows = |of: &Tensor| of.narrow(0, number * out, out);
            let weight = Parameter::fixed(own_weight.name(), rows(&weight)?);
            candle_core::Result::Ok(Linear::new(weight, Some(Parameter::fixed(own_bias.name(), rows(&bias)?))))
        };
        Ok(([part(0)?, part(1)?, part(2)?], weight, bias))
    }))
}

/// The vectors of a batch that was checked, `[total, hidden]`; `None` where kernels cannot compute them.
pub(super) fn embeddings(module: &Embeddings, cx: &Context, batch: &Batch) -> Result<Option<Value>> {
    let tables = module.tables();
    let table = tables[0].tensor();
    let (format, graph) = (cx.format_here().unwrap_or(table.dtype()), cx.wants_gradients());
    if !gpu::serves(table.device()) || !gpu::fits(format, table.dim(1)?, 1) {
        return Ok(None);
    }
    let [words, positions, types] = tables.map(|parameter| parameter.get_inside(cx));
    let (weight, bias, eps) = module.norm().weights();
    let numbers = [batch.ids().to_vec(), module.positions_of(batch), batch.types().to_vec()];
    let of = Tables { tables: [&words?, &positions?, &types?], numbers, weight: &weight.get_inside(cx)?, bias: &bias.get_inside(cx)?, eps };
    let vectors = gpu::embedded(of, graph)?;
    let vectors = match cx.is_training() {
        false => vectors,
        true => {
            let rows = Placement::new(batch.layout(), 1, table.device())?;
            match Kept::of(cx, module.dropout(), &rows, vectors.dim(1)?)? {
                Some(kept) => gpu::dropped(&vectors, kept, graph)?,
                None => vectors,
            }
        }
    };
    Ok(Some(Value::new(vectors, Rows::Token, batch.layout().clone())))
}

/// Layers at work on the rows of a batch.
pub(super) struct Pass<'a> {
    cx: &'a Context,
    heads: Heads,
    rows: Placement,
    graph: bool,
}

impl<'a> Pass<'a> {
    /// `None` where kernels cannot compute it.
    pub(super) fn of(stack: &Stack, cx: &'a Context, state: &Value) -> Result<Option<Self>> {
        let (tensor, hidden) = (state.tensor(), state.width());
        let Some(layer) = stack.layers().next() else { return Ok(None) };
        let (_, count, _) = layer.attention().reading();
        let is_known = layer.intermediate().1.function().is_some();
        if !is_known || !gpu::serves(tensor.device()) || !gpu::fits(tensor.dtype(), hidden, hidden / count) {
            return Ok(None);
        }
        let heads = Heads::new(count, hidden / count, tensor.dtype(), tensor.device());
        let rows = Placement::new(state.layout(), heads.step(), tensor.device())?;
        Ok(Some(Self { cx, heads, rows, graph: cx.wants_gradients() }))
    }

    /// What the queries' rows become, reading all of `x`: `[queries, hidden]`.
    pub(super) fn layer(&self, layer: &Layer, x: &Value, queries: &Value) -> Result<Value> {
        let is_all = x.tensor().id() == queries.tensor().id();
        let asking = if is_all { self.rows.clone() } else { self.rows.of(queries.layout())? };
        let read = self.read(layer, x.tensor(), (!is_all).then_some(queries.tensor()), &asking)?;
        let attended = self.half(layer.attention().output(), &read, queries.tensor(), &asking)?;
        let (dense, activation) = layer.intermediate();
        let (weight, bias) = self.weights(dense)?;
        let wide = gpu::product(&attended, &weight, self.graph)?;
        let inner = match activation.function() {
            Some(function) => gpu::activated(&wide, &bias, function, self.graph)?,
            None => wide,
        };
        Ok(queries.with_tensor(self.half(layer.output(), &inner, &attended, &asking)?))
    }

    /// What is read of `x`, by all of its rows or by some.
    fn read(&self, layer: &Layer, x: &Tensor, some: Option<&Tensor>, asking: &Placement) -> Result<Tensor> {
        let (_, _, dropout) = layer.attention().reading();
        let kept = match self.cx.is_training() {
            true => Cells::of(self.cx, dropout, self.heads.count, asking, &self.rows)?,
            false => None,
        };
        let (weight, bias) = self.three(layer)?;
        let hidden = weight.dim(1)?;
        let places = (asking, &self.rows);
        let read = match some {
            None => gpu::attended(self.heads, &Asked::All(&gpu::product(x, &weight, self.graph)?), &bias, places, kept, self.graph),
            Some(queries) => {
                let query = gpu::product(queries, &weight.narrow(0, 0, hidden)?, self.graph)?;
                let both = gpu::product(x, &weight.narrow(0, hidden, 2 * hidden)?, self.graph)?;
                gpu::attended(self.heads, &Asked::Some(&query, &both), &bias, places, kept, self.graph)
            }
        };
        Ok(read?)
    }

    /// The weights of queries, keys and values one below the other, `[3 hidden, hidden]`, and their biases, `[3 hidden]`.
    fn three(&self, layer: &Layer) -> Result<(Tensor, Tensor)> {
        if let Some((weight, bias)) = layer.attention().joined().filter(|_| self.cx.format_here().is_none()) {
            return Ok((weight.clone(), bias.clone()));
        }
        let (linears, ..) = layer.attention().reading();
        let parts = linears.iter().map(|linear| self.weights(linear)).collect::<Result<Vec<_>>>()?;
        let (weights, biases): (Vec<Tensor>, Vec<Tensor>) = parts.into_iter().unzip();
        Ok((Tensor::cat(&weights, 0)?, Tensor::cat(&biases, 0)?))
    }

    /// How each half of a layer ends: see [`Output::forward`].
    fn half(&self, output: &Output, x: &Tensor, skip: &Tensor, rows: &Placement) -> Result<Tensor> {
        let (dense, dropout, norm) = output.parts();
        let (weight, added) = self.weights(dense)?;
        let (of_norm, bias, eps) = norm.weights();
        let (of_norm, bias) = (of_norm.get_inside(self.cx)?, bias.get_inside(self.cx)?);
        let kept = Kept::of(self.cx, dropout, rows, skip.dim(1)?)?;
        let of = Normed { rows: &gpu::product(x, &weight, self.graph)?, added: &added, kept, skip, weight: &of_norm, bias: &bias, eps };
        Ok(gpu::normed(&of, self.graph)?)
    }

    fn weights(&self, linear: &Linear) -> Result<(Tensor, Tensor)> {
        let (weight, bias) = linear.weights();
        let weight = weight.get_inside(self.cx)?;
        let bias = match bias {
            Some(bias) => bias.get_inside(self.cx)?,
            None => Tensor::zeros(weight.dim(0)?, weight.dtype(), weight.device())?,
        };
        Ok((weight, bias))
    }
}
