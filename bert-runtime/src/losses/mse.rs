//! `mse`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::Result;
use crate::head::Target;
use crate::layers::wide;
use crate::losses::part::Part;
use crate::losses::targets::numbers;
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
        let wanted = numbers(name, value, targets)?;
        if wanted.is_empty() {
            return Part::nothing(name, weight, value.tensor().device());
        }
        let count = wanted.len() as f64;
        let found = wide(value.tensor())?;
        let wanted = Tensor::from_vec(wanted, found.shape(), found.device())?.to_dtype(found.dtype())?;
        let sum = (found - wanted)?.sqr()?.sum_all()?;
        Ok(Part { name: name.into(), weight, sum, count })
    }
}
