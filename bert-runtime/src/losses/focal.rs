//! `focal gamma=2, class_weights=[..]`.

use candle_core::{D, Tensor};

use crate::context::Context;
use crate::error::Result;
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::layers::log_softmax;
use crate::losses::candidates::{Candidates, Pick};
use crate::losses::part::Part;
use crate::losses::weights::{check_class_weights, class_weight, narrow, weighted_sum};
use crate::value::Value;

/// What takes the target itself out of a sum of exponentials: finite, so that no product with it is NaN.
const FLOOR: f64 = -1e30;

/// Cross-entropy in which what is already likely counts less: `-(1 - p)^gamma log p` for the probability `p` of the target.
///
/// From Lin et al., Focal Loss for Dense Object Detection (2017). Axes, targets and class weights are those of
/// [`CrossEntropy`](crate::losses::CrossEntropy), which this is at `gamma` 0; so the count is the number of targets that
/// are not ignored, or the sum of their class weights.
#[derive(Debug, Clone, PartialEq)]
pub struct Focal {
    /// How much less: 0 or more.
    pub gamma: f64,
    /// The class that marks positions without a target.
    pub ignore: i64,
    /// A weight for each class.
    pub class_weights: Option<Vec<f32>>,
}

impl Default for Focal {
    fn default() -> Self {
        Self { gamma: 2.0, ignore: -100, class_weights: None }
    }
}

impl Focal {
    /// The loss of a value, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`](crate::ErrorKind::Target) for targets that do not fit, with the example's number.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        let candidates = Candidates::of(value)?;
        check_class_weights(name, self.class_weights.as_deref(), candidates.widest)?;
        let picked = candidates.picked(name, value, targets, self.ignore)?;
        if picked.is_empty() {
            return Part::nothing(name, weight, value.tensor().device());
        }
        let logs = log_softmax(&candidates.logits(value, &picked)?)?;
        let weights: Vec<f32> = picked.iter().map(|pick| class_weight(self.class_weights.as_deref(), pick.class)).collect();
        let count = weights.iter().copied().map(f64::from).sum();
        let sum = weighted_sum(&self.each(&logs, &picked)?, weights)?;
        Ok(Part { name: name.into(), weight, sum, count })
    }

    /// The loss of each target, `[picked]`, from `log p` `[picked, C]`.
    fn each(&self, logs: &Tensor, picked: &[Pick]) -> Result<Tensor> {
        let classes: Vec<u32> = picked.iter().map(|pick| pick.class as u32).collect();
        let classes = Tensor::from_vec(classes, (picked.len(), 1), logs.device())?;
        let hits = logs.contiguous()?.gather(&classes, 1)?;
        let factor = (log_of_others(logs, &classes)? * self.gamma)?.exp()?;
        Ok((factor * hits)?.neg()?.squeeze(1)?)
    }
}

/// `log(1 - p)`, `[picked, 1]`, as the sum of all other probabilities: `1 - p` itself is 0 long before they are.
fn log_of_others(logs: &Tensor, classes: &Tensor) -> Result<Tensor> {
    let floor = (classes.ones_like()?.to_dtype(logs.dtype())? * FLOOR)?;
    let others = (logs + logs.zeros_like()?.scatter_add(classes, &floor, 1)?)?;
    let greatest = others.detach().max_keepdim(D::Minus1)?;
    Ok((others.broadcast_sub(&greatest)?.exp()?.sum_keepdim(D::Minus1)?.log()? + greatest)?)
}

impl LossRoom for bert_dsl::losses::Focal {
    fn make(&self) -> Objective {
        let class_weights = self.class_weights.as_deref().map(|weights| narrow(weights));
        Objective::one(Focal { gamma: self.gamma, ignore: -100, class_weights }, Focal::part)
    }
}
