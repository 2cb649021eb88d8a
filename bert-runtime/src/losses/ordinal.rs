//! `ordinal`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::layers::{softplus, wide};
use crate::losses::part::Part;
use crate::losses::targets::{Unit, classes, fault};
use crate::losses::weights::weighted_sum;
use crate::value::Value;

/// The rank of a place that has none.
const IGNORED: i64 = -100;

/// The mean binary cross-entropy of "the rank is above threshold k", for `R` ranks and the `R - 1` thresholds between them.
///
/// The last axis has a logit a threshold, and a target is a rank from 0, below `R`; -100 is none. From Niu et al.,
/// Ordinal Regression with Multiple Output CNN (2016). The count is the number of thresholds of all places with a rank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ordinal;

impl Ordinal {
    /// The loss of a value `[.., R - 1]`, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`] for targets that do not fit, with the example's number, and a value without thresholds.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        if !value.has_features() {
            return Err(Error::new(ErrorKind::Target, format!("`ordinal` wants the last axis of `{name}` to have a logit a threshold")));
        }
        let ranks = ranks(name, value, targets)?;
        let count = ranks.iter().flatten().count() * value.width();
        if count == 0 {
            return Part::nothing(name, weight, value.tensor().device());
        }
        let logits = wide(value.tensor())?;
        let passed = each(&ranks, value.width(), |rank, threshold| f32::from(rank > threshold));
        let passed = Tensor::from_vec(passed, logits.shape(), logits.device())?.to_dtype(logits.dtype())?;
        let losses = (softplus(&logits)? - (&logits * passed)?)?;
        let sum = weighted_sum(&losses, each(&ranks, value.width(), |_, _| 1.0))?;
        Ok(Part { name: name.into(), weight, sum, count: count as f64 })
    }
}

/// A number for each threshold of each row, 0 where the row has no rank.
fn each(ranks: &[Option<usize>], thresholds: usize, number: impl Fn(usize, usize) -> f32) -> Vec<f32> {
    let of = |rank: Option<usize>, threshold| rank.map_or(0.0, |rank| number(rank, threshold));
    ranks
        .iter()
        .flat_map(|&rank| (0..thresholds).map(move |threshold| (rank, threshold)))
        .map(|(rank, threshold)| of(rank, threshold))
        .collect()
}

/// The rank of each row, checked.
fn ranks(name: &str, value: &Value, targets: &[Target]) -> Result<Vec<Option<usize>>> {
    let (unit, layout, thresholds) = (Unit::row(value), value.layout(), value.width());
    let rank = |(class, place): (i64, crate::losses::targets::Place)| match usize::try_from(class) {
        Ok(rank) if rank <= thresholds => Ok(Some(rank)),
        Err(_) if class == IGNORED => Ok(None),
        _ => {
            let what = format!("its rank is {class}, and there are {thresholds} thresholds: give a number from 0 to {thresholds}");
            Err(fault(name, place.example, format!("{what}, or {IGNORED} for none")))
        }
    };
    classes(name, unit, layout, targets)?.into_iter().zip(unit.places(layout)).map(rank).collect()
}

impl LossRoom for bert_dsl::losses::Ordinal {
    fn make(&self) -> Objective {
        Objective::one(Ordinal, Ordinal::part)
    }
}
