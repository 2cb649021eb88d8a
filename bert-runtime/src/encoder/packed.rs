//! The encoder's pass on the CPU: packed rows through fused kernels, from ids to the states that are wanted.
//!
//! It gives what [`Embeddings::forward`] and [`Stack::forward`] give where neither gradients nor dropout are wanted, and leaves nothing behind but those states.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::context::Context;
use crate::encoder::Batch;
use crate::encoder::embeddings::{Embeddings, EmbeddingsNumbers};
use crate::encoder::layer::LayerNumbers;
use crate::encoder::selection::Wanted;
use crate::encoder::stack::{Stack, States};
use crate::error::Result;
use crate::gpu;
use crate::kernels::attention::{Attention, Sequences};
use crate::kernels::lines::{Line, gather, panels};
use crate::kernels::product::{Product, products};
use crate::kernels::scratch::Scratch;
use crate::kernels::turn::unpacked;
use crate::kernels::{Isa, team};
use crate::value::{Layout, Rows, Value};

/// Panels that go through the second half of a layer together: their inner features stay in a processor's last cache.
const CHUNK: usize = 32;

/// All weights of an encoder, to compute with.
pub(super) struct Packed<'a> {
    isa: Isa,
    embeddings: EmbeddingsNumbers<'a>,
    layers: Vec<LayerNumbers<'a>>,
}

impl<'a> Packed<'a> {
    /// The weights, where a pass needs no graph and no dropout and all of them are in f32 on the CPU.
    pub(super) fn of(cx: &Context, embeddings: &'a Embeddings, stack: &'a Stack) -> Option<Self> {
        if cx.wants_gradients() || cx.is_training() || gpu::serves(embeddings.device()) {
            return None;
        }
        Some(Self { isa: Isa::best(), embeddings: embeddings.numbers()?, layers: stack.numbers()? })
    }

    /// The states that are wanted, by their numbers: see [`Stack::forward`].
    pub(super) fn states(&self, batch: &Batch, wanted: &Wanted) -> Result<States> {
        let Some(&highest) = wanted.states.last() else { return Ok(States::new()) };
        let last = wanted.columns.as_deref().map(|columns| batch.layout().select(columns)).transpose()?;
        let last = last.map(|(layout, rows)| (Arc::new(layout), rows));
        let (kept, last) = team::inside(|| self.run(batch, wanted, highest, last));
        let value = |(number, state): (usize, State)| Ok((number, state.value()?));
        kept.into_iter().chain([(highest, last)]).map(value).collect()
    }

    fn run(&self, batch: &Batch, wanted: &Wanted, highest: usize, last: Option<(Arc<Layout>, Vec<u32>)>) -> (Vec<(usize, State)>, State) {
        let hidden = self.embeddings.hidden();
        let mut x = Packs::new(batch.layout().clone(), hidden);
        self.embeddings.forward(self.isa, batch, &mut x.panels);
        let mut kept = Vec::new();
        for (number, layer) in self.layers.iter().enumerate().take(highest) {
            if wanted.states.contains(&number) {
                kept.push((number, x.state()));
            }
            let queries = last.as_ref().filter(|_| number + 1 == highest).map(|rows| x.chosen(rows));
            x = self.layer(layer, &x, queries.as_ref());
        }
        let chosen = last.as_ref().filter(|_| highest == 0).map(|rows| x.chosen(rows));
        (kept, chosen.unwrap_or(x).state())
    }

    /// What a layer makes of the queries, or of all rows.
    fn layer(&self, layer: &LayerNumbers<'_>, x: &Packs, queries: Option<&Packs>) -> Packs {
        let skip = queries.unwrap_or(x);
        let attended = self.attended(layer, x, queries);
        let mut y = skip.like();
        let part = CHUNK * x.hidden;
        let chunks = attended.panels.chunks(part).zip(skip.panels.chunks(part)).zip(y.panels.chunks_mut(part));
        chunks.for_each(|((attended, skip), y)| self.second_half(layer, x.hidden, attended, skip, y));
        y
    }

    fn attended(&self, layer: &LayerNumbers<'_>, x: &Packs, queries: Option<&Packs>) -> Packs {
        let (isa, attention) = (self.isa, &layer.attention);
        let (mut key, mut value, mut query) = (x.like(), x.like(), queries.unwrap_or(x).like());
        let of_keys = [attention.key.product(&mut key.panels), attention.value.product(&mut value.panels)];
        match (queries, of_keys) {
            (None, [key, value]) => products(isa, &x.panels, x.hidden, [attention.query.product(&mut query.panels), key, value]),
            (Some(queries), of_keys) => {
                products(isa, &x.panels, x.hidden, of_keys);
                products(isa, &queries.panels, x.hidden, [attention.query.product(&mut query.panels)]);
            }
        }
        let mut read = query.like();
        let (of_query, of_key) = (query.rows(), key.rows());
        let attention = Attention {
            heads: attention.heads,
            width: x.hidden,
            query: Sequences { panels: &query.panels, rows: &of_query },
            key: Sequences { panels: &key.panels, rows: &of_key },
            value: &value.panels,
            kept: &[],
        };
        attention.read(isa, &mut read.panels);
        read
    }

    /// From what the queries have read to what the layer gives.
    fn second_half(&self, layer: &LayerNumbers<'_>, hidden: usize, attended: &[Line], skip: &[Line], y: &mut [Line]) {
        let isa = self.isa;
        let (inner, panels) = (layer.intermediate.out(hidden), attended.len() / hidden.max(1));
        let (mut first, mut wide) = (Scratch::new(attended.len()), Scratch::new(panels * inner));
        layer.attention.output.forward(isa, attended, hidden, skip, &mut first);
        products(isa, &first, hidden, [Product { function: layer.function, ..layer.intermediate.product(&mut wide) }]);
        layer.output.forward(isa, &wide, inner, &first, y);
    }
}

/// Hidden vectors in panels, and whose they are.
struct Packs {
    panels: Scratch,
    hidden: usize,
    layout: Arc<Layout>,
}

impl Packs {
    fn new(layout: Arc<Layout>, hidden: usize) -> Self {
        Self { panels: Scratch::new(panels(layout.total()) * hidden), hidden, layout }
    }

    /// Room for as many vectors.
    fn like(&self) -> Self {
        Self::new(self.layout.clone(), self.hidden)
    }

    /// Some of the rows.
    fn chosen(&self, (layout, rows): &(Arc<Layout>, Vec<u32>)) -> Self {
        let mut chosen = Self::new(layout.clone(), self.hidden);
        gather(&self.panels, self.hidden, rows, &mut chosen.panels);
        chosen
    }

    /// Each sequence's rows.
    fn rows(&self) -> Vec<Range<usize>> {
        (0..self.layout.sequences()).map(|sequence| self.layout.rows(sequence)).collect()
    }

    fn state(&self) -> State {
        State { numbers: unpacked(&self.panels, self.hidden, self.layout.total()), hidden: self.hidden, layout: self.layout.clone() }
    }
}

/// Hidden vectors in rows, `[total, hidden]`.
struct State {
    numbers: Vec<f32>,
    hidden: usize,
    layout: Arc<Layout>,
}

impl State {
    fn value(self) -> Result<Value> {
        let tensor = Tensor::from_vec(self.numbers, (self.layout.total(), self.hidden), &Device::Cpu)?;
        Ok(Value::new(tensor, Rows::Token, self.layout))
    }
}
