//! Losses that are a function of each element's error.

use candle_core::Tensor;

use crate::error::Result;
use crate::head::Target;
use crate::layers::wide;
use crate::losses::part::Part;
use crate::losses::targets::numbers;
use crate::value::Value;

/// The sum over all elements of a function of the error `x - t`; the count is the number of elements.
pub(super) fn error_sum(
    name: &str,
    weight: f64,
    value: &Value,
    targets: &[Target],
    function: impl Fn(&Tensor) -> Result<Tensor>,
) -> Result<Part> {
    let wanted = numbers(name, value, targets)?;
    if wanted.is_empty() {
        return Part::nothing(name, weight, value.tensor().device());
    }
    let count = wanted.len() as f64;
    let found = wide(value.tensor())?;
    let wanted = Tensor::from_vec(wanted, found.shape(), found.device())?.to_dtype(found.dtype())?;
    let sum = function(&(found - wanted)?)?.sum_all()?;
    Ok(Part { name: name.into(), weight, sum, count })
}
