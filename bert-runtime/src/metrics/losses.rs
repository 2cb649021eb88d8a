//! The mean loss of many batches.

use crate::error::Result;
use crate::losses::Part;
use crate::metrics::scores::{Better, Scores};

/// The losses of many batches, summed up by their outputs in double precision: sums with sums, counts with counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Losses(Vec<Mean>);

#[derive(Debug, Clone, PartialEq)]
struct Mean {
    name: String,
    weight: f64,
    sum: f64,
    count: f64,
}

impl Losses {
    /// Adds the losses of a batch.
    ///
    /// # Errors
    /// What candle says of reading them.
    pub fn add(&mut self, parts: &[Part]) -> Result<()> {
        for part in parts {
            let sum = f64::from(part.sum.to_dtype(candle_core::DType::F32)?.to_scalar::<f32>()?);
            self.take(Mean { name: part.name.clone(), weight: part.weight, sum, count: part.count });
        }
        Ok(())
    }

    /// Adds the losses of other batches.
    pub fn join(&mut self, other: Self) {
        other.0.into_iter().for_each(|mean| self.take(mean));
    }

    fn take(&mut self, other: Mean) {
        match self.0.iter_mut().find(|known| known.name == other.name) {
            Some(known) => (known.sum, known.count) = (known.sum + other.sum, known.count + other.count),
            None => self.0.push(other),
        }
    }

    /// The training objective: the sum of each output's mean times its weight; none where nothing counts.
    pub fn total(&self) -> Option<f64> {
        let counting = self.0.iter().filter(|mean| mean.count > 0.0);
        counting.map(|mean| mean.weight * mean.sum / mean.count).reduce(|sum, part| sum + part)
    }

    /// The sum and the count of an output's loss, by the output's name.
    pub fn part(&self, output: &str) -> Option<(f64, f64)> {
        self.0.iter().find(|mean| mean.name == output).map(|mean| (mean.sum, mean.count))
    }

    /// `loss`, and `OUTPUT.loss` for each output where there are several.
    pub(super) fn tell(&self, scores: &mut Scores) {
        if self.0.is_empty() {
            return;
        }
        scores.push("loss".to_owned(), Better::Lower, self.total());
        for mean in self.0.iter().filter(|_| self.0.len() > 1) {
            let value = (mean.count > 0.0).then(|| mean.sum / mean.count);
            scores.push(format!("{}.loss", mean.name), Better::Lower, value);
        }
    }
}
