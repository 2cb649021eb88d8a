//! Layers on what the encoder's layers give.

use super::Row;
use crate::draft::Draft;
use crate::value::{Axis, Value};

pub(super) const ROWS: &[Row] = &[
    Row { fits: is_stack, write: mix, weight: 6 },
    Row { fits: is_stack, write: take, weight: 6 },
    Row { fits: is_stack, write: slice, weight: 4 },
    Row { fits: is_stack, write: flatten, weight: 6 },
];

fn is_stack(_draft: &Draft, value: &Value) -> bool {
    value.layers().is_some() && value.features.is_some()
}

fn without_layers(value: &Value) -> Value {
    value.replacing(Axis::Layer(value.layers().unwrap_or(1)), None)
}

fn mix(draft: &mut Draft, value: &Value) -> Value {
    draft.layer("mix", &[], Vec::new());
    without_layers(value)
}

fn take(draft: &mut Draft, value: &Value) -> Value {
    let index = draft.random.below(value.layers().unwrap_or(1));
    let index = draft.layer_index(index, value);
    draft.layer("take", &[index], Vec::new());
    without_layers(value)
}

fn slice(draft: &mut Draft, value: &Value) -> Value {
    let count = value.layers().unwrap_or(1);
    let from = draft.random.below(count);
    let to = draft.random.between(from + 1, count);
    let start = draft.layer_index(from, value);
    let end = if to == count { String::new() } else { draft.layer_index(to, value) };
    draft.layer("take", &[format!("{start} .. {end}")], Vec::new());
    value.replacing(Axis::Layer(count), Some(Axis::Layer(to - from)))
}

fn flatten(draft: &mut Draft, value: &Value) -> Value {
    draft.layer("flatten", &[], Vec::new());
    without_layers(value).with(value.layers().unwrap_or(1) * value.features.unwrap_or(1))
}

impl Draft {
    /// One of the layers, or a mix of them.
    pub(crate) fn without_layers(&mut self, value: &Value) -> Value {
        if self.random.once_in(2) { mix(self, value) } else { take(self, value) }
    }

    /// A layer's number, from either end.
    fn layer_index(&mut self, index: usize, value: &Value) -> String {
        match self.random.once_in(2) {
            true => index.to_string(),
            false => format!("- {}", value.layers().unwrap_or(1) - index),
        }
    }
}
