//! `cross_entropy ignore=-100, class_weights=[..], smoothing=S`.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::layers::ragged::Segments;
use crate::layers::{log_softmax, wide};
use crate::losses::part::Part;
use crate::losses::targets::{Unit, classes, fault};
use crate::value::{Rows, Value};

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
    /// [`ErrorKind::Target`] for targets that do not fit, with the example's number.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        let candidates = Candidates::of(value)?;
        self.check_weights(name, candidates.widest)?;
        let picked = candidates.picked(name, value, targets, self.ignore)?;
        if picked.is_empty() {
            return Part::nothing(name, weight, value.tensor().device());
        }
        let logits = candidates.logits(value, &picked)?;
        let sum = self.sum(&log_softmax(&logits)?, &picked)?;
        let count = picked.iter().map(|pick| f64::from(self.class_weight(pick.class))).sum();
        Ok(Part { name: name.into(), weight, sum, count })
    }

    fn check_weights(&self, name: &str, classes: usize) -> Result<()> {
        match &self.class_weights {
            Some(weights) if weights.len() != classes => {
                let have = weights.len();
                Err(Error::new(
                    ErrorKind::Target,
                    format!("the loss of `{name}` has {have} class weights, and there are {classes} classes: give one a class"),
                ))
            }
            _ => Ok(()),
        }
    }

    fn class_weight(&self, class: usize) -> f32 {
        self.class_weights.as_ref().and_then(|weights| weights.get(class)).copied().unwrap_or(1.0)
    }

    /// `sum of -w[y] ((1 - s) log p[y]) - s / C sum over c of w[c] log p[c]`, from `log p` `[picked, C]`.
    fn sum(&self, logs: &Tensor, picked: &[Pick]) -> Result<Tensor> {
        let classes: Vec<u32> = picked.iter().map(|pick| pick.class as u32).collect();
        let classes = Tensor::from_vec(classes, (picked.len(), 1), logs.device())?;
        let weights = picked.iter().map(|pick| (1.0 - self.smoothing as f32) * self.class_weight(pick.class)).collect();
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
            let weight = f64::from(self.class_weight(class)) * self.smoothing / pick.classes as f64;
            if class < pick.classes { weight as f32 } else { 0.0 }
        };
        picked.iter().flat_map(|pick| (0..width).map(move |class| share(pick, class))).collect()
    }
}

fn weighted_sum(logs: &Tensor, weights: Vec<f32>) -> Result<Tensor> {
    let weights = Tensor::from_vec(weights, logs.shape(), logs.device())?.to_dtype(logs.dtype())?;
    Ok((logs * weights)?.sum_all()?)
}

/// A unit that has a target.
struct Pick {
    unit: usize,
    class: usize,
    classes: usize,
}

/// What each unit chooses from.
struct Candidates {
    unit: Unit,
    segments: Option<Segments>,
    widest: usize,
}

impl Candidates {
    fn of(value: &Value) -> Result<Self> {
        if value.has_features() {
            return Ok(Self { unit: Unit::row(value), segments: None, widest: value.width() });
        }
        let segments = Segments::last_axis(value)?;
        Ok(Self { unit: Unit::row_but_last_axis(value), widest: segments.longest(), segments: Some(segments) })
    }

    /// The units that have a target, checked.
    fn picked(&self, name: &str, value: &Value, targets: &[Target], ignore: i64) -> Result<Vec<Pick>> {
        let found = classes(name, self.unit, value.layout(), targets)?;
        let places = self.unit.places(value.layout());
        let counted = found.into_iter().zip(places).enumerate().filter(|(_, (class, _))| *class != ignore);
        counted
            .map(|(unit, (class, place))| {
                self.pick(value, unit, class).map_err(|what| fault(name, place.example, format!("{what}, or {ignore} for none")))
            })
            .collect()
    }

    fn pick(&self, value: &Value, unit: usize, class: i64) -> Result<Pick, String> {
        let classes = self.segments.as_ref().and_then(|segments| segments.ranges().get(unit)).map_or(self.widest, |range| range.len());
        if !value.has_features() && value.rows() != Rows::Sequence {
            let class = token_at(value, unit, class)
                .ok_or_else(|| format!("its class is {class}, and there is no token: give the position of a token"))?;
            return Ok(Pick { unit, class, classes });
        }
        let valid = usize::try_from(class).ok().filter(|&class| class < classes);
        let class =
            valid.ok_or_else(|| format!("its class is {class}, and there are {classes} classes: give a number from 0, below {classes}"))?;
        Ok(Pick { unit, class, classes })
    }

    /// The logits of the picked units, `[picked, C]`, with a floor where a unit has fewer than `C` to choose from.
    fn logits(&self, value: &Value, picked: &[Pick]) -> Result<Tensor> {
        let Some(segments) = &self.segments else { return wide(&picked_rows(value.tensor(), picked)?) };
        let padded = wide(&segments.pad(value.tensor())?)?;
        let floor = segments.floor(padded.device())?.to_dtype(padded.dtype())?;
        picked_rows(&(padded + floor)?, picked)
    }
}

/// The number, within its sequence, of the token at a column.
fn token_at(value: &Value, unit: usize, column: i64) -> Option<usize> {
    let layout = value.layout();
    let sequence = match value.rows() {
        Rows::Pair => (0..layout.sequences()).find(|&sequence| layout.rows(sequence).contains(&unit))?,
        Rows::Token | Rows::Sequence => unit,
    };
    layout.positions(sequence).binary_search(&u32::try_from(column).ok()?).ok()
}

fn picked_rows(logits: &Tensor, picked: &[Pick]) -> Result<Tensor> {
    if picked.len() == logits.dim(0)? {
        return Ok(logits.clone());
    }
    let units: Vec<u32> = picked.iter().map(|pick| pick.unit as u32).collect();
    let units = Tensor::from_vec(units, picked.len(), logits.device())?;
    Ok(logits.contiguous()?.index_select(&units, 0)?)
}
