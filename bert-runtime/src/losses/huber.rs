//! `huber delta=D`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::Result;
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::losses::elements::error_sum;
use crate::losses::part::Part;
use crate::value::Value;

/// The mean over all elements of `e^2 / 2` for errors `e = x - t` up to `delta`, and `delta (|e| - delta / 2)` beyond, as
/// `torch.nn.functional.huber_loss`. The count is the number of elements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Huber {
    /// Where the square goes over into a line: above 0.
    pub delta: f64,
}

impl Default for Huber {
    fn default() -> Self {
        Self { delta: 1.0 }
    }
}

impl Huber {
    /// The loss of a value, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`](crate::ErrorKind::Target) for targets that do not fit, with the example's number.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        error_sum(name, weight, value, targets, |error| bent(error, self.delta))
    }
}

/// `c (e - c / 2)` for the error `c` cut off at `delta`, a constant: its value is Huber's, and so is its gradient, `c`.
fn bent(error: &Tensor, delta: f64) -> Result<Tensor> {
    let cut = error.detach().clamp(-delta, delta)?;
    Ok(((error - (&cut / 2.0)?)? * cut)?)
}

impl LossRoom for bert_dsl::losses::Huber {
    fn make(&self) -> Objective {
        Objective::one(Huber { delta: self.delta }, Huber::part)
    }
}
