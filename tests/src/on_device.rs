//! Cases on another device than the one that they are proven on, and in other number formats.

use std::collections::BTreeMap;

use bert_runtime::losses::total;
use bert_runtime::{Bert, Context, DynamicBert, DynamicHead};
use candle_core::{DType, Device, Tensor};

use crate::case::Case;
use crate::numbers::{furthest, largest, relative};
use crate::proof::{same_names, within};

/// How far outputs, hidden states, losses and gradients in f32 may be.
pub const NEAR: f64 = 1e-4;
/// The least cosine of outputs in 16-bit formats with those that are right.
pub const ALIKE: f64 = 0.999;

/// What a case gives on a device: the largest difference of values in f32 and of gradients, or the least cosine.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    /// In f32: of outputs, states and the loss, and of gradients over the larger of 1 and their largest.
    Apart(f64, f64),
    /// In a 16-bit format.
    Cosine(f64),
}

/// Holds what a case knows against a device's numbers.
///
/// # Errors
/// The first thing that is too far or not finite, and what the model says.
pub fn check(case: &Case, device: &Device, dtype: DType) -> Result<Found, String> {
    let head = DynamicHead::from_source(&case.text("head.head")).map_err(said)?;
    let options = Bert::options().dtype(dtype).trainable(dtype == DType::F32);
    let model = options.open_dynamic(&head, case.folder(), device).map_err(said)?;
    let outputs = model.forward(&case.batch()).map_err(said)?.into_iter().map(|(name, tensor)| (name, here(&tensor))).collect::<Vec<_>>();
    let mut expected = case.named("out.");
    expected.retain(|name, _| !name.starts_with("hidden_states."));
    same_names("outputs", outputs.iter().map(|(name, _)| name), expected.keys().copied())?;
    let pairs: Vec<(&str, &Tensor, Tensor)> =
        outputs.iter().map(|(name, found)| (name.as_str(), found, case.kept(expected[name.as_str()]))).collect();
    if dtype != DType::F32 {
        return pairs.iter().try_fold(1.0f64, |least, pair| Ok(least.min(alike(pair)?))).map(Found::Cosine);
    }
    let mut values = states(case, &model)?;
    for (name, found, expected) in &pairs {
        values = largest(values, within(name, furthest(found, expected), NEAR)?);
    }
    let Some(expected) = case.loss() else { return Ok(Found::Apart(values, 0.0)) };
    let cx = Context::evaluation().with_gradients();
    let loss = model.loss(&cx, &case.batch(), &case.targets()).and_then(|loss| total(&loss)).map_err(said)?;
    let apart = (f64::from(loss.to_scalar::<f32>().map_err(|error| error.to_string())?) - expected).abs();
    Ok(Found::Apart(largest(values, within("the loss", apart, NEAR)?), gradients(case, &model, &loss)?))
}

fn states(case: &Case, model: &DynamicBert) -> Result<f64, String> {
    let expected = case.named("out.hidden_states.");
    if expected.is_empty() {
        return Ok(0.0);
    }
    let states = model.bert().encoder().hidden_states(&Context::evaluation(), &case.batch()).map_err(said)?;
    states.iter().enumerate().try_fold(0.0, |all, (depth, state)| {
        let expected = case.kept(expected[depth.to_string().as_str()]);
        let found = here(&state.to_padded().map_err(said)?).reshape(expected.shape()).map_err(|error| error.to_string())?;
        Ok(largest(all, within(&format!("hidden state {depth}"), furthest(&found, &expected), NEAR)?))
    })
}

fn gradients(case: &Case, model: &DynamicBert, loss: &Tensor) -> Result<f64, String> {
    let store = loss.backward().map_err(|error| error.to_string())?;
    let of = |parameter: &&bert_runtime::Parameter| Some((parameter.name().to_owned(), here(store.get(parameter.tensor())?)));
    let found: BTreeMap<String, Tensor> = model.parameters().iter().filter_map(of).collect();
    let expected = case.named("grad.");
    same_names("gradients", found.keys(), expected.keys().copied())?;
    found.iter().try_fold(0.0, |all, (name, found)| Ok(largest(all, within(name, relative(found, expected[name.as_str()]), NEAR)?)))
}

/// The cosine of an output with what it should be.
fn alike((name, found, expected): &(&str, &Tensor, Tensor)) -> Result<f64, String> {
    let numbers = |tensor: &Tensor| tensor.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>();
    let (found, expected) = (numbers(found), numbers(expected));
    let (found, expected) = (found.map_err(|error| error.to_string())?, expected.map_err(|error| error.to_string())?);
    // What masks leave out is a large number below zero, which no format shares with another.
    let kept: Vec<(f64, f64)> = found.into_iter().zip(expected).filter(|(_, expected)| expected.abs() < 1e4).collect();
    if kept.iter().any(|(found, _)| !found.is_finite()) {
        return Err(format!("{name} has numbers that are not finite"));
    }
    let dot = |of: fn(&(f64, f64)) -> f64| kept.iter().map(of).sum::<f64>();
    let cosine = dot(|(a, b)| a * b) / (dot(|(a, _)| a * a) * dot(|(_, b)| b * b)).sqrt();
    if cosine >= ALIKE { Ok(cosine) } else { Err(format!("{name} has a cosine of {cosine}, and {ALIKE} is wanted")) }
}

fn here(tensor: &Tensor) -> Tensor {
    tensor.to_dtype(DType::F32).and_then(|tensor| tensor.to_device(&Device::Cpu)).unwrap_or_else(|_| tensor.clone())
}

fn said(error: bert_runtime::Error) -> String {
    error.to_string()
}
