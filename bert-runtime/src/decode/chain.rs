//! How likely each label is at each token of a chain.

use candle_core::{DType, Tensor};

use crate::error::Result;
use crate::layers::Crf;
use crate::module::Module;

/// The weights of a linear chain on the host, minus infinity where a move is not allowed.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    start: Vec<f64>,
    end: Vec<f64>,
    /// `moves[from][to]`.
    moves: Vec<Vec<f64>>,
}

impl Chain {
    /// The weights of a layer, with the moves that are allowed: from a label, or from `None` at the start, to a label.
    pub(super) fn of(crf: &Crf, allowed: impl Fn(Option<usize>, usize) -> bool) -> Result<Self> {
        let all = crf.parameters().into_iter().map(|parameter| host(parameter.tensor())).collect::<Result<Vec<_>>>()?;
        let [start, end, moves] = <[Vec<f64>; 3]>::try_from(all).unwrap_or_default();
        let bar = |from: Option<usize>, scores: &[f64]| -> Vec<f64> {
            scores.iter().enumerate().map(|(to, &score)| if allowed(from, to) { score } else { f64::NEG_INFINITY }).collect()
        };
        let moves = moves.chunks(start.len().max(1)).enumerate().map(|(from, scores)| bar(Some(from), scores)).collect();
        Ok(Self { start: bar(None, &start), end, moves })
    }

    /// The probability of each label at each token, over all paths that are allowed: the forward-backward algorithm.
    pub(super) fn marginals(&self, emissions: &[&[f32]]) -> Vec<Vec<f32>> {
        let (before, after) = (self.forward(emissions), self.backward(emissions));
        let share = |(before, after): (&Vec<f64>, &Vec<f64>)| {
            let both: Vec<f64> = before.iter().zip(after).map(|(before, after)| before + after).collect();
            let all = log_sum_exp(both.iter().copied());
            both.iter().map(|score| (score - all).exp() as f32).collect()
        };
        before.iter().zip(&after).map(share).collect()
    }

    /// For each token and label all paths that end there.
    fn forward(&self, emissions: &[&[f32]]) -> Vec<Vec<f64>> {
        let mut all: Vec<Vec<f64>> = Vec::with_capacity(emissions.len());
        for emission in emissions {
            let reach = |to: usize| match all.last() {
                None => self.start[to],
                Some(before) => log_sum_exp(before.iter().zip(&self.moves).map(|(score, moves)| score + moves[to])),
            };
            all.push(emission.iter().zip(0..self.start.len()).map(|(&emission, to)| f64::from(emission) + reach(to)).collect());
        }
        all
    }

    /// For each token and label all paths that go on from there.
    fn backward(&self, emissions: &[&[f32]]) -> Vec<Vec<f64>> {
        let mut all = Vec::with_capacity(emissions.len());
        let mut after = self.end.clone();
        for emission in emissions.iter().rev() {
            let onwards: Vec<f64> = emission.iter().zip(&after).map(|(&emission, after)| f64::from(emission) + after).collect();
            let reach = |moves: &Vec<f64>| log_sum_exp(moves.iter().zip(&onwards).map(|(step, onward)| step + onward));
            all.push(std::mem::replace(&mut after, self.moves.iter().map(reach).collect()));
        }
        all.reverse();
        all
    }
}

fn host(tensor: &Tensor) -> Result<Vec<f64>> {
    Ok(tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?)
}

fn log_sum_exp(scores: impl Iterator<Item = f64> + Clone) -> f64 {
    let greatest = scores.clone().fold(f64::NEG_INFINITY, f64::max);
    if greatest == f64::NEG_INFINITY {
        return greatest;
    }
    scores.map(|score| (score - greatest).exp()).sum::<f64>().ln() + greatest
}
