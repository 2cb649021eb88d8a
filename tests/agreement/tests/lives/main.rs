//! Random heads, compiled: each binds, runs, trains and predicts on the small encoder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod examples;
mod targets;

use std::error::Error;

use bert_dsl::CheckedHead;
use bert_runtime::encoder::Batch;
use bert_runtime::losses::total;
use bert_runtime::{Bert, BertFor, Context, Device, Task, Value};
use candle_core::{DType, Tensor};
use tests::proof::announce;

use crate::examples::{Given, batch, checked, examples};

const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/tiny-bert");

/// What became of a head.
type Outcome = Result<(), Box<dyn Error>>;

/// [`lives`] of one task.
type Life = fn(&Bert) -> Result<(), String>;

/// A head's whole life: bound, run, trained by a step, asked.
fn lives<T: Task>(bert: &Bert) -> Result<(), String> {
    alive::<T>(bert).map_err(|fault| format!("{fault}\n{}", T::TEXT))
}

fn alive<T: Task>(bert: &Bert) -> Outcome {
    let head = checked(T::TEXT);
    let examples = examples(&head);
    let batch = batch(bert, &examples)?;
    let model = bert.fresh::<T>(7)?;
    model.forward(&batch)?;
    let outputs = model.outputs(&Context::evaluation(), &batch)?;
    if !outputs.iter().all(|output| is_finite(output.tensor())) {
        return Err("an output is not finite".into());
    }
    if head.pipelines.iter().any(|pipeline| pipeline.loss.is_some()) {
        learns(&model, &head, &batch, &outputs)?;
    }
    answers(&model, examples)
}

/// The loss has a gradient, and all of its gradients are finite.
fn learns<T: Task>(model: &BertFor<T>, head: &CheckedHead, batch: &Batch, outputs: &[Value]) -> Outcome {
    let loss = total(&model.loss(&Context::training(1, 1), batch, &targets::of(head, outputs))?)?;
    let store = loss.backward()?;
    let found: Vec<_> =
        model.parameters().into_iter().filter_map(|parameter| Some((parameter.name(), store.get(parameter.tensor())?))).collect();
    match found.iter().find(|(_, gradient)| !is_finite(gradient)) {
        Some((name, _)) => Err(format!("the gradient of {name} is not finite").into()),
        None if found.is_empty() => Err("nothing has a gradient".into()),
        None => Ok(()),
    }
}

/// Each example has a prediction of the task's type.
fn answers<T: Task>(model: &BertFor<T>, examples: Vec<Given>) -> Outcome {
    for answer in model.bert().answer::<Given>(&[model.head()], examples)? {
        T::prediction(answer.into_inner().into_iter().next().unwrap_or_default())?;
    }
    Ok(())
}

fn is_finite(tensor: &Tensor) -> bool {
    let numbers = tensor.flatten_all().and_then(|all| all.to_dtype(DType::F32)).and_then(|all| all.to_vec1::<f32>());
    numbers.is_ok_and(|numbers| numbers.iter().all(|number| number.is_finite()))
}

#[test]
fn compiled_heads_live() {
    let bert = Bert::options().trainable(true).open(TINY, &Device::Cpu).unwrap();
    let all: &[Life] = &agreement::for_each!(lives);
    let faults: Vec<String> =
        all.iter().enumerate().filter_map(|(number, run)| run(&bert).err().map(|fault| format!("head {number}: {fault}"))).collect();
    announce(&format!("random heads compiled and run {}/{}", all.len() - faults.len(), all.len()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
