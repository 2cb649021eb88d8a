//! The layers of the encoder, one after the other.

use crate::context::Context;
use crate::encoder::layer::Layer;
use crate::encoder::loader::Loader;
use crate::encoder::selection::select;
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

    /// The last layer's output, at these columns of each sequence or, for `None`, at every token; before it, for `keep`, the
    /// embeddings and every other layer's output, at every token.
    ///
    /// All layers but the last run at every token, since the last reads them all.
    pub(super) fn forward(&self, cx: &Context, embedded: Value, columns: Option<&[Vec<u32>]>, keep: bool) -> Result<Vec<Value>> {
        let Some(((_, last), others)) = self.0.0.split_last() else { return Ok(vec![chosen(&embedded, columns)?]) };
        let (mut x, mut kept) = (embedded, Vec::new());
        for (_, layer) in others {
            let next = layer.forward(cx, &x, &x)?;
            kept.extend(keep.then(|| std::mem::replace(&mut x, next.clone())));
            x = next;
        }
        let queries = chosen(&x, columns)?;
        let last = if queries.layout().total() == 0 { queries } else { last.forward(cx, &x, &queries)? };
        kept.extend(keep.then_some(x));
        kept.push(last);
        Ok(kept)
    }

    /// The embeddings, and the output of each layer.
    pub(super) fn every(&self, cx: &Context, embedded: Value) -> Result<Vec<Value>> {
        let mut states = vec![embedded];
        for (_, layer) in &self.0.0 {
            let Some(x) = states.last() else { break };
            let next = layer.forward(cx, x, x)?;
            states.push(next);
        }
        Ok(states)
    }
}

fn chosen(x: &Value, columns: Option<&[Vec<u32>]>) -> Result<Value> {
    columns.map_or_else(|| Ok(x.clone()), |columns| select(x, columns))
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
