//! Which evaluation is the best, and when it is of no use to go on.

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::Tensor;

use super::checkpoint::{Best, Read, State};
use crate::error::{Error, ErrorKind, Result};
use crate::metrics::Scores;
use crate::parameter::Parameter;

/// Compares evaluations by one of the things that they measure.
#[derive(Debug)]
pub(super) struct Monitor {
    metric: String,
    patience: Option<u64>,
    /// The weights of the best, where no folder keeps them.
    weights: BTreeMap<String, Tensor>,
}

impl Monitor {
    pub fn new(metric: Option<String>, patience: Option<u64>, measures: bool) -> Result<Self> {
        if !measures && (metric.is_some() || patience.is_some()) {
            return Err(Error::new(ErrorKind::Input, "evaluations are to be compared, and there are no dev examples: give some"));
        }
        Ok(Self { metric: metric.unwrap_or_else(|| "loss".to_owned()), patience, weights: BTreeMap::new() })
    }

    /// Takes down what an evaluation measured.
    ///
    /// # Errors
    /// A metric that is not among it.
    pub fn look(&mut self, state: &mut State, measured: &Scores, parameters: &[&Parameter], keeps: bool) -> Result<()> {
        let Some(score) = measured.score(&self.metric) else {
            let names: Vec<&str> = measured.iter().map(|score| score.name.as_str()).collect();
            let what = format!("evaluations do not measure `{}`: they measure {}", self.metric, names.join(", "));
            return Err(Error::new(ErrorKind::Input, what));
        };
        if state.best.as_ref().is_some_and(|best| !score.better.is_better(score.value, best.value)) {
            state.worse += 1;
            return Ok(());
        }
        state.best = Some(Best { metric: self.metric.clone(), value: score.value, step: state.step });
        state.worse = 0;
        if keeps {
            let copy = |parameter: &&Parameter| Some(Ok((parameter.name().to_owned(), parameter.var()?.copy().ok()?)));
            self.weights = parameters.iter().filter_map(copy).collect::<Result<_>>()?;
        }
        Ok(())
    }

    pub fn is_out_of_patience(&self, state: &State) -> bool {
        self.patience.is_some_and(|patience| state.worse >= patience)
    }

    /// Gives the trained weights what they were at the best evaluation.
    pub fn restore(&self, folder: Option<&Path>, state: &State, parameters: &[&Parameter]) -> Result<()> {
        let Some(best) = state.best.as_ref().filter(|best| best.step != state.step) else { return Ok(()) };
        if let Some(folder) = folder {
            return Read::of(folder, best.step)?.restore(parameters);
        }
        for parameter in parameters {
            if let (Some(var), Some(tensor)) = (parameter.var(), self.weights.get(parameter.name())) {
                var.set(tensor)?;
            }
        }
        Ok(())
    }
}
