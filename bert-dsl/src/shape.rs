//! The axes of a value: what the compiler reasons and explains with.

use std::fmt;

use crate::dim::Dim;

/// One axis of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Axis {
    /// The examples.
    Batch,
    /// The texts of an example, as in multiple choice.
    Choice,
    /// The encoder's layers, and how many.
    Layer(Dim),
    /// The tokens of a text, padding aside.
    Token,
    /// What a convolution without padding or with a stride leaves of the tokens: places in a text that are no tokens.
    Step,
    /// The numbers that describe one thing, and how many.
    Feature(Feature),
}

/// A feature axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// How many numbers.
    pub size: Dim,
    /// The label set by whose name the size is written, if it is.
    pub set: Option<usize>,
}

/// The axes of a value, in order; or that nothing is known of it, because of an error that was reported already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// The axes.
    Axes(Vec<Axis>),
    /// Anything: whatever is asked of it, the answer is yes.
    Unknown,
}

impl Type {
    /// `axes`, then a feature axis of a size.
    pub fn new(mut axes: Vec<Axis>, size: Dim) -> Self {
        axes.push(Axis::Feature(Feature { size, set: None }));
        Self::Axes(axes)
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }

    /// The axes; none where nothing is known.
    pub fn axes(&self) -> &[Axis] {
        match self {
            Self::Axes(axes) => axes,
            Self::Unknown => &[],
        }
    }

    /// How many token axes there are.
    pub fn tokens(&self) -> usize {
        self.axes().iter().filter(|axis| **axis == Axis::Token).count()
    }

    /// The axis that a layer over a sequence runs along, where there is one: tokens, or what a convolution left of them.
    pub fn sequence(&self) -> Option<&Axis> {
        let mut found = self.axes().iter().filter(|axis| matches!(axis, Axis::Token | Axis::Step));
        let first = found.next();
        if found.next().is_some() { None } else { first }
    }

    /// How many of the encoder's layers there are, where it has an axis of them.
    pub fn layers(&self) -> Option<&Dim> {
        self.axes().iter().find_map(|axis| match axis {
            Axis::Layer(count) => Some(count),
            Axis::Batch | Axis::Choice | Axis::Token | Axis::Step | Axis::Feature(_) => None,
        })
    }

    /// The same with another axis in the place of one.
    #[must_use]
    pub fn replacing(&self, gone: &Axis, by: Option<Axis>) -> Self {
        let replaced = |axis: &Axis| if axis == gone { by.clone() } else { Some(axis.clone()) };
        match self {
            Self::Unknown => Self::Unknown,
            Self::Axes(axes) => Self::Axes(axes.iter().filter_map(replaced).collect()),
        }
    }

    /// Whether it has this axis.
    pub fn has(&self, axis: &Axis) -> bool {
        self.axes().contains(axis)
    }

    /// The feature axis at the end, if there is one.
    pub fn feature(&self) -> Option<&Feature> {
        match self.axes().last() {
            Some(Axis::Feature(feature)) => Some(feature),
            _ => None,
        }
    }

    /// The axes in front of the feature axis.
    pub fn positions(&self) -> &[Axis] {
        let axes = self.axes();
        &axes[..axes.len() - usize::from(self.feature().is_some())]
    }

    /// The same axes with another feature axis.
    #[must_use]
    pub fn with_feature(&self, feature: Option<Feature>) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Axes(_) => Self::Axes(self.positions().iter().cloned().chain(feature.map(Axis::Feature)).collect()),
        }
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Batch => f.write_str("batch"),
            Self::Choice => f.write_str("choice"),
            Self::Layer(_) => f.write_str("layer"),
            Self::Token => f.write_str("token"),
            Self::Step => f.write_str("step"),
            Self::Feature(feature) => feature.size.fmt(f),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("[?]"),
            Self::Axes(axes) => write!(f, "[{}]", axes.iter().map(Axis::to_string).collect::<Vec<_>>().join(", ")),
        }
    }
}
