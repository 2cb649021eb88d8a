//! The types of values, as the language's page gives them: axes, then usually a number of features.

/// One axis in front of the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Axis {
    Batch,
    Choice,
    /// So many of the encoder's layers.
    Layer(usize),
    Token,
    /// The rows of `words`: tokens to the language, and others than those of `tokens`.
    Word,
    /// What a convolution leaves that gives no place a token.
    Step,
}

/// What a value is: its axes in order, and how many features it has, if it has a feature axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) axes: Vec<Axis>,
    pub(crate) features: Option<usize>,
}

/// The kinds of axes that a pipeline may end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Text,
    Choice,
    Token,
    Pair,
    Step,
    Layer,
}

impl Axis {
    /// Whether a layer over a sequence may run along it.
    pub(crate) fn is_sequence(self) -> bool {
        matches!(self, Self::Token | Self::Word | Self::Step)
    }
}

impl Value {
    pub(crate) fn new(axes: Vec<Axis>, features: usize) -> Self {
        Self { axes, features: Some(features) }
    }

    /// The same axes with another number of features.
    pub(crate) fn with(&self, features: usize) -> Self {
        Self::new(self.axes.clone(), features)
    }

    /// The same without a feature axis.
    pub(crate) fn squeezed(&self) -> Self {
        Self { axes: self.axes.clone(), features: None }
    }

    /// The same with another axis, or none, in the place of one.
    pub(crate) fn replacing(&self, gone: Axis, by: Option<Axis>) -> Self {
        let axes = self.axes.iter().filter_map(|axis| if *axis == gone { by } else { Some(*axis) }).collect();
        Self { axes, features: self.features }
    }

    pub(crate) fn has(&self, axis: Axis) -> bool {
        self.axes.contains(&axis)
    }

    /// How many of the encoder's layers it holds.
    pub(crate) fn layers(&self) -> Option<usize> {
        self.axes.iter().find_map(|axis| if let Axis::Layer(count) = axis { Some(*count) } else { None })
    }

    /// The one axis that a layer over a sequence runs along.
    pub(crate) fn sequence(&self) -> Option<Axis> {
        let mut found = self.axes.iter().copied().filter(|axis| axis.is_sequence());
        let first = found.next();
        if found.next().is_some() || self.layers().is_some() { None } else { first }
    }

    /// What one answer is about.
    pub(crate) fn place(&self) -> Place {
        match self.axes.iter().filter(|axis| matches!(axis, Axis::Token | Axis::Word)).count() {
            _ if self.layers().is_some() => Place::Layer,
            _ if self.has(Axis::Step) => Place::Step,
            0 if self.has(Axis::Choice) => Place::Choice,
            0 => Place::Text,
            1 => Place::Token,
            _ => Place::Pair,
        }
    }
}
