//! BERT as loops over f64 numbers, on the padded batch, with the mask added before the softmax.

use super::{BertEncoder, HashMap, all_parameters, config, padded_inputs};
use crate::layers::testing::numbers;

type Rows = Vec<Vec<f64>>;

/// The weights of an encoder, as lists.
pub(super) struct Naive(HashMap<String, Vec<f64>>);

impl Naive {
    pub(super) fn of(encoder: &BertEncoder) -> Self {
        Self(all_parameters(encoder).iter().map(|p| (p.name().to_string(), numbers(p.tensor()))).collect())
    }

    fn get(&self, path: &str, name: &str) -> &[f64] {
        &self.0[&format!("bert.{path}.{name}")]
    }

    fn linear(&self, path: &str, x: &[f64]) -> Vec<f64> {
        let rows = self.get(path, "weight").chunks(x.len());
        rows.zip(self.get(path, "bias")).map(|(row, bias)| row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + bias).collect()
    }

    fn norm(&self, path: &str, x: &[f64]) -> Vec<f64> {
        let n = x.len() as f64;
        let mean = x.iter().sum::<f64>() / n;
        let root = (x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n + config().layer_norm_eps).sqrt();
        x.iter().zip(self.get(path, "weight")).zip(self.get(path, "bias")).map(|((x, w), b)| (x - mean) / root * w + b).collect()
    }

    fn embed(&self, id: u32, kind: u32, column: usize) -> Vec<f64> {
        let row = |table: &str, number: usize| self.get(&format!("embeddings.{table}_embeddings"), "weight")[number * 8..][..8].to_vec();
        let (words, kinds, places) = (row("word", id as usize), row("token_type", kind as usize), row("position", column));
        let sum: Vec<f64> = (0..8).map(|i| words[i] + kinds[i] + places[i]).collect();
        self.norm("embeddings.LayerNorm", &sum)
    }

    fn attend(&self, path: &str, x: &Rows, mask: &[u32]) -> Rows {
        let project = |name: &str| x.iter().map(|x| self.linear(&format!("{path}.{name}"), x)).collect::<Rows>();
        let (query, key, value) = (project("query"), project("key"), project("value"));
        let head = |q: &[f64], head: usize| {
            let part = head * 4..head * 4 + 4;
            let score = |k: usize| q[part.clone()].iter().zip(&key[k][part.clone()]).map(|(q, k)| q * k).sum::<f64>() / 2.0;
            let powers: Vec<f64> = (0..x.len()).map(|k| if mask[k] == 1 { score(k).exp() } else { 0.0 }).collect();
            let sum: f64 = powers.iter().sum();
            part.map(|i| powers.iter().zip(&value).map(|(power, v)| power / sum * v[i]).sum()).collect::<Vec<f64>>()
        };
        query.iter().map(|q| [head(q, 0), head(q, 1)].concat()).collect()
    }

    fn layer(&self, path: &str, x: &Rows, mask: &[u32]) -> Rows {
        let add = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + b).collect::<Vec<_>>();
        let context = self.attend(&format!("{path}.attention.self"), x, mask);
        let finish = |x: &Vec<f64>, context: &Vec<f64>| {
            let dense = self.linear(&format!("{path}.attention.output.dense"), context);
            let attended = self.norm(&format!("{path}.attention.output.LayerNorm"), &add(&dense, x));
            let inner: Vec<f64> = self.linear(&format!("{path}.intermediate.dense"), &attended).into_iter().map(gelu).collect();
            self.norm(&format!("{path}.output.LayerNorm"), &add(&self.linear(&format!("{path}.output.dense"), &inner), &attended))
        };
        x.iter().zip(&context).map(|(x, context)| finish(x, context)).collect()
    }

    /// The embeddings and every layer's output for one row of the batch, at all its columns.
    pub(super) fn hidden_states(&self, row: usize) -> Vec<Rows> {
        let (ids, mask, types) = padded_inputs();
        let mut states: Vec<Rows> = vec![(0..6).map(|column| self.embed(ids[row][column], types[row][column], column)).collect()];
        for layer in 0..2 {
            states.push(self.layer(&format!("encoder.layer.{layer}"), &states[layer], &mask[row]));
        }
        states
    }
}

/// The exact form, with erf as its series.
fn gelu(x: f64) -> f64 {
    let z = x / 2f64.sqrt();
    let mut term = z;
    let mut sum = z;
    for n in 1..200 {
        term *= -z * z / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    x * 0.5 * (1.0 + 2.0 / std::f64::consts::PI.sqrt() * sum)
}
