//! The gradients of a step, by the names of the weights.

use std::collections::BTreeMap;

use candle_core::{DType, Tensor};
use rayon::prelude::*;

use super::model::Model;
use crate::context::Context;
use crate::error::Result;
use crate::gpu;
use crate::kernels::tensors::Numbers;
use crate::parameter::Parameter;

/// How many numbers are added up at a time, whatever the threads.
const CHUNK: usize = 1 << 14;

/// A gradient for each weight that has one.
#[derive(Debug, Default)]
pub(super) struct Gradients(BTreeMap<String, Tensor>);

impl Gradients {
    /// Those of a loss, for the weights that train.
    pub fn of<M: Model>(cx: &Context, loss: &Tensor, model: &M) -> Result<Self> {
        let parameters = model.parameters();
        let found = cx.backward(loss, &parameters)?;
        let own = |parameter: &&Parameter| Some((parameter.name().to_owned(), found.get(parameter.var()?.as_tensor())?.clone()));
        Ok(Self(parameters.iter().filter_map(own).collect()))
    }

    pub fn get(&self, name: &str) -> Option<&Tensor> {
        self.0.get(name)
    }

    /// Adds so much of others, which the next pass may write over.
    pub fn add(&mut self, others: &Self, share: f64) -> Result<()> {
        for (name, other) in &others.0 {
            let other = if share == 1.0 { other.clone() } else { (other * share)? };
            let sum = self.0.get(name).map_or_else(|| other.copy(), |own| own + &other)?;
            self.0.insert(name.clone(), sum);
        }
        Ok(())
    }

    /// The sum of the squares of each, in the order of the names.
    fn squares(&self) -> Result<Vec<f64>> {
        if self.0.values().next().is_some_and(|first| gpu::serves(first.device())) {
            let gradients = self.0.values().map(Tensor::contiguous).collect::<candle_core::Result<Vec<_>>>()?;
            return Ok(gpu::squares(&gradients.iter().collect::<Vec<_>>())?);
        }
        self.0.values().map(square_sum).collect()
    }

    /// The square root of the sum of all squares, and the names of those that are not finite.
    pub fn norm(&self) -> Result<(f64, Vec<&str>)> {
        let squares: Vec<(&str, f64)> = self.0.keys().map(String::as_str).zip(self.squares()?).collect();
        let odd = squares.iter().filter(|(_, sum)| !sum.is_finite()).map(|(name, _)| *name).collect();
        Ok((squares.iter().map(|(_, sum)| sum).sum::<f64>().sqrt(), odd))
    }
}

/// The sum of the squares of a tensor, in f64 and in an order that does not depend on threads.
fn square_sum(tensor: &Tensor) -> Result<f64> {
    let tensor = tensor.contiguous()?;
    let square = |number: &f32| f64::from(*number).powi(2);
    if let Some(numbers) = Numbers::of(&tensor) {
        let sums: Vec<f64> = numbers.get().par_chunks(CHUNK).map(|chunk| chunk.iter().map(square).sum()).collect();
        return Ok(sums.iter().sum());
    }
    Ok(f64::from(tensor.to_dtype(DType::F32)?.sqr()?.sum_all()?.to_scalar::<f32>()?))
}
