//! A named weight of a head or an encoder.

use candle_core::{Tensor, Var};

use crate::context::Context;
use crate::error::Result;

/// A weight under its name in a checkpoint.
///
/// It is a plain tensor until training is asked for; then it is a variable, which gradients reach only through a
/// [`Context`] that asks for them.
#[derive(Debug, Clone)]
pub struct Parameter {
    name: String,
    value: Weight,
}

#[derive(Debug, Clone)]
enum Weight {
    Fixed(Tensor),
    Trained(Var),
}

impl Parameter {
    /// A weight that does not train.
    pub fn fixed(name: impl Into<String>, tensor: Tensor) -> Self {
        Self { name: name.into(), value: Weight::Fixed(tensor) }
    }

    /// A weight that trains.
    pub fn trained(name: impl Into<String>, var: Var) -> Self {
        Self { name: name.into(), value: Weight::Trained(var) }
    }

    /// Its name in a checkpoint.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tensor to compute with: part of the graph only where the context wants gradients.
    pub fn get(&self, cx: &Context) -> Tensor {
        match &self.value {
            Weight::Fixed(tensor) => tensor.clone(),
            Weight::Trained(var) if cx.wants_gradients() => var.as_tensor().clone(),
            Weight::Trained(var) => var.as_detached_tensor(),
        }
    }

    /// The tensor to compute with inside of the encoder, in the format that the context asks for.
    ///
    /// # Errors
    /// What candle says of the conversion.
    pub(crate) fn get_inside(&self, cx: &Context) -> Result<Tensor> {
        let own = self.get(cx);
        Ok(cx.format_here().map_or(Ok(own.clone()), |format| own.to_dtype(format))?)
    }

    /// The tensor itself; of a variable, the one that a gradient store knows.
    pub fn tensor(&self) -> &Tensor {
        match &self.value {
            Weight::Fixed(tensor) => tensor,
            Weight::Trained(var) => var.as_tensor(),
        }
    }

    /// The variable, where this weight trains.
    pub fn var(&self) -> Option<&Var> {
        match &self.value {
            Weight::Fixed(_) => None,
            Weight::Trained(var) => Some(var),
        }
    }
}

/// How a new weight starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Init {
    /// Normal, with the encoder's `initializer_range` as standard deviation.
    Normal,
    /// Zeros.
    Zeros,
    /// Ones.
    Ones,
    /// Uniform between minus and plus this number.
    Uniform(f64),
}

/// Where an encoder or a head gets its weights: a checkpoint, or a seed.
pub trait ParameterSource {
    /// The weight of this name and shape. A fault is kept for one report of all of them, and a stand-in returned.
    fn parameter(&mut self, name: &str, shape: &[usize], init: Init) -> Parameter;
}
