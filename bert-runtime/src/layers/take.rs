//! `take K`, `take A..B`.

use std::ops::Range;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::mix::no_layers;
use crate::module::Module;
use crate::value::Value;

/// One of the layers, or a slice of them; negative numbers count from the end.
///
/// ```
/// use bert_runtime::layers::Take;
///
/// assert_eq!(Take::range(Some(-4), None).layers(13)?, 9..13);
/// assert!(Take::one(13).layers(13).is_err());
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Take(Which);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    One(i64),
    Slice(Option<i64>, Option<i64>),
}

impl Take {
    /// The layer of this number: 0 is the embeddings, -1 the last layer.
    pub fn one(layer: i64) -> Self {
        Self(Which::One(layer))
    }

    /// The layers from the first to before the second number; all up to an end that is not given.
    pub fn range(from: Option<i64>, to: Option<i64>) -> Self {
        Self(Which::Slice(from, to))
    }

    /// Which of so many layers these are.
    ///
    /// # Errors
    /// [`ErrorKind::Binding`] for numbers past the ends, and a slice without any layer.
    pub fn layers(&self, depth: usize) -> Result<Range<usize>> {
        match self.0 {
            Which::One(layer) => place(layer, depth, depth).map(|layer| layer..layer + 1),
            Which::Slice(from, to) => {
                let from = from.map_or(Ok(0), |from| place(from, depth, depth))?;
                let to = to.map_or(Ok(depth), |to| place(to, depth, depth + 1))?;
                let nothing = || fault(format!("the slice from layer {from} to before layer {to} has no layer in it"));
                if from < to { Ok(from..to) } else { Err(nothing()) }
            }
        }
    }

    /// From `[layer, batch, token, D]` to `[batch, token, D]`, or of a slice to fewer layers.
    ///
    /// # Errors
    /// A value without a layer axis, and as [`Take::layers`].
    pub fn forward(&self, _cx: &Context, x: &Value) -> Result<Value> {
        let wanted = self.layers(x.depth().ok_or_else(|| no_layers("take"))?)?;
        let not_kept = || fault(format!("layers {}..{} are taken, and the encoder was not asked for them", wanted.start, wanted.end));
        let places = x.places_of_layers(wanted.clone()).ok_or_else(not_kept)?;
        let slice = x.tensor().narrow(1, places.start, places.len())?;
        match self.0 {
            Which::One(_) => Ok(x.without_layers(slice.squeeze(1)?)),
            Which::Slice(..) => Ok(x.with_whole_layers(slice)),
        }
    }
}

/// The place of a number that may count from the end, below `limit`.
fn place(number: i64, depth: usize, limit: usize) -> Result<usize> {
    let from_start = if number < 0 { number.checked_add_unsigned(depth as u64) } else { Some(number) };
    let found = from_start.and_then(|number| usize::try_from(number).ok()).filter(|&place| place < limit);
    found.ok_or_else(|| {
        fault(format!("layer {number} is taken, and there are {depth}: give a number from -{depth} to {}", limit.saturating_sub(1)))
    })
}

fn fault(what: String) -> Error {
    Error::new(ErrorKind::Binding, format!("`take`: {what}"))
}

impl Module for Take {
    fn class(&self) -> Option<String> {
        None
    }
}

impl From<bert_dsl::layers::Take> for Take {
    fn from(take: bert_dsl::layers::Take) -> Self {
        match take {
            bert_dsl::layers::Take::One(layer) => Self::one(layer),
            bert_dsl::layers::Take::Range(from, to) => Self::range(from, to),
        }
    }
}

impl LayerRoom for bert_dsl::layers::Take {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::unary(Take::from(*self), Take::forward)
    }
}
