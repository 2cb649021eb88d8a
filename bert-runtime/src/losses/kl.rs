//! `kl`.

use std::ops::Range;

use crate::context::Context;
use crate::error::Result;
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::layers::ragged::Segments;
use crate::layers::{Activation, wide};
use crate::losses::part::Part;
use crate::losses::targets::{Unit, fault, numbers};
use crate::losses::weights::weighted_sum;
use crate::value::Value;

/// How far the sum of a distribution may be from 1: what rounding to half precision or to three digits leaves.
const TOLERANCE: f64 = 1e-2;

/// The divergence of the output's softmax from a distribution: the mean over positions of `sum of t (log t - log p)`.
///
/// As `torch.nn.functional.kl_div` of the logarithm of the softmax, with `reduction="batchmean"` over all positions. The last
/// axis is that of the distribution: the features of a row or, without a feature axis, the choices or the tokens. A target
/// is a number for each element; a position whose numbers are all 0 has no target. The count is the number of positions
/// that have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kl;

impl Kl {
    /// The loss of a value, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`](crate::ErrorKind::Target) for targets that do not fit or are no distributions, with the
    /// example's number.
    pub fn part(&self, name: &str, weight: f64, cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        let shares = numbers(name, value, targets)?;
        let count = check(name, value, &shares)?;
        if count == 0 {
            return Part::nothing(name, weight, value.tensor().device());
        }
        let certain: f64 = shares.iter().map(|&share| entropy(f64::from(share))).sum();
        let logs = Activation::LogSoftmax.forward(cx, &value.with_tensor(wide(value.tensor())?))?;
        let sum = (weighted_sum(logs.tensor(), shares)?.neg()? + certain)?;
        Ok(Part { name: name.into(), weight, sum, count: count as f64 })
    }
}

/// `t log t`, which is 0 at 0.
fn entropy(share: f64) -> f64 {
    if share > 0.0 { share * share.ln() } else { 0.0 }
}

/// How many positions have a distribution.
fn check(name: &str, value: &Value, shares: &[f32]) -> Result<usize> {
    let (unit, positions) = positions(value)?;
    let mut count = 0;
    for (position, place) in positions.into_iter().zip(unit.places(value.layout())) {
        let shares = shares.get(position).unwrap_or_default();
        if let Some(odd) = shares.iter().find(|share| **share < 0.0) {
            return Err(fault(name, place.example, format!("it has {odd}, and a share is 0 or more")));
        }
        let sum: f64 = shares.iter().map(|&share| f64::from(share)).sum();
        if sum != 0.0 && (sum - 1.0).abs() > TOLERANCE {
            return Err(fault(
                name,
                place.example,
                format!("its shares sum to {sum}: a distribution sums to 1, or is 0 throughout for none"),
            ));
        }
        count += usize::from(sum != 0.0);
    }
    Ok(count)
}

/// The elements of each position.
fn positions(value: &Value) -> Result<(Unit, Vec<Range<usize>>)> {
    if !value.has_features() {
        return Ok((Unit::row_but_last_axis(value), Segments::last_axis(value)?.ranges().to_vec()));
    }
    let (rows, width) = (value.tensor().dim(0)?, value.width());
    Ok((Unit::row(value), (0..rows).map(|row| row * width..(row + 1) * width).collect()))
}

impl LossRoom for bert_dsl::losses::Kl {
    fn make(&self) -> Objective {
        Objective::one(Kl, Kl::part)
    }
}
