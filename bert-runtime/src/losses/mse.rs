//! `mse`.

use crate::context::Context;
use crate::error::Result;
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::losses::elements::error_sum;
use crate::losses::part::Part;
use crate::value::Value;

/// The mean of `(x - t)^2` over all elements, as `torch.nn.functional.mse_loss`. The count is the number of elements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mse;

impl Mse {
    /// The loss of a value, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`](crate::ErrorKind::Target) for targets that do not fit, with the example's number.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        error_sum(name, weight, value, targets, |error| Ok(error.sqr()?))
    }
}

impl LossRoom for bert_dsl::losses::Mse {
    fn make(&self) -> Objective {
        Objective::one(Mse, Mse::part)
    }
}
