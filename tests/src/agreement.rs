//! Whether two models agree to the bit.

use std::collections::BTreeMap;

use bert_runtime::encoder::Batch;
use bert_runtime::head::Targets;
use bert_runtime::interpret::DynamicInput;
use bert_runtime::losses::total;
use bert_runtime::{Context, Value};
use candle_core::{DType, Tensor};

use crate::model::Model;
use crate::numbers::relative;
use crate::proof::{gradients, within};

/// Holds one model's tree, weights, outputs, losses and gradients against another's, in evaluation and in training with dropout.
///
/// # Errors
/// The first thing that differs.
pub fn agree(one: &dyn Model, other: &dyn Model, batch: &Batch, targets: Option<&Targets>) -> Result<(), String> {
    equal("the trees", one.tree(), other.tree())?;
    equal("the weights", weights(one), weights(other))?;
    for cx in [Context::evaluation(), Context::evaluation().with_gradients(), Context::training(5, 3)] {
        let outputs = |model: &dyn Model| said(model.outputs(&cx, batch)).map(|outputs| outputs.iter().map(value_bits).collect::<Vec<_>>());
        equal("the outputs", outputs(one)?, outputs(other)?)?;
        if let Some(targets) = targets {
            equal("the losses", losses(one, &cx, batch, targets)?, losses(other, &cx, batch, targets)?)?;
        }
    }
    Ok(())
}

/// How far the losses and gradients of an optimised head may be from those of the same head as it is written: gradients are summed over
/// fewer rows, and so in another order. A tenth of what a gradient may be from PyTorch's.
const NEAR: f64 = 1e-5;

/// Holds an optimised head against the same head as it is written: outputs to the bit, losses and gradients nearly. A weight that no
/// row needs has no gradient in the one, and zeros in the other.
///
/// # Errors
/// The first thing that differs.
pub fn near(optimised: &dyn Model, plain: &dyn Model, batch: &Batch, targets: Option<&Targets>) -> Result<(), String> {
    for cx in [Context::evaluation(), Context::training(5, 3)] {
        let outputs = |model: &dyn Model| said(model.outputs(&cx, batch)).map(|outputs| outputs.iter().map(value_bits).collect::<Vec<_>>());
        equal("the outputs", outputs(optimised)?, outputs(plain)?)?;
        let Some(targets) = targets else { continue };
        let [mine, other] = [optimised, plain].map(|model| said(model.loss(&cx, batch, targets)).and_then(|parts| said(total(&parts))));
        let (mine, other) = (mine?, other?);
        within("the loss", relative(&mine, &other), NEAR)?;
        if cx.is_training() {
            gradients_near(&gradients(optimised, &mine), &gradients(plain, &other))?;
        }
    }
    Ok(())
}

fn gradients_near(mine: &BTreeMap<String, Tensor>, other: &BTreeMap<String, Tensor>) -> Result<(), String> {
    if let Some(name) = mine.keys().find(|name| !other.contains_key(*name)) {
        return Err(format!("only the optimised head has a gradient of {name}"));
    }
    other.iter().try_for_each(|(name, expected)| {
        let none = || expected.zeros_like().unwrap();
        within(name, relative(&mine.get(name).cloned().unwrap_or_else(none), expected), NEAR).map(|_| ())
    })
}

/// Holds what one model predicts against what another does.
///
/// # Errors
/// The first prediction that differs.
pub fn predict_alike(one: &dyn Model, other: &dyn Model, inputs: &[DynamicInput]) -> Result<(), String> {
    let answers = |model: &dyn Model| said(model.bert().answer::<DynamicInput>(&[model.head()], inputs.to_vec()));
    let (mine, others) = (answers(one)?, answers(other)?);
    mine.iter().zip(&others).try_for_each(|(mine, other)| equal("the predictions", format!("{mine:?}"), format!("{other:?}")))
}

fn said<T>(result: bert_runtime::Result<T>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

fn equal<A: PartialEq + std::fmt::Debug>(what: &str, one: A, other: A) -> Result<(), String> {
    if one == other { Ok(()) } else { Err(format!("{what} differ: {one:?} and {other:?}")) }
}

/// The names of all weights and the bits of each.
fn weights(model: &dyn Model) -> Vec<(String, Vec<u64>)> {
    model.parameters().into_iter().map(|parameter| (parameter.name().to_owned(), bits(parameter.tensor()))).collect()
}

/// The bits of each part of the loss, its name and count, and those of every gradient.
type Losses = (Vec<(String, Vec<u64>, u64)>, Vec<(String, Vec<u64>)>);

fn losses(model: &dyn Model, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Losses, String> {
    let parts = said(model.loss(cx, batch, targets))?;
    let found = parts.iter().map(|part| (part.name.clone(), bits(&part.sum), part.count.to_bits())).collect();
    if !cx.wants_gradients() {
        return Ok((found, Vec::new()));
    }
    let store = gradients(model, &said(total(&parts))?);
    Ok((found, store.iter().map(|(name, tensor)| (name.clone(), bits(tensor))).collect()))
}

fn value_bits(value: &Value) -> (Vec<usize>, Vec<u64>) {
    (value.tensor().dims().to_vec(), bits(value.tensor()))
}

fn bits(tensor: &Tensor) -> Vec<u64> {
    let numbers: Vec<f64> = tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap();
    numbers.into_iter().map(f64::to_bits).collect()
}
