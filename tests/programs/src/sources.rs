//! Where a pipeline or a value starts.

use crate::draft::Draft;
use crate::encoder::{DEPTH, HIDDEN};
use crate::value::{Axis, Value};

/// Every source, and the axes that it adds to those of an example.
const SOURCES: &[(&str, &[Axis])] = &[
    ("pooled", &[]),
    ("pooled fresh", &[]),
    ("cls", &[]),
    ("tokens", &[Axis::Token]),
    ("tokens", &[Axis::Token]),
    ("words", &[Axis::Word]),
    ("words mean", &[Axis::Word]),
    ("layers", &[Axis::Layer(DEPTH), Axis::Token]),
];

impl Draft {
    /// `input SOURCE`, any.
    pub(crate) fn source(&mut self) -> Value {
        self.source_where(|_| true)
    }

    /// Whether there is a source whose value is as wanted.
    pub(crate) fn has_source(&self, wanted: impl Fn(&Value) -> bool) -> bool {
        !self.sources_where(wanted).is_empty()
    }

    /// `input SOURCE`, one whose value is as wanted.
    pub(crate) fn source_where(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        let fitting = self.sources_where(wanted);
        let (word, value) = self.random.one(&fitting).clone();
        self.page.words("input");
        self.page.words(word);
        if self.per_choice {
            self.page.words("per choice");
        }
        self.end();
        value
    }

    fn sources_where(&self, wanted: impl Fn(&Value) -> bool) -> Vec<(&'static str, Value)> {
        let readable = SOURCES.iter().filter(|(word, _)| !(self.per_choice && *word == "layers"));
        readable.map(|(word, axes)| (*word, value(axes, self.per_choice))).filter(|(_, value)| wanted(value)).collect()
    }
}

fn value(added: &[Axis], per_choice: bool) -> Value {
    let is_layer = |axis: &&Axis| matches!(axis, Axis::Layer(_));
    let choice = per_choice.then_some(&Axis::Choice);
    let axes = added.iter().filter(is_layer).chain([&Axis::Batch]).chain(choice).chain(added.iter().filter(|axis| !is_layer(axis)));
    Value::new(axes.copied().collect(), HIDDEN)
}
