//! New heads: what is initialised, and from what.

use std::collections::BTreeSet;

use bert_runtime::weights::Outcome;
use bert_runtime::{Bert, BertFor, Task};
use candle_core::Device;
use tests::each_head;
use tests::folders::Copy;
use tests::numbers::numbers;

fn fresh<T: Task>(seed: u64) -> BertFor<T> {
    BertFor::fresh_head(Copy::of_tiny_bert().path(), seed, &Device::Cpu).unwrap()
}

/// Name and bytes of every weight of the head that is not the encoder's.
fn weights<T: Task>(model: &BertFor<T>) -> Vec<(String, Vec<f64>)> {
    let own = model.parameters().into_iter().filter(|parameter| !parameter.name().starts_with("bert."));
    own.map(|parameter| (parameter.name().to_owned(), numbers(parameter.tensor()))).collect()
}

fn is_listed_and_repeatable<T: Task>() {
    let model = fresh::<T>(5);
    let listed: BTreeSet<&str> = model.report().of(Outcome::Fresh).map(|entry| entry.name.as_str()).collect();
    let own = weights(&model);
    assert_eq!(listed, own.iter().map(|(name, _)| name.as_str()).collect(), "{}", T::NAME);
    assert!(model.is_fresh() && model.report().of(Outcome::Fresh).all(|entry| entry.site.is_some()), "{}", T::NAME);
    assert_eq!(own, weights(&fresh::<T>(5)), "{}", T::NAME);
    assert_ne!(own, weights(&fresh::<T>(6)), "{}", T::NAME);
}

#[test]
fn a_new_head_lists_what_it_initialised_and_the_same_seed_gives_the_same_bytes() {
    each_head!(is_listed_and_repeatable);
}

fn starts_alike_on_a_shared_encoder<T: Task>() {
    let folder = Copy::of_tiny_bert();
    let bert = Bert::open(folder.path(), &Device::Cpu).unwrap();
    assert_eq!(weights(&bert.fresh::<T>(5).unwrap()), weights(&fresh::<T>(5)), "{}", T::NAME);
}

#[test]
fn a_new_head_is_the_same_on_a_shared_encoder() {
    each_head!(starts_alike_on_a_shared_encoder);
}
