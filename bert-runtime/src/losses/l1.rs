//! `l1`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::Result;
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::losses::elements::error_sum;
use crate::losses::part::Part;
use crate::value::Value;

/// The mean of `|x - t|` over all elements, as `torch.nn.functional.l1_loss`. The count is the number of elements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct L1;

impl L1 {
    /// The loss of a value, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`](crate::ErrorKind::Target) for targets that do not fit, with the example's number.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        error_sum(name, weight, value, targets, absolute)
    }
}

/// `|error|`, with the gradient 0 at 0: candle's own `abs` has 1 there.
fn absolute(error: &Tensor) -> Result<Tensor> {
    Ok((error * error.detach().sign()?)?)
}

impl LossRoom for bert_dsl::losses::L1 {
    fn make(&self) -> Objective {
        Objective::one(L1, L1::part)
    }
}
