//! The loss of one pipeline, and their total.

mod loss;

pub use loss::Loss;

use candle_core::{DType, Device, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::head::Targets;

/// The loss of one pipeline on a batch, as a sum over what counts and how much that is.
///
/// The parts of small batches add up to the part of a large one: sum with sum, count with count.
#[derive(Debug, Clone)]
pub struct Part {
    /// The output's name, by which the part is reported.
    pub name: String,
    /// What the mean is multiplied by in the total.
    pub weight: f64,
    /// The summed loss, a scalar in f32 that gradients flow from.
    pub sum: Tensor,
    /// What to divide by for the mean: a number of positions or elements, or the sum of their class weights.
    pub count: f64,
}

impl Part {
    /// A part in which nothing counts: every target is ignored.
    ///
    /// # Errors
    /// What candle says of the allocation.
    pub(super) fn nothing(name: &str, weight: f64, device: &Device) -> Result<Self> {
        Ok(Self { name: name.into(), weight, sum: Tensor::zeros((), DType::F32, device)?, count: 0.0 })
    }

    /// The mean loss, a scalar; 0 where nothing counts, where PyTorch has NaN.
    ///
    /// # Errors
    /// What candle says of the division.
    pub fn mean(&self) -> Result<Tensor> {
        let divisor = if self.count > 0.0 { self.count } else { 1.0 };
        Ok((&self.sum / divisor)?)
    }
}

/// The training objective: the sum of each part's mean times its weight, a scalar.
///
/// ```
/// use bert_runtime::losses::{Part, total};
/// use candle_core::{Device, Tensor};
///
/// let part = |sum: f32, weight, count| Part { name: "logits".into(), weight, sum: Tensor::new(sum, &Device::Cpu).unwrap(), count };
/// let loss = total(&[part(6.0, 1.0, 3.0), part(8.0, 0.5, 2.0)])?;
/// assert_eq!(loss.to_scalar::<f32>()?, 4.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// What candle says of the sum.
pub fn total(parts: &[Part]) -> Result<Tensor> {
    let mut weighted = parts.iter().map(|part| Ok((part.mean()? * part.weight)?));
    let first = weighted.next().unwrap_or_else(|| Ok(Tensor::zeros((), DType::F32, &Device::Cpu)?));
    weighted.fold(first, |sum, part| Ok((sum? + part?)?))
}

/// The parts of a head with several losses, of which a batch may have targets for some; one at least.
///
/// # Errors
/// No target that any of the losses knows; the message lists the targets that there are.
pub fn some_parts(parts: Vec<Part>, targets: &Targets) -> Result<Vec<Part>> {
    if parts.is_empty() {
        let have = targets.names().collect::<Vec<_>>().join(", ");
        return Err(Error::new(ErrorKind::Target, format!("none of the head's losses has a target in this batch, which has [{have}]")));
    }
    Ok(parts)
}

/// The error of training a head that has no loss.
pub fn no_loss(head: &str) -> Error {
    Error::new(
        ErrorKind::Target,
        format!("the head `{head}` has no `loss`, so it cannot be trained: add one, such as `loss cross_entropy;`"),
    )
}
