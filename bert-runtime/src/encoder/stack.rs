//! The layers of the encoder, one after the other.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::encoder::fused;
use crate::encoder::layer::{Layer, LayerNumbers};
use crate::encoder::loader::Loader;
use crate::encoder::selection::{Wanted, select};
use crate::error::Result;
use crate::module::Module;
use crate::value::Value;

/// The layers, each with its number as its name.
#[derive(Debug)]
pub(super) struct Stack(Numbered);

#[derive(Debug)]
struct Numbered(Vec<(String, Layer)>);

impl Stack {
    pub(super) fn load(path: &str, loader: &mut Loader<'_>) -> Self {
        let depth = loader.config.num_hidden_layers;
        let layer = |number: usize| (number.to_string(), Layer::load(&format!("{path}.layer.{number}"), loader));
        Self(Numbered((0..depth).map(layer).collect()))
    }

    /// The layers.
    pub(super) fn layers(&self) -> impl Iterator<Item = &Layer> {
        self.0.0.iter().map(|(_, layer)| layer)
    }

    /// The weights' numbers, where they are on the CPU in f32 and the activation has a kernel.
    pub(super) fn numbers(&self) -> Option<Vec<LayerNumbers<'_>>> {
        self.0.0.iter().map(|(_, layer)| layer.numbers()).collect()
    }

    /// The states that are wanted, by their numbers: 0 is the embeddings, and the others are what the layers give.
    ///
    /// No layer above the highest state runs. That one runs at the wanted columns alone, and those below it at every token, since
    /// the next layer reads them all.
    pub(super) fn forward(&self, cx: &Context, embedded: Value, wanted: &Wanted) -> Result<States> {
        self.forward_from(cx, 0, embedded, wanted)
    }

    /// The same from the state of this number on, without those below it.
    pub(super) fn forward_from(&self, cx: &Context, first: usize, state: Value, wanted: &Wanted) -> Result<States> {
        if wanted.states.is_empty() {
            return Ok(States::new());
        }
        let state = cx.format_here().map_or_else(|| Ok(state.clone()), |format| state.to_dtype(format))?;
        match fused::Pass::of(self, cx, &state)? {
            Some(pass) => self.walked(first, state, wanted, |layer, x, queries| pass.layer(layer, x, queries)),
            None => self.walked(first, state, wanted, |layer, x, queries| layer.forward(cx, x, queries)),
        }
    }

    /// The states from that of a number on, where `next` gives what a layer makes of some rows that read all.
    fn walked(
        &self,
        first: usize,
        state: Value,
        wanted: &Wanted,
        next: impl Fn(&Layer, &Value, &Value) -> Result<Value>,
    ) -> Result<States> {
        let Some(&highest) = wanted.states.last() else { return Ok(States::new()) };
        let (mut x, mut states) = (state, States::new());
        for (number, layer) in self.layers().enumerate().take(highest).skip(first) {
            let queries = if number + 1 == highest { chosen(&x, wanted)? } else { x.clone() };
            let next = if queries.layout().total() == 0 { queries } else { next(layer, &x, &queries)? };
            let state = std::mem::replace(&mut x, next);
            states.extend(wanted.states.contains(&number).then_some((number, state)));
        }
        let last = if highest == 0 { chosen(&x, wanted)? } else { x };
        states.insert(highest, last);
        Ok(states)
    }
}

/// The embeddings or a layer's output, by its number.
pub(crate) type States = BTreeMap<usize, Value>;

/// The rows of a state that are wanted of the highest.
fn chosen(x: &Value, wanted: &Wanted) -> Result<Value> {
    wanted.columns.as_deref().map_or_else(|| Ok(x.clone()), |columns| select(x, columns))
}

impl Module for Stack {
    fn class(&self) -> Option<String> {
        Some("BertEncoder".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("layer", &self.0)]
    }
}

impl Module for Numbered {
    fn class(&self) -> Option<String> {
        Some("ModuleList".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        self.0.iter().map(|(number, layer)| (number.as_str(), layer as &dyn Module)).collect()
    }
}
