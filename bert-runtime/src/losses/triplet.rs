//! `triplet margin=M`.

use candle_core::{D, Tensor};

use crate::context::Context;
use crate::error::Result;
use crate::interpret::room::{LossRoom, Objective};
use crate::losses::groups::groups;
use crate::losses::part::Part;
use crate::value::Value;

/// What is added to each difference, as in `torch.nn.functional.pairwise_distance`.
const EPSILON: f64 = 1e-6;

/// Rows 3i, 3i+1 and 3i+2 are an anchor, one like it and one unlike it, which should be farther from it by `margin`.
///
/// The mean over triplets of `max(0, |anchor - like| - |anchor - unlike| + margin)` in Euclidean distance, as
/// `torch.nn.functional.triplet_margin_loss`. The count is the number of triplets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Triplet {
    /// By how much farther: above 0.
    pub margin: f64,
}

impl Default for Triplet {
    fn default() -> Self {
        Self { margin: 1.0 }
    }
}

impl Triplet {
    /// The loss of a value `[batch, D]`, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`](crate::ErrorKind::Target) for a number of rows that three does not divide, and for a value with other axes.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value) -> Result<Part> {
        let Some([anchor, like, unlike]) = groups(name, value, "an anchor, a like and an unlike text")? else {
            return Part::nothing(name, weight, value.tensor().device());
        };
        let excess = ((distances(&anchor, &like)? - distances(&anchor, &unlike)?)? + self.margin)?;
        Ok(Part { name: name.into(), weight, sum: excess.relu()?.sum_all()?, count: anchor.dim(0)? as f64 })
    }
}

/// The distance of each row of one to the same row of the other: `[triplets]`.
fn distances(first: &Tensor, second: &Tensor) -> Result<Tensor> {
    let squares = ((first - second)? + EPSILON)?.sqr()?.sum(D::Minus1)?;
    Ok(squares.sqrt()?)
}

impl LossRoom for bert_dsl::losses::Triplet {
    fn make(&self) -> Objective {
        Objective::alone(Triplet { margin: self.margin }, Triplet::part)
    }
}
