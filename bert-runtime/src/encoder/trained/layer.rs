//! A layer in training: attention, then two linear layers with an activation between.

use std::ops::Range;

use candle_core::{Device, Shape, Tensor};

use crate::context::Context;
use crate::encoder::layer::{Layer, LayerNumbers};
use crate::error::Result;
use crate::kernels::attention::{Attention, Sequences};
use crate::kernels::block::{self, Block, BlockGradients};
use crate::kernels::dropout::Kept;
use crate::kernels::gathered::Gathered;
use crate::kernels::gradients::Pair;
use crate::kernels::gradients::attention::AttentionGradients;
use crate::kernels::gradients::product::{of_bias, of_rows, of_weight};
use crate::kernels::lines::{Line, panels};
use crate::kernels::matrix::Matrix;
use crate::kernels::product::{Product, products};
use crate::kernels::scratch::Scratch;
use crate::kernels::tensors::Numbers;
use crate::kernels::turn::{Sixteens, packed, unpacked};
use crate::kernels::{Isa, team};
use crate::layers::LinearNumbers;
use crate::module::all_parameters;
use crate::value::{Layout, Value};

/// What the queries' rows become, reading all of `x`: `[queries, hidden]`; `None` where kernels cannot compute it.
pub(in crate::encoder) fn layer(layer: &Layer, cx: &Context, x: &Value, queries: &Value) -> Result<Option<Value>> {
    if cx.format_here().is_some() {
        return Ok(None);
    }
    let (of_x, of_queries) = (x.tensor().contiguous()?, queries.tensor().contiguous()?);
    let (Some(numbers), Some(rows), Some(chosen)) = (layer.numbers(), Numbers::of(&of_x), Numbers::of(&of_queries)) else {
        return Ok(None);
    };
    let kept = layer.kept(cx, x.layout(), queries.layout(), x.width());
    let same = x.tensor().id() == queries.tensor().id();
    let sizes = Sizes::of(x, queries);
    let (saved, y) = team::inside(|| {
        let x = packed(rows.get(), sizes.hidden);
        let queries = (!same).then(|| packed(chosen.get(), sizes.hidden));
        Pass { isa: Isa::best(), layer: &numbers, sizes: &sizes, kept: &kept, gathered: None }.forward(x, queries)
    });
    drop((numbers, rows, chosen));
    let weights: Vec<Tensor> = all_parameters(layer).iter().map(|parameter| parameter.get(cx)).collect();
    let shape = Shape::from((sizes.queries, sizes.hidden));
    let rows = if same { vec![&of_x] } else { vec![&of_x, &of_queries] };
    let block = LayerBlock { layer: layer.clone(), sizes, kept, saved };
    Ok(Some(queries.with_tensor(block::apply(block, cx.gathered(), &rows, &weights, (y, shape))?)))
}

/// How many rows there are of how many features, and whose they are.
struct Sizes {
    hidden: usize,
    rows: usize,
    queries: usize,
    of_key: Vec<Range<usize>>,
    of_query: Vec<Range<usize>>,
}

impl Sizes {
    fn of(x: &Value, queries: &Value) -> Self {
        let ranges = |layout: &Layout| (0..layout.sequences()).map(|sequence| layout.rows(sequence)).collect();
        let (of_key, of_query) = (ranges(x.layout()), ranges(queries.layout()));
        Self { hidden: x.width(), rows: x.layout().total(), queries: queries.layout().total(), of_key, of_query }
    }
}

/// What dropout keeps of a layer.
pub(in crate::encoder) struct LayerKept {
    /// Of the attention probabilities, `[sequence][head]`.
    pub(in crate::encoder) shares: Vec<Kept>,
    /// Of what each half adds.
    pub(in crate::encoder) attended: Option<Kept>,
    pub(in crate::encoder) output: Option<Kept>,
}

/// A layer as a block of the graph.
struct LayerBlock {
    layer: Layer,
    sizes: Sizes,
    kept: LayerKept,
    saved: Saved,
}

/// What the way back needs, in panels.
struct Saved {
    x: Scratch,
    /// Rows of `x` of their own, where only some are asked for.
    queries: Option<Scratch>,
    query: Scratch,
    key: Scratch,
    value: Scratch,
    read: Scratch,
    /// What the first norm is of, and what it gives.
    first: Scratch,
    attended: Scratch,
    /// What the activation is of.
    wide: Scratch,
    /// What the second norm is of.
    second: Scratch,
}

/// A layer at work.
struct Pass<'a> {
    isa: Isa,
    layer: &'a LayerNumbers<'a>,
    sizes: &'a Sizes,
    kept: &'a LayerKept,
    /// Where there is room for the gradients of weights.
    gathered: Option<&'a Gathered>,
}

impl Pass<'_> {
    fn attention<'s>(&'s self, query: &'s [Line], key: &'s [Line], value: &'s [Line]) -> Attention<'s> {
        let (query, key) = (Sequences { panels: query, rows: &self.sizes.of_query }, Sequences { panels: key, rows: &self.sizes.of_key });
        Attention { heads: self.layer.attention.heads, width: self.sizes.hidden, query, key, value, kept: &self.kept.shares }
    }

    fn forward(&self, x: Scratch, queries: Option<Scratch>) -> (Saved, Vec<f32>) {
        let (isa, hidden, attention) = (self.isa, self.sizes.hidden, &self.layer.attention);
        let chosen = queries.as_ref().unwrap_or(&x);
        let (mut query, mut key, mut value) = (Scratch::new(chosen.len()), Scratch::new(x.len()), Scratch::new(x.len()));
        products(isa, chosen, hidden, [attention.query.product(&mut query)]);
        products(isa, &x, hidden, [attention.key.product(&mut key), attention.value.product(&mut value)]);
        let mut read = Scratch::zeros(chosen.len());
        self.attention(&query, &key, &value).read(isa, &mut read);
        let mut first = Scratch::new(chosen.len());
        let half = Product { kept: self.kept.attended.as_ref(), skip: Some(chosen), ..attention.output.dense.product(&mut first) };
        products(isa, &read, hidden, [half]);
        let mut attended = Scratch::new(first.len());
        attention.output.norm.norm().of_panels(isa, &first, &mut attended);
        let inner = self.layer.intermediate.out(hidden);
        let mut wide = Scratch::new(panels(self.sizes.queries) * inner);
        products(isa, &attended, hidden, [self.layer.intermediate.product(&mut wide)]);
        let mut second = Scratch::new(chosen.len());
        let half = Product { kept: self.kept.output.as_ref(), skip: Some(&attended), ..self.layer.output.dense.product(&mut second) };
        products(isa, &self.activated(&wide), inner, [half]);
        let mut y = Scratch::new(second.len());
        self.layer.output.norm.norm().of_panels(isa, &second, &mut y);
        let y = unpacked(&y, hidden, self.sizes.queries);
        (Saved { x, queries, query, key, value, read, first, attended, wide, second }, y)
    }

    fn activated(&self, wide: &[Line]) -> Scratch {
        let mut active = Scratch::new(wide.len());
        self.layer.function.of_panels(self.isa, wide, &mut active);
        active
    }

    /// From the gradient of the result to those of the rows and of the weights.
    fn back(&self, saved: &Saved, mut gradient: Scratch) -> Found {
        let (attention, output) = (&self.layer.attention, &self.layer.output);
        let second_norm = output.norm.norm().back(self.isa, &saved.second, &mut gradient);
        let (mut first, intermediate, second) = self.back_through_wide(saved, &gradient);
        drop(gradient);
        let first_norm = attention.output.norm.norm().back(self.isa, &saved.first, &mut first);
        let dropped = self.dropped(&first, self.kept.attended.as_ref());
        let read = self.step(&dropped, &attention.output.dense, None);
        let attended = self.linear(&attention.output.dense, &self.across(&saved.read, self.sizes.hidden, self.sizes.queries), &dropped);
        drop(dropped);
        let (rows, [query, key, value]) = self.back_through_attention(saved, first, &read);
        Found { rows, weights: vec![query, key, value, attended, first_norm, intermediate, second, second_norm] }
    }

    /// From the gradient of what the second norm is of to that of what the first gives, with those of the two linear layers between.
    fn back_through_wide(&self, saved: &Saved, second: &Scratch) -> (Scratch, Pair, Pair) {
        let (hidden, queries) = (self.sizes.hidden, self.sizes.queries);
        let dropped = self.dropped(second, self.kept.output.as_ref());
        let inner = self.layer.intermediate.out(hidden);
        let of_output = self.linear(&self.layer.output.dense, &self.across(&self.activated(&saved.wide), inner, queries), &dropped);
        let mut wide = self.step(&dropped, &self.layer.output.dense, None);
        self.layer.function.back(self.isa, &saved.wide, &mut wide);
        let of_intermediate = self.linear(&self.layer.intermediate, &self.across(&saved.attended, hidden, queries), &wide);
        (self.step(&wide, &self.layer.intermediate, Some(second)), of_intermediate, of_output)
    }

    /// From the gradients of what was read and of what was added to it to those of the rows, with those of queries, keys and values.
    fn back_through_attention(&self, saved: &Saved, added: Scratch, read: &[Line]) -> (Vec<Scratch>, [Pair; 3]) {
        let (layer, hidden) = (&self.layer.attention, self.sizes.hidden);
        let [mut query, mut key, mut value] = [&saved.query, &saved.key, &saved.value].map(|of| Scratch::zeros(of.len()));
        let to = AttentionGradients { query: &mut query, key: &mut key, value: &mut value };
        self.attention(&saved.query, &saved.key, &saved.value).back(self.isa, read, to);
        let x = self.across(&saved.x, hidden, self.sizes.rows);
        let (of_key, of_value) = (self.linear(&layer.key, &x, &key), self.linear(&layer.value, &x, &value));
        match &saved.queries {
            None => {
                let of_x = self.step(&key, &layer.key, Some(&self.step(&value, &layer.value, Some(&added))));
                (vec![self.step(&query, &layer.query, Some(&of_x))], [self.linear(&layer.query, &x, &query), of_key, of_value])
            }
            Some(queries) => {
                let of_x = self.step(&key, &layer.key, Some(&self.step(&value, &layer.value, None)));
                let of_query = self.linear(&layer.query, &self.across(queries, hidden, self.sizes.queries), &query);
                (vec![of_x, self.step(&query, &layer.query, Some(&added))], [of_query, of_key, of_value])
            }
        }
    }

    fn dropped(&self, gradient: &[Line], kept: Option<&Kept>) -> Scratch {
        let Some(kept) = kept else { return Scratch::copied(gradient) };
        let mut dropped = Scratch::new(gradient.len());
        kept.of_panels(self.isa, gradient, &mut dropped);
        dropped
    }

    /// The gradient of a linear layer's rows, and what is given beside it added.
    fn step(&self, gradient: &Scratch, layer: &LinearNumbers<'_>, added: Option<&Scratch>) -> Scratch {
        let (weight, bias) = (layer.weight(), layer.bias().map_or(0, <[f32]>::len));
        let mut rows = Scratch::new(gradient.len() / bias.max(1) * (weight.len() / bias.max(1)));
        of_rows(self.isa, gradient, weight, bias, added.map(|added| &**added), &mut rows);
        rows
    }

    fn across(&self, x: &[Line], width: usize, rows: usize) -> Sixteens {
        Sixteens::of_panels(self.isa, x, width, rows)
    }

    /// The gradients of a linear layer's weight and bias.
    fn linear(&self, layer: &LinearNumbers<'_>, x: &Sixteens, gradient: &[Line]) -> Pair {
        let mut weight = layer.room(self.gathered);
        of_weight(self.isa, x, Matrix::Panels(gradient), &mut weight);
        Pair { weight, bias: of_bias(self.isa, gradient, x.rows) }
    }
}

/// What the way back finds: the gradients of `x`, of the queries where they have rows of their own, and of the weights in the order of the layer's
/// parameters.
struct Found {
    rows: Vec<Scratch>,
    weights: Vec<Pair>,
}

impl Block for LayerBlock {
    fn name(&self) -> &'static str {
        "encoder-layer"
    }

    fn back(&self, gradient: &Tensor, gathered: Option<&Gathered>) -> candle_core::Result<BlockGradients> {
        let lost = || candle_core::Error::msg("a layer's weights are no longer in f32 on the CPU");
        let layer = self.layer.numbers().ok_or_else(lost)?;
        let of_result = Numbers::of(gradient).ok_or_else(lost)?;
        let (hidden, counts) = (self.sizes.hidden, [self.sizes.rows, self.sizes.queries]);
        let (rows, weights) = team::inside(|| {
            let pass = Pass { isa: Isa::best(), layer: &layer, sizes: &self.sizes, kept: &self.kept, gathered };
            let found = pass.back(&self.saved, packed(of_result.get(), hidden));
            let rows: Vec<_> = found.rows.iter().zip(counts).map(|(rows, count)| (unpacked(rows, hidden, count), count)).collect();
            (rows, found.weights)
        });
        let rows = rows.into_iter().map(|(rows, count)| Tensor::from_vec(rows, (count, hidden), &Device::Cpu));
        let weights = weights.into_iter().flat_map(|pair| [pair.weight, pair.bias]).collect();
        Ok(BlockGradients { rows: rows.collect::<candle_core::Result<_>>()?, weights })
    }
}
