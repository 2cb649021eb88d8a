//! `bce pos_weight=[..]`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::layers::{softplus, wide};
use crate::losses::part::Part;
use crate::losses::targets::{Unit, check_count, fault, features, numbers};
use crate::losses::weights::narrow;
use crate::value::{Rows, Value};

/// Binary cross-entropy of logits with numbers in 0..=1, as `torch.nn.functional.binary_cross_entropy_with_logits`.
///
/// `(1 - t) x + (1 + (w - 1) t) softplus(-x)` for logit `x`, target `t` and positive weight `w`: finite and with a right
/// gradient for every finite logit. A target is a number for each element, or, for `[batch, labels]`, the set of classes
/// that hold. The count is the number of elements.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bce {
    /// A weight for each label's positive targets.
    pub pos_weight: Option<Vec<f32>>,
}

impl Bce {
    /// The loss of a value, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`] for targets that do not fit, with the example's number.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        let wanted = shares(name, value, targets)?;
        if wanted.is_empty() {
            return Part::nothing(name, weight, value.tensor().device());
        }
        let slopes = self.slopes(name, &wanted, features(value))?;
        let logits = wide(value.tensor())?;
        let upload = |numbers: Vec<f32>| Tensor::from_vec(numbers, logits.shape(), logits.device())?.to_dtype(logits.dtype());
        let negatives = (&logits * upload(wanted.iter().map(|wanted| 1.0 - wanted).collect())?)?;
        let positives = (softplus(&logits.neg()?)? * upload(slopes)?)?;
        let sum = (negatives + positives)?.sum_all()?;
        Ok(Part { name: name.into(), weight, sum, count: wanted.len() as f64 })
    }

    /// `1 + (w - 1) t` for each element.
    fn slopes(&self, name: &str, wanted: &[f32], labels: usize) -> Result<Vec<f32>> {
        let Some(weights) = &self.pos_weight else { return Ok(vec![1.0; wanted.len()]) };
        if weights.len() != labels {
            let have = weights.len();
            return Err(Error::new(
                ErrorKind::Target,
                format!("the loss of `{name}` has {have} positive weights, and there are {labels} labels: give one a label"),
            ));
        }
        Ok(wanted.iter().zip(weights.iter().cycle()).map(|(wanted, weight)| 1.0 + (weight - 1.0) * wanted).collect())
    }
}

/// The target of each element, in 0..=1.
fn shares(name: &str, value: &Value, targets: &[Target]) -> Result<Vec<f32>> {
    if is_sets(value, targets) {
        return sets(name, value, targets);
    }
    let wanted = numbers(name, value, targets)?;
    let each = features(value);
    let outside = wanted.iter().position(|number| !(0.0..=1.0).contains(number));
    match outside.and_then(|element| Some((element, Unit::row(value).places(value.layout()).get(element / each).copied()?))) {
        Some((element, place)) => {
            Err(fault(name, place.example, format!("it has {}, and a target is a number from 0 to 1", wanted[element])))
        }
        None => Ok(wanted),
    }
}

fn is_sets(value: &Value, targets: &[Target]) -> bool {
    let one_row_an_example = value.rows() == Rows::Sequence && !value.layout().has_choices();
    one_row_an_example && value.has_features() && targets.iter().all(|target| matches!(target, Target::Classes(_)))
}

fn sets(name: &str, value: &Value, targets: &[Target]) -> Result<Vec<f32>> {
    check_count(name, value.layout(), targets)?;
    let labels = value.width();
    let mut all = vec![0.0; targets.len() * labels];
    for (example, (target, row)) in targets.iter().zip(all.chunks_mut(labels.max(1))).enumerate() {
        let Target::Classes(classes) = target else { continue };
        for class in classes {
            let cell = usize::try_from(*class).ok().and_then(|class| row.get_mut(class));
            *cell.ok_or_else(|| {
                fault(name, example, format!("it has label {class}, and there are {labels} labels: give numbers from 0, below {labels}"))
            })? = 1.0;
        }
    }
    Ok(all)
}

impl LossRoom for bert_dsl::losses::Bce {
    fn make(&self) -> Objective {
        Objective::one(Bce { pos_weight: self.pos_weight.as_deref().map(|weights| narrow(weights)) }, Bce::part)
    }
}
