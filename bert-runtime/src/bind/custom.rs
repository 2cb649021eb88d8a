//! What a layer of a user's own is told.

use crate::bind::{Binder, Size};
use crate::parameter::{Init, Parameter};

/// The value of a key that a head gives to a layer of a user's own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Setting<'a> {
    /// A number.
    Number(f64),
    /// A word or a text.
    Text(&'a str),
    /// Yes or no.
    Flag(bool),
}

/// What a layer of a user's own is told, and where its parameters come from.
#[derive(Debug)]
pub struct LayerBinder<'b, 'a> {
    binder: &'b mut Binder<'a>,
    path: &'b str,
    from: usize,
    to: usize,
    settings: &'b [(&'b str, Setting<'b>)],
}

impl LayerBinder<'_, '_> {
    /// The layer's path in the head, in front of the names of its parameters.
    pub fn path(&self) -> &str {
        self.path
    }

    /// The feature size that it takes.
    pub fn from(&self) -> usize {
        self.from
    }

    /// The feature size that it gives.
    pub fn to(&self) -> usize {
        self.to
    }

    /// What the head says for a key.
    pub fn setting(&self, key: &str) -> Option<Setting<'_>> {
        self.settings.iter().find(|(known, _)| *known == key).map(|(_, setting)| *setting)
    }

    /// A parameter, named `path.name` in a checkpoint.
    pub fn parameter(&mut self, name: &str, shape: &[usize], init: Init) -> Parameter {
        let shape: Vec<Size> = shape.iter().map(|size| Size::from(*size)).collect();
        self.binder.parameter(&format!("{}.{name}", self.path), &shape, init)
    }

    /// Reports that the layer cannot be made so, in the report of all faults.
    pub fn fault(&mut self, what: impl Into<String>) {
        self.binder.fault(what.into());
    }
}

impl<'a> Binder<'a> {
    /// What a layer of a user's own is told.
    pub fn custom<'b>(&'b mut self, path: &'b str, from: Size, to: Size, settings: &'b [(&'b str, Setting<'b>)]) -> LayerBinder<'b, 'a> {
        let (from, to) = (self.number(from, "the size that it takes"), self.number(to, "the size that it gives"));
        LayerBinder { binder: self, path, from, to, settings }
    }
}
