//! Layers along the tokens of a text, and those that fold them.

use super::Row;
use crate::draft::Draft;
use crate::value::{Axis, Value};

pub(super) const ROWS: &[Row] = &[
    Row { fits: is_sequence, write: recurrent, weight: 2 },
    Row { fits: is_sequence, write: conv, weight: 2 },
    Row { fits: has_heads, write: attention, weight: 1 },
    Row { fits: has_heads, write: transformer, weight: 1 },
];

pub(super) const FOLDS: &[Row] = &[
    Row { fits: is_sequence, write: pool, weight: 3 },
    Row { fits: is_points, write: at, weight: 2 },
    Row { fits: is_tokens, write: narrow_conv, weight: 1 },
];

fn is_sequence(_draft: &Draft, value: &Value) -> bool {
    value.sequence().is_some() && value.features.is_some()
}

/// Whether there are places that are tokens or words.
fn is_tokens(_draft: &Draft, value: &Value) -> bool {
    value.sequence().is_some_and(|axis| axis != Axis::Step) && value.features.is_some()
}

/// Whether there are tokens that a given position may be one of.
fn is_points(draft: &Draft, value: &Value) -> bool {
    is_tokens(draft, value) && !draft.per_choice
}

/// Whether there are several heads, or one, that part the features.
fn has_heads(draft: &Draft, value: &Value) -> bool {
    is_sequence(draft, value) && value.features.is_some_and(|features| features <= 64)
}

fn recurrent(draft: &mut Draft, value: &Value) -> Value {
    let word = *draft.random.one(&["lstm", "gru"]);
    let to = 2 * draft.random.between(1, 16);
    let arrow = draft.arrow(value.features.unwrap_or(1), to);
    let both = draft.one_of(&["bidirectional", "bidirectional = false", "bidirectional = true"]);
    let layers = format!("layers = {}", draft.random.between(1, 2));
    draft.layer(word, &[arrow], vec![both, layers]);
    value.with(to)
}

fn conv(draft: &mut Draft, value: &Value) -> Value {
    let to = draft.random.between(1, 40);
    let arrow = draft.arrow(value.features.unwrap_or(1), to);
    let width = format!("width = {}", draft.random.between(1, 5));
    draft.conv(arrow, width, vec!["padding = same".to_owned(), "stride = 1".to_owned()]);
    value.with(to)
}

/// A convolution after which no place is a token's.
fn narrow_conv(draft: &mut Draft, value: &Value) -> Value {
    let to = draft.random.between(1, 40);
    let arrow = draft.arrow(value.features.unwrap_or(1), to);
    let width = format!("width = {}", draft.random.between(1, 4));
    let keys = match draft.random.below(3) {
        0 => vec!["padding = none"],
        1 => vec!["stride = 2"],
        _ => vec!["padding = none", "stride = 2"],
    };
    draft.wide(arrow, width, keys);
    let axis = value.sequence().unwrap_or(Axis::Token);
    value.replacing(axis, Some(Axis::Step)).with(to)
}

fn attention(draft: &mut Draft, value: &Value) -> Value {
    let heads = draft.heads_of(value);
    draft.needing("attention", Vec::new(), vec![heads]);
    value.clone()
}

fn transformer(draft: &mut Draft, value: &Value) -> Value {
    let heads = draft.heads_of(value);
    let inner = draft.random.between(1, 64);
    let inner = format!("inner = {}", draft.size(inner));
    draft.needing("transformer", Vec::new(), vec![heads, inner]);
    value.clone()
}

fn pool(draft: &mut Draft, value: &Value) -> Value {
    draft.pool();
    value.replacing(value.sequence().unwrap_or(Axis::Token), None)
}

fn at(draft: &mut Draft, value: &Value) -> Value {
    let position = draft.position();
    draft.layer("at", &[position], Vec::new());
    value.replacing(value.sequence().unwrap_or(Axis::Token), None)
}

const POOLS: &[&str] = &["mean", "max", "first", "last", "sum", "mean_sqrt", "attention"];

impl Draft {
    /// `pool KIND`.
    pub(crate) fn pool(&mut self) {
        let kind = self.one_of(POOLS);
        self.layer("pool", &[kind], Vec::new());
    }

    /// A number of heads that divides the features.
    fn heads_of(&mut self, value: &Value) -> String {
        let features = value.features.unwrap_or(1);
        let dividing: Vec<usize> = [1, 2, 4, 8].into_iter().filter(|heads| features.is_multiple_of(*heads)).collect();
        format!("heads = {}", self.random.one(&dividing))
    }

    fn conv(&mut self, arrow: String, width: String, optional: Vec<String>) {
        let mut keys = self.random.some(optional);
        keys.push(width);
        self.needing("conv", vec![arrow], keys);
    }

    fn wide(&mut self, arrow: String, width: String, keys: Vec<&str>) {
        let keys = keys.into_iter().map(str::to_owned).chain([width]).collect();
        self.needing("conv", vec![arrow], keys);
    }

    /// A layer with all of its keys, in any order.
    fn needing(&mut self, word: &str, mut arguments: Vec<String>, mut keys: Vec<String>) {
        self.random.shuffle(&mut keys);
        arguments.extend(keys);
        self.layer(word, &arguments, Vec::new());
    }
}
