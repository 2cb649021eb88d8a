//! Compiled and interpreted heads: each binds, runs, trains and predicts on a small encoder, and both agree to the bit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod examples;
mod pages;
mod random;
mod targets;

use agreement::labels::Topic;
use agreement::layers::Highway;
use bert_dsl::{CheckedHead, Passes};
use bert_runtime::encoder::Batch;
use bert_runtime::head::Targets;
use bert_runtime::interpret::DynamicInput;
use bert_runtime::losses::total;
use bert_runtime::{Bert, Context, Device, DynamicHead, Registry, Task};
use candle_core::{DType, Tensor};
use tests::agreement::{agree, near, predict_alike};
use tests::folders::{Copy, shared};
use tests::model::Model;
use tests::proof::announce;

use crate::examples::{batch, examples};

/// The seed of new weights.
const SEED: u64 = 7;

/// [`compiled`] of one task.
type Proof = fn(&Bert) -> Result<(), String>;

fn open(folder: &Copy) -> Bert {
    let bert = Bert::options().trainable(true).open(folder.path(), &Device::Cpu).unwrap();
    bert.encode(["This gives the encoder its pooler."]).unwrap();
    bert
}

/// What interpreted heads may name of a user's own.
fn registry() -> Registry {
    Registry::new().layer::<Highway>("crate::layers::Highway").labels::<Topic>("crate::labels::Topic")
}

fn said(error: bert_runtime::Error) -> String {
    error.to_string()
}

/// A head's examples, their batch, and targets for its losses.
struct Lesson {
    inputs: Vec<DynamicInput>,
    batch: Batch,
    targets: Option<Targets>,
}

impl Lesson {
    fn of(head: &CheckedHead, model: &dyn Model) -> Result<Self, String> {
        let inputs = examples(head);
        let batch = batch(model.bert(), &inputs).map_err(said)?;
        let outputs = model.outputs(&Context::evaluation(), &batch).map_err(said)?;
        let has_loss = head.pipelines.iter().any(|pipeline| pipeline.loss.is_some());
        Ok(Self { inputs, batch, targets: has_loss.then(|| targets::of(head, &outputs)) })
    }

    /// Outputs, loss and gradients are finite, what is trained has a gradient, and every example is answered.
    fn lives(&self, model: &dyn Model) -> Result<(), String> {
        let outputs = model.outputs(&Context::evaluation(), &self.batch).map_err(said)?;
        if !outputs.iter().all(|output| is_finite(output.tensor())) {
            return Err("an output is not finite".to_owned());
        }
        if let Some(targets) = &self.targets {
            learns(model, &self.batch, targets)?;
        }
        let answers = model.bert().answer::<DynamicInput>(&[model.head()], self.inputs.clone()).map_err(said)?;
        if answers.len() == self.inputs.len() { Ok(()) } else { Err(format!("{} answers", answers.len())) }
    }
}

fn learns(model: &dyn Model, batch: &Batch, targets: &Targets) -> Result<(), String> {
    let loss = total(&model.loss(&Context::training(1, 1), batch, targets).map_err(said)?).map_err(said)?;
    let store = loss.backward().map_err(|error| error.to_string())?;
    let parameters = model.parameters();
    let found: Vec<_> = parameters.iter().filter_map(|parameter| Some((parameter.name(), store.get(parameter.tensor())?))).collect();
    match found.iter().find(|(_, gradient)| !is_finite(gradient)) {
        Some((name, _)) => Err(format!("the gradient of {name} is not finite")),
        None if found.is_empty() => Err("nothing has a gradient".to_owned()),
        None => Ok(()),
    }
}

fn is_finite(tensor: &Tensor) -> bool {
    let numbers = tensor.flatten_all().and_then(|all| all.to_dtype(DType::F32)).and_then(|all| all.to_vec1::<f32>());
    numbers.is_ok_and(|numbers| numbers.iter().all(|number| number.is_finite()))
}

/// A compiled head lives, and agrees with the interpreted head of its text; that one with itself when no pass has optimised it.
fn compiled<T: Task>(bert: &Bert) -> Result<(), String> {
    agrees::<T>(bert).map_err(|fault| format!("{fault}\n{}", T::TEXT))
}

fn agrees<T: Task>(bert: &Bert) -> Result<(), String> {
    let head = DynamicHead::with(T::TEXT, &registry()).map_err(said)?;
    let model = bert.fresh::<T>(SEED).map_err(said)?;
    let [optimised, plain] = [Passes::default(), Passes::none()].map(|passes| bert.fresh_dynamic(&head.clone().optimised(passes), SEED));
    let (optimised, plain) = (optimised.map_err(said)?, plain.map_err(said)?);
    let lesson = Lesson::of(head.checked(), &model)?;
    lesson.lives(&model)?;
    for answer in model.bert().answer::<DynamicInput>(&[model.head()], lesson.inputs.clone()).map_err(said)? {
        T::prediction(answer.into_inner().into_iter().next().unwrap_or_default()).map_err(said)?;
    }
    agree(&model, &optimised, &lesson.batch, lesson.targets.as_ref())?;
    predict_alike(&model, &optimised, &lesson.inputs)?;
    near(&optimised, &plain, &lesson.batch, lesson.targets.as_ref())?;
    predict_alike(&optimised, &plain, &lesson.inputs).map_err(|fault| format!("optimised and not: {fault}"))
}

fn prove(word: &str, proofs: &[Proof], bert: &Bert) {
    let faults: Vec<String> =
        proofs.iter().enumerate().filter_map(|(number, proof)| proof(bert).err().map(|fault| format!("head {number}: {fault}"))).collect();
    announce(&format!("{word} {}/{}", proofs.len() - faults.len(), proofs.len()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn random_heads_agree() {
    prove("agreement", &agreement::for_each_random!(compiled), &open(&Copy::of_tiny_bert()));
}

#[test]
fn heads_that_are_built_in_agree() {
    prove("agreement-built-in", &agreement::for_each_built_in!(compiled), &open(&Copy::of_wide_bert(4)));
}

#[test]
fn heads_of_the_catalogue_agree() {
    if shared("catalogue").is_some() {
        prove("agreement-catalogue", &agreement::for_each_of_the_catalogue!(compiled), &open(&Copy::of_wide_bert(4)));
    }
}
