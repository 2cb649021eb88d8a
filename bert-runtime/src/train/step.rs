//! One step: from some examples to the loss and the gradients.

use std::collections::BTreeMap;
use std::sync::Arc;

use candle_core::Tensor;

use super::cache::Cache;
use super::gradients::Gradients;
use super::model::Model;
use super::order::together;
use super::samples::{Sample, collated};
use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::losses::{Loss, Part};
use crate::value::Layout;

/// What the examples of a step say.
#[derive(Debug)]
pub(super) struct Step {
    /// The mean loss, and that of each part by its output's name.
    pub loss: f64,
    pub parts: BTreeMap<String, f64>,
    pub gradients: Gradients,
    /// How many tokens were read.
    pub tokens: usize,
    /// Whether each loss counted something, so that gradients reach all that is read.
    pub counts: bool,
}

/// What is known of a part before all examples were read.
#[derive(Debug, Default)]
struct Sum {
    loss: f64,
    count: f64,
    weight: f64,
    gradients: Gradients,
}

impl Step {
    /// Reads the examples in so many runs of like size, which together are the same as one.
    pub fn of<M: Model>(model: &M, samples: &[&Sample], runs: usize, way: &Way, cache: Option<&mut Cache>) -> Result<Self> {
        let each = samples.len().div_ceil(runs.max(1)).max(1).next_multiple_of(together(model.head()));
        if each >= samples.len() { Self::at_once(model, samples, way, cache) } else { Self::in_runs(model, samples, each, way, cache) }
    }

    fn at_once<M: Model>(model: &M, samples: &[&Sample], way: &Way, cache: Option<&mut Cache>) -> Result<Self> {
        let (loss, layout) = loss_of(model, samples, 0, &way.cx, cache)?;
        let tokens = layout.total();
        let total = loss.total()?;
        let gradients = way.gradients(&total, model).map_err(|error| error.naming(&layout, LESS))?;
        let part = |part: &Part| Ok((part.name.clone(), f64::from(part.mean()?.to_scalar::<f32>()?)));
        let parts = loss.iter().map(part).collect::<Result<_>>()?;
        let counts = loss.iter().all(|part| part.count > 0.0);
        Ok(Self { loss: f64::from(total.to_scalar::<f32>()?), parts, gradients, tokens, counts })
    }

    /// A mean's divisor is known when all runs are done, so each part's sum has gradients of its own until then.
    fn in_runs<M: Model>(model: &M, samples: &[&Sample], each: usize, way: &Way, mut cache: Option<&mut Cache>) -> Result<Self> {
        let (mut sums, mut tokens, mut first) = (BTreeMap::<String, Sum>::new(), 0, 0);
        for run in samples.chunks(each) {
            let (loss, layout) = loss_of(model, run, first, &way.cx, cache.as_deref_mut())?;
            for part in &loss {
                let sum = sums.entry(part.name.clone()).or_default();
                sum.add(model, way, part).map_err(|error| error.naming(&layout, LESS))?;
            }
            tokens += layout.total();
            first += run.iter().map(|sample| sample.question.encodings.len() as u64).sum::<u64>();
        }
        let counts = sums.values().all(|sum| sum.count > 0.0);
        let mut step = Self { loss: 0.0, parts: BTreeMap::new(), gradients: Gradients::default(), tokens, counts };
        for (name, sum) in sums {
            let divisor = if sum.count > 0.0 { sum.count } else { 1.0 };
            step.loss += sum.weight * sum.loss / divisor;
            step.gradients.add(&sum.gradients, sum.weight / divisor)?;
            step.parts.insert(name, sum.loss / divisor);
        }
        Ok(step)
    }
}

impl Sum {
    fn add<M: Model>(&mut self, model: &M, way: &Way, part: &Part) -> Result<()> {
        self.loss += f64::from(part.sum.to_scalar::<f32>()?);
        self.count += part.count;
        self.weight = part.weight;
        self.gradients.add(&way.gradients(&part.sum, model)?, 1.0)
    }
}

/// How a step runs.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub cx: Context,
    /// What losses are multiplied by before the way back, which their gradients keep.
    pub scale: f64,
}

impl Way {
    fn gradients<M: Model>(&self, loss: &Tensor, model: &M) -> Result<Gradients> {
        if self.scale == 1.0 {
            return Gradients::of(&self.cx, loss, model);
        }
        Gradients::of(&self.cx, &(loss * self.scale)?, model)
    }
}

/// What to do where memory does not suffice.
const LESS: &str = "set a smaller `batch_size`, or a larger `accumulation`, which takes less memory for the same step";

/// The loss of some examples, of which the first text is number `first` of its step, and whose rows they are.
fn loss_of<M: Model>(model: &M, samples: &[&Sample], first: u64, cx: &Context, cache: Option<&mut Cache>) -> Result<(Loss, Arc<Layout>)> {
    let (batch, targets) = collated(model, samples)?;
    let mut batch = batch.with_first_sequence(first);
    if let Some(cache) = cache {
        batch = cache.fill(model, cx, samples, (batch, &targets))?;
    }
    let loss = model.loss(cx, &batch, &targets).map_err(|error| error.naming(batch.layout(), LESS))?;
    if loss.is_empty() {
        return Err(Error::new(ErrorKind::Target, "the examples have no target that a loss of the head knows"));
    }
    Ok((loss, batch.layout().clone()))
}
