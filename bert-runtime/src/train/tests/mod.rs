//! Trainings of a tiny model, beside PyTorch's numbers, themselves, and faults of every kind.
#![allow(clippy::unwrap_used, clippy::panic)]

mod cache;
mod checkpoints;
mod faults;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod memory;
mod mix;
mod optimizer;
mod precision;
mod refusals;
mod runs;
mod signals;
mod warnings;

use std::collections::BTreeMap;
use std::path::Path;

use candle_core::Device;

use super::{Trained, Trainer};
use crate::error::Result;
use crate::head::Target;
use crate::interpret::{DynamicHead, DynamicInput};
use crate::model::{Bert, DynamicBert};

pub(super) const HEAD: &str = "labels no, yes; input pooled; dropout 0.1; linear hidden -> labels; loss cross_entropy;";

/// Twelve texts, of which those that begin with a question word are `yes`.
pub(super) fn examples() -> Vec<(DynamicInput, Vec<(String, Target)>)> {
    let objects = ["food", "a man", "paris", "new york", "don ' t eat food", "東 京"];
    let both = |object: &&str| [(format!("who eats {object} ?"), 1), (format!("a man is eating {object} ."), 0)];
    objects.iter().flat_map(both).map(|(text, label)| (text.into(), vec![("labels".to_owned(), Target::Classes(vec![label]))])).collect()
}

/// A trainer of three epochs of three steps on a model's folder, seen by nobody.
pub(super) fn trainer(model: &Path, head: &str) -> Trainer<DynamicBert> {
    let bert = Bert::open(model, &Device::Cpu).unwrap();
    let head = DynamicHead::from_source(head).unwrap();
    bert.dynamic_trainer(&head).epochs(3).batch_size(4).learning_rate(1e-2).progress(false).signals(false)
}

pub(super) fn train(trainer: Trainer<DynamicBert>) -> Result<Trained<DynamicBert>> {
    trainer.train(examples(), examples())
}

/// All weights by their names.
pub(super) fn weights(model: &DynamicBert) -> BTreeMap<String, Vec<f32>> {
    let numbers = |tensor: &candle_core::Tensor| tensor.flatten_all().unwrap().to_vec1().unwrap();
    model.parameters().iter().map(|parameter| (parameter.name().to_owned(), numbers(parameter.tensor()))).collect()
}
