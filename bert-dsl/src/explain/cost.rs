//! What a layer costs, in multiply-adds: those of products with its parameters and of weighted sums. Sums, activations and norms are next to
//! nothing beside them and do not count.

use std::collections::BTreeMap;
use std::fmt;

use super::sizes::Sizes;
use crate::dim::{Dim, DimError};
use crate::ir::{LayerUse, Step};
use crate::layers::{Form, Weight};
use crate::shape::{Axis, Type};

/// The multiply-adds of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cost {
    /// For each row of what it reads.
    pub row: Dim,
    /// For each pair of a text's tokens.
    pub pair: Dim,
}

impl Cost {
    /// So many for each row.
    pub fn of_row(row: Dim) -> Self {
        Self { row, pair: Dim::number(0) }
    }

    /// One for each number of the matrices that each row is multiplied by.
    ///
    /// # Errors
    /// A number beyond any size.
    pub fn of_matrices(weights: &[Weight]) -> Result<Self, DimError> {
        let mut sum = Dim::number(0);
        for weight in weights.iter().filter(|weight| weight.shape.len() > 1) {
            sum = sum.plus(&elements(&weight.shape)?)?;
        }
        Ok(Self::of_row(sum))
    }
}

/// How many numbers a tensor of this shape has.
///
/// # Errors
/// A number beyond any size.
pub(crate) fn elements(shape: &[Dim]) -> Result<Dim, DimError> {
    shape.iter().try_fold(Dim::number(1), |product, size| product.times(size))
}

/// What multiply-adds are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Per {
    /// A text, or an example.
    Text,
    /// One text of several.
    Choice,
    /// A token.
    Token,
    /// A token in each layer of the encoder.
    TokenAndLayer,
    /// What a convolution leaves of the tokens.
    Step,
    /// Two tokens of one text.
    Pair,
}

impl Per {
    /// The rows of a value.
    fn row(of: &Type) -> Self {
        match (of.tokens(), of.layers(), of.has(&Axis::Step), of.has(&Axis::Choice)) {
            (2.., ..) => Self::Pair,
            (1, Some(_), ..) => Self::TokenAndLayer,
            (1, None, ..) => Self::Token,
            (_, _, true, _) => Self::Step,
            (_, _, _, true) => Self::Choice,
            _ => Self::Text,
        }
    }
}

impl fmt::Display for Per {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text",
            Self::Choice => "a choice",
            Self::Token => "a token",
            Self::TokenAndLayer => "a token and layer",
            Self::Step => "a step",
            Self::Pair => "a pair of tokens",
        })
    }
}

/// Multiply-adds, by what they are counted for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    counts: BTreeMap<Per, Dim>,
    /// Whether there is a layer of the user's own, of which nothing is known.
    pub partly_unknown: bool,
}

impl Work {
    /// Of one layer.
    pub(super) fn of(used: &LayerUse) -> Self {
        let mut work = Self::default();
        match used.layer.room().cost(&used.input) {
            Some(cost) => {
                work.add(Per::row(rows(used)), &cost.row);
                work.add(Per::Pair, &cost.pair);
            }
            None => work.partly_unknown = true,
        }
        work
    }

    /// Of all these steps and what is in them.
    pub(super) fn of_steps(steps: &[Step]) -> Self {
        let mut work = Self::default();
        for step in steps {
            match step {
                Step::Layer(used) => work.join(&Self::of(used)),
                Step::Block { steps, .. } | Step::Let { steps, .. } => work.join(&Self::of_steps(steps)),
                Step::Select { .. } => {}
            }
        }
        work
    }

    /// With so many more.
    pub(super) fn add(&mut self, per: Per, count: &Dim) {
        let sum = self.counts.entry(per).or_insert_with(|| Dim::number(0));
        match sum.plus(count) {
            Ok(more) => *sum = more,
            Err(_) => self.partly_unknown = true,
        }
        self.counts.retain(|_, count| count.as_number() != Some(0));
    }

    /// With those of other work.
    pub(super) fn join(&mut self, other: &Self) {
        other.counts.iter().for_each(|(per, count)| self.add(*per, count));
        self.partly_unknown |= other.partly_unknown;
    }

    /// How many, by what they are counted for.
    pub fn counts(&self) -> impl Iterator<Item = (Per, &Dim)> {
        self.counts.iter().map(|(per, count)| (*per, count))
    }

    /// As words: `1,536 multiply-adds a text`.
    pub(crate) fn told(&self, sizes: &Sizes) -> Option<String> {
        let mut parts: Vec<String> = self.counts.iter().map(|(per, count)| format!("{} {per}", sizes.told(count))).collect();
        if let Some(first) = parts.first_mut() {
            *first = first.replacen(" a ", " multiply-adds a ", 1);
        }
        parts.extend(self.partly_unknown.then(|| "those of your own layer".to_owned()));
        (!parts.is_empty()).then(|| parts.join(", and "))
    }
}

/// The value whose rows a layer works on.
fn rows(used: &LayerUse) -> &Type {
    let combined = used.layer.form() == Form::Combined;
    match used.operands.first() {
        Some(operand) if combined => &operand.ty,
        _ if used.output.sequence().is_some() && used.input.layers().is_none() => &used.output,
        _ => &used.input,
    }
}
