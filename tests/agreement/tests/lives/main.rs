//! Random heads, compiled: each binds, runs, trains and predicts on the small encoder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod examples;
mod targets;

use bert_runtime::losses::total;
use bert_runtime::{Bert, Context, Device, Result, Task};
use tests::proof::announce;

use crate::examples::{checked, examples};

const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/tiny-bert");

/// What a head is and what became of it.
type Outcome = std::result::Result<(), String>;

/// A head's whole life: bound, run, trained by a step, asked.
fn lives<T: Task>(bert: &Bert) -> Outcome {
    let told = |error: bert_runtime::Error| format!("{error}\n{}", T::TEXT);
    alive::<T>(bert).map_err(told)?.map_err(|fault| format!("{fault}\n{}", T::TEXT))
}

fn alive<T: Task>(bert: &Bert) -> Result<Outcome> {
    let head = checked(T::TEXT);
    let examples = examples(&head);
    let batch = examples::batch(bert, &examples)?;
    let model = bert.fresh::<T>(7)?;
    model.forward(&batch)?;
    let outputs = model.outputs(&Context::evaluation(), &batch)?;
    for output in &outputs {
        if !is_finite(output.tensor()) {
            return Ok(Err("an output is not finite".to_owned()));
        }
    }
    if head.pipelines.iter().any(|pipeline| pipeline.loss.is_some()) {
        let targets = targets::of(&head, &outputs);
        let loss = total(&model.loss(&Context::training(1, 1), &batch, &targets)?)?;
        let gradients = loss.backward()?;
        let of = |parameter: &&bert_runtime::Parameter| gradients.get(parameter.tensor()).is_some_and(|gradient| !is_finite(gradient));
        if let Some(parameter) = model.parameters().iter().find(|parameter| of(parameter)) {
            return Ok(Err(format!("the gradient of {} is not finite", parameter.name())));
        }
        if model.parameters().iter().all(|parameter| gradients.get(parameter.tensor()).is_none()) {
            return Ok(Err("nothing has a gradient".to_owned()));
        }
    }
    for answer in bert.answer::<examples::Given>(&[model.head()], examples)? {
        let decoded = answer.into_inner().into_iter().next().unwrap_or_default();
        T::prediction(decoded)?;
    }
    Ok(Ok(()))
}

fn is_finite(tensor: &candle_core::Tensor) -> bool {
    let numbers = tensor.flatten_all().and_then(|all| all.to_dtype(candle_core::DType::F32)).and_then(|all| all.to_vec1::<f32>());
    numbers.is_ok_and(|numbers| numbers.iter().all(|number| number.is_finite()))
}

#[test]
fn compiled_heads_live() {
    let bert = Bert::options().trainable(true).open(TINY, &Device::Cpu).unwrap();
    let all: &[fn(&Bert) -> Outcome] = &agreement::for_each!(lives);
    let faults: Vec<String> =
        all.iter().enumerate().filter_map(|(number, run)| run(&bert).err().map(|fault| format!("head {number}: {fault}"))).collect();
    announce(&format!("random heads compiled and run {}/{}", all.len() - faults.len(), all.len()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
