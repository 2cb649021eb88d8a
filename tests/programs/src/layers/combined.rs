//! Values with names, and the layers that combine them.

use super::Row;
use crate::draft::{Draft, Named};
use crate::value::{Axis, Place, Value};

pub(super) const ROWS: &[Row] = &[Row { fits: may_combine, write: joined, weight: 4 }, Row { fits: may_pair, write: biaffine, weight: 2 }];

fn may_combine(draft: &Draft, value: &Value) -> bool {
    value.features.is_some() && draft.depth < 2
}

fn may_pair(draft: &Draft, value: &Value) -> bool {
    may_combine(draft, value) && value.place() == Place::Token && !value.has(Axis::Choice)
}

/// `concat`, `add`, `sub`, `mul` or `bilinear` of values with equal axes.
fn joined(draft: &mut Draft, value: &Value) -> Value {
    let word = *draft.random.one(&["concat", "add", "sub", "mul", "bilinear"]);
    let folds = value.place() == Place::Token && draft.random.once_in(2);
    let first = draft.named_value(value, folds);
    let size = first.value.features.unwrap_or(1);
    match word {
        "concat" => draft.concat(first, value),
        "bilinear" => {
            let second = draft.partner(&first.value, value, None);
            let to = draft.random.between(1, 12);
            draft.paired("bilinear", &first, &second, to);
            first.value.with(to)
        }
        word => {
            let second = draft.partner(&first.value, value, Some(size));
            draft.layer(word, &[first.name, second.name], Vec::new());
            first.value
        }
    }
}

/// `biaffine a, b -> N`: a score, or several, for each pair of tokens.
fn biaffine(draft: &mut Draft, value: &Value) -> Value {
    let first = draft.named_value(value, false);
    let second = draft.partner(&first.value, value, None);
    let to = draft.random.between(1, 8);
    draft.paired("biaffine", &first, &second, to);
    let mut axes = first.value.axes;
    axes.extend(value.sequence());
    Value::new(axes, to)
}

/// Whether a source's value gets these axes by choosing a layer, folding the tokens, both or neither.
fn leads_to(source: &Value, like: &Value) -> bool {
    let axes = if source.layers().is_some() { &source.axes[1..] } else { &source.axes[..] };
    axes == like.axes || (!like.axes.iter().any(|axis| axis.is_sequence() || matches!(axis, Axis::Layer(_))) && source.sequence().is_some())
}

impl Draft {
    fn concat(&mut self, first: Named, from: &Value) -> Value {
        let mut parts = vec![first];
        while parts.len() < 2 || self.random.once_in(3) {
            let next = self.partner(&parts[0].value, from, None);
            parts.push(next);
        }
        let size = parts.iter().filter_map(|part| part.value.features).sum();
        let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
        self.layer("concat", &names, Vec::new());
        parts[0].value.with(size)
    }

    /// `WORD a, b -> N`, where a comma may stand before the arrow.
    fn paired(&mut self, word: &str, first: &Named, second: &Named, to: usize) {
        let (size, comma) = (self.size(to), self.one_of(&["", ","]));
        self.layer(word, &[first.name.clone(), format!("{} {comma} -> {size}", second.name)], Vec::new());
    }

    /// `let NAME = { .. }`, from the value that flows; its tokens are folded on the way or not.
    fn named_value(&mut self, value: &Value, folds: bool) -> Named {
        self.binding(|draft| draft.on_the_way(value, folds))
    }

    /// Layers or none, with a fold among them or none.
    fn on_the_way(&mut self, value: &Value, folds: bool) -> Value {
        let mut value = value.clone();
        if self.random.once_in(2) {
            value = self.keeping(&value);
        }
        if folds {
            self.pool();
            value = value.replacing(value.sequence().unwrap_or(Axis::Token), None);
        }
        if self.random.once_in(2) {
            value = self.keeping(&value);
        }
        value
    }

    /// A value with the axes of another: one that there is, what is given, or a new one.
    fn partner(&mut self, like: &Value, from: &Value, size: Option<usize>) -> Named {
        let fits =
            |value: &Value| value.axes == like.axes && value.features.is_some() && size.is_none_or(|size| value.features == Some(size));
        let known: Vec<Named> = self.values.iter().filter(|named| fits(&named.value)).cloned().collect();
        match self.random.below(6) {
            0 if !known.is_empty() => self.random.one(&known).clone(),
            1 if like.axes == [Axis::Batch] && !self.per_choice => {
                let (name, value) = self.features(size);
                Named { name, value }
            }
            2 | 3 if self.has_source(|value| leads_to(value, like)) => self.sourced_value(like, size),
            _ => {
                let folds = like.axes != from.axes;
                self.binding(|draft| {
                    let value = draft.on_the_way(from, folds);
                    draft.sized(value, size)
                })
            }
        }
    }

    /// `let NAME = { input SOURCE; .. }`, with the axes of another value.
    fn sourced_value(&mut self, like: &Value, size: Option<usize>) -> Named {
        self.binding(|draft| {
            let value = draft.source_where(|value| leads_to(value, like));
            let value = if value.layers().is_some() { draft.without_layers(&value) } else { value };
            let folds = value.axes != like.axes;
            let value = draft.on_the_way(&value, folds);
            draft.sized(value, size)
        })
    }

    /// The same, with a number of features if one is wanted.
    fn sized(&mut self, value: Value, size: Option<usize>) -> Value {
        match size {
            Some(size) if value.features != Some(size) => self.linear_to(&value, size),
            _ => value,
        }
    }

    fn binding(&mut self, inside: impl FnOnce(&mut Self) -> Value) -> Named {
        let name = self.names.value(&mut self.random, &self.scope);
        self.page.put("let");
        self.page.put(name.as_str());
        self.page.put("=");
        let value = self.block(std::slice::from_ref(&name), inside);
        let named = Named { name, value };
        self.values.push(named.clone());
        named
    }
}
