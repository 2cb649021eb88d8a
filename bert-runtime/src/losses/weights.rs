//! Weights of classes and of elements.

use candle_core::Tensor;

use crate::error::{Error, ErrorKind, Result};

/// # Errors
/// Another number of weights than classes.
pub(super) fn check_class_weights(name: &str, weights: Option<&[f32]>, classes: usize) -> Result<()> {
    match weights {
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

/// Weights as the arithmetic reads them.
pub(super) fn narrow(weights: &[f64]) -> Vec<f32> {
    weights.iter().map(|weight| *weight as f32).collect()
}

/// The weight of a class, 1 where there are none.
pub(super) fn class_weight(weights: Option<&[f32]>, class: usize) -> f32 {
    weights.and_then(|weights| weights.get(class)).copied().unwrap_or(1.0)
}

/// The sum of the elements, each times its weight.
pub(super) fn weighted_sum(elements: &Tensor, weights: Vec<f32>) -> Result<Tensor> {
    let weights = Tensor::from_vec(weights, elements.shape(), elements.device())?.to_dtype(elements.dtype())?;
    Ok((elements * weights)?.sum_all()?)
}
