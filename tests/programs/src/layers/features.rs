//! Layers on the feature axis alone.

use super::Row;
use crate::OWN_LAYER;
use crate::draft::Draft;
use crate::encoder::{HIDDEN, VOCAB};
use crate::value::Value;

pub(super) const ROWS: &[Row] = &[
    Row { fits: has_features, write: linear, weight: 4 },
    Row { fits: always, write: activation, weight: 3 },
    Row { fits: has_features, write: softmax, weight: 1 },
    Row { fits: always, write: dropout, weight: 2 },
    Row { fits: has_features, write: norm, weight: 2 },
    Row { fits: always, write: scale, weight: 1 },
    Row { fits: takes_own, write: own, weight: 1 },
];

const ACTIVATIONS: &[&str] =
    &["gelu", "gelu_new", "relu", "silu", "tanh", "sigmoid", "log1p", "abs", "softplus", "elu", "leaky_relu", "activation"];

fn always(_draft: &Draft, _value: &Value) -> bool {
    true
}

fn has_features(_draft: &Draft, value: &Value) -> bool {
    value.features.is_some()
}

fn takes_own(draft: &Draft, value: &Value) -> bool {
    draft.drawn.own_layer && value.features.is_some()
}

fn linear(draft: &mut Draft, value: &Value) -> Value {
    let to = draft.some_size();
    draft.linear_to(value, to)
}

fn activation(draft: &mut Draft, value: &Value) -> Value {
    let word = *draft.random.one(ACTIVATIONS);
    if word == "log1p" {
        draft.layer("abs", &[], Vec::new());
    }
    draft.layer(word, &[], Vec::new());
    value.clone()
}

fn softmax(draft: &mut Draft, value: &Value) -> Value {
    let word = *draft.random.one(&["softmax", "log_softmax"]);
    draft.layer(word, &[], Vec::new());
    value.clone()
}

fn dropout(draft: &mut Draft, value: &Value) -> Value {
    let rate = *draft.random.one(&["", "0.1", "0", "5e-1", "0.25"]);
    let positional = if rate.is_empty() { Vec::new() } else { vec![rate.to_owned()] };
    draft.layer("dropout", &positional, Vec::new());
    value.clone()
}

fn norm(draft: &mut Draft, value: &Value) -> Value {
    let word = *draft.random.one(&["layer_norm", "rms_norm", "normalize"]);
    let keys = if word == "normalize" { Vec::new() } else { vec![format!("eps = {}", draft.random.one(&["1e-5", "0.001", "1e-12"]))] };
    draft.layer(word, &[], keys);
    value.clone()
}

fn scale(draft: &mut Draft, value: &Value) -> Value {
    let by = draft.one_of(&["learned", "2", "0.5", "- 1.5", "1e-1"]);
    draft.layer("scale", &[by], Vec::new());
    value.clone()
}

fn own(draft: &mut Draft, value: &Value) -> Value {
    let to = if draft.random.once_in(2) { value.features.unwrap_or(1) } else { draft.random.between(1, 40) };
    let arrow = draft.arrow(value.features.unwrap_or(1), to);
    let keys = vec![format!("gates = {}", draft.random.between(1, 3)), "mode = soft".to_owned(), draft.one_of(&["deep", "deep = false"])];
    draft.layer(OWN_LAYER, &[arrow], keys);
    value.with(to)
}

impl Draft {
    /// `linear [FROM] -> TO`.
    pub(crate) fn linear_to(&mut self, value: &Value, to: usize) -> Value {
        let size = self.size(to);
        self.linear_as(value, &size);
        value.with(to)
    }

    /// `linear [FROM] -> TO`, where TO is written already.
    pub(crate) fn linear_as(&mut self, value: &Value, to: &str) {
        let arrow = self.arrow_to(value.features.unwrap_or(1), to);
        let bias = self.one_of(&["bias = false", "bias", "bias = true"]);
        self.layer("linear", &[arrow], vec![bias]);
    }

    /// `linear hidden -> vocab`, with the encoder's own weights or its own.
    pub(crate) fn vocabulary(&mut self, value: &Value) {
        let path = self.names.scope(&mut self.random, &self.scope);
        if self.names.take_in(&path, "bias") && self.random.once_in(2) {
            let value = if value.features == Some(HIDDEN) { value.clone() } else { self.linear_to(value, HIDDEN) };
            let arrow = self.arrow_to(value.features.unwrap_or(1), "vocab");
            self.path(&path);
            self.block(&path, |draft| {
                draft.layer("linear", &[arrow, "tied = word_embeddings".to_owned()], Vec::new());
                value.with(VOCAB)
            });
        } else {
            self.linear_as(value, "vocab");
        }
    }
}
