//! `cross_entropy ignore=-100, class_weights=[..], smoothing=S`.

use candle_core::{DType, Tensor};

use crate::context::Context;
use crate::error::Result;
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::kernels::operations::Chosen;
use crate::layers::log_softmax;
use crate::losses::candidates::{Candidates, Pick};
use crate::losses::part::Part;
use crate::losses::weights::{check_class_weights, class_weight, narrow, weighted_sum};
use crate::value::Value;

/// Cross-entropy of logits with a class for each remaining position, as `torch.nn.functional.cross_entropy`.
///
/// The last axis is chosen from: the features of `[batch, C]` or `[batch, token, C]`; without a feature axis the choices of
/// an example (`[batch, choice]`) or the tokens of a sequence (`[batch, token]`, a class being a token's column), of
/// which each may have its own number.
///
/// The count is the number of targets that are not ignored, or the sum of their class weights.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossEntropy {
    /// The class that marks positions without a target.
    pub ignore: i64,
    /// A weight for each class.
    pub class_weights: Option<Vec<f32>>,
    /// The share of a target that is spread over all classes, in 0..=1.
    pub smoothing: f64,
}

impl Default for CrossEntropy {
    fn default() -> Self {
        Self { ignore: -100, class_weights: None, smoothing: 0.0 }
    }
}

impl CrossEntropy {
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
        let logits = candidates.logits(value, &picked)?;
        let sum = match self.fused(&logits, &picked)? {
            Some(sum) => sum,
            None => self.sum(&log_softmax(&logits)?, &picked)?,
        };
        let count = picked.iter().map(|pick| f64::from(class_weight(self.class_weights.as_deref(), pick.class))).sum();
        Ok(Part { name: name.into(), weight, sum, count })
    }

    /// The same sum by the CPU's kernel, which keeps no `log p`, where nothing is smoothed.
    fn fused(&self, logits: &Tensor, picked: &[Pick]) -> Result<Option<Tensor>> {
        if self.smoothing > 0.0 || !logits.device().is_cpu() || logits.dtype() != DType::F32 {
            return Ok(None);
        }
        let hits = logits.contiguous()?.apply_op1(Chosen(picked.iter().map(|pick| pick.class as u32).collect()))?;
        let weights = picked.iter().map(|pick| class_weight(self.class_weights.as_deref(), pick.class)).collect();
        Ok(Some(weighted_sum(&hits, weights)?.neg()?))
    }

    /// `sum of -w[y] ((1 - s) log p[y]) - s / C sum over c of w[c] log p[c]`, from `log p` `[picked, C]`.
    fn sum(&self, logs: &Tensor, picked: &[Pick]) -> Result<Tensor> {
        let classes: Vec<u32> = picked.iter().map(|pick| pick.class as u32).collect();
        let classes = Tensor::from_vec(classes, (picked.len(), 1), logs.device())?;
        let weights =
            picked.iter().map(|pick| (1.0 - self.smoothing as f32) * class_weight(self.class_weights.as_deref(), pick.class)).collect();
        let hits = logs.contiguous()?.gather(&classes, 1)?.squeeze(1)?;
        let sum = weighted_sum(&hits, weights)?;
        if self.smoothing == 0.0 {
            return Ok(sum.neg()?);
        }
        Ok((sum + weighted_sum(logs, self.spread(logs, picked))?)?.neg()?)
    }

    /// What smoothing gives to each class of each row: nothing past the classes that the row has.
    fn spread(&self, logs: &Tensor, picked: &[Pick]) -> Vec<f32> {
        let width = logs.dims().last().copied().unwrap_or(0);
        let share = |pick: &Pick, class| {
            let weight = f64::from(class_weight(self.class_weights.as_deref(), class)) * self.smoothing / pick.classes as f64;
            if class < pick.classes { weight as f32 } else { 0.0 }
        };
        picked.iter().flat_map(|pick| (0..width).map(move |class| share(pick, class))).collect()
    }
}

impl LossRoom for bert_dsl::losses::CrossEntropy {
    fn make(&self) -> Objective {
        let class_weights = self.class_weights.as_deref().map(|weights| narrow(weights));
        Objective::one(CrossEntropy { ignore: self.ignore, class_weights, smoothing: self.smoothing }, CrossEntropy::part)
    }
}
