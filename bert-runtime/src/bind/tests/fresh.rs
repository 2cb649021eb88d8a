//! New heads: what is drawn, what is taken from the checkpoint, and what is not.

use super::{checkpoint, config, failed, names, says, tensors};
use crate::bind::{Binder, Size};
use crate::parameter::{Init, Parameter, ParameterSource};
use crate::weights::Outcome;

fn flat(parameter: &Parameter) -> Vec<f32> {
    parameter.tensor().flatten_all().unwrap().to_vec1().unwrap()
}

/// A new weight of 1000 numbers.
fn drawn(name: &str, init: Init, seed: u64) -> Vec<f32> {
    let config = config("");
    let mut binder = Binder::from_scratch(&config, seed).unwrap();
    flat(&binder.parameter(name, &[Size::from(10), Size::from(100)], init))
}

#[test]
fn seed_and_name_alone_decide() {
    assert_eq!(drawn("a", Init::Normal, 1), drawn("a", Init::Normal, 1));
    assert_ne!(drawn("a", Init::Normal, 1), drawn("a", Init::Normal, 2));
    assert_ne!(drawn("a", Init::Normal, 1), drawn("b", Init::Normal, 1));
}

#[test]
fn distributions_have_their_moments() {
    let normal = drawn("a", Init::Normal, 3);
    let mean = normal.iter().sum::<f32>() / 1000.;
    let deviation = (normal.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / 1000.).sqrt();
    assert!(mean.abs() < 0.003 && (deviation - 0.02).abs() < 0.002, "{mean} {deviation}");
    let uniform = drawn("a", Init::Uniform(0.1), 3);
    assert!(uniform.iter().all(|x| x.abs() <= 0.1) && uniform.iter().any(|x| *x > 0.09) && uniform.iter().any(|x| *x < -0.09));
    assert_eq!((drawn("a", Init::Zeros, 3), drawn("a", Init::Ones, 3)), (vec![0.; 1000], vec![1.; 1000]));
}

#[test]
fn a_new_head_takes_nothing_of_the_old_one() {
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&tensors()));
    let mut binder = Binder::fresh_head(&config, &checkpoint, 1).unwrap();
    binder.at(2, "classifier: linear hidden -> 2");
    let bias = binder.parameter("classifier.bias", &[Size::from(2)], Init::Zeros);
    let (_, report) = binder.finish().unwrap();
    assert_eq!(flat(&bias), [0., 0.]);
    assert_eq!(names(&report, Outcome::Fresh), ["classifier.bias"]);
    assert!(names(&report, Outcome::Unused).contains(&"classifier.bias"));
    says(&report.to_string(), &["1 newly initialised:\n  classifier.bias [2] (line 2"]);
}

#[test]
fn a_fresh_pooler_is_the_checkpoints_if_it_has_one() {
    let (config, (with, _folder)) = (config(""), checkpoint(&tensors()));
    let mut binder = Binder::fresh_head(&config, &with, 1).unwrap();
    ParameterSource::parameter(&mut binder, "bert.pooler.dense.weight", &[4, 4], Init::Normal);
    binder.fresh_pooler();
    binder.fresh_pooler();
    assert_eq!(names(&binder.finish().unwrap().1, Outcome::Loaded), ["bert.pooler.dense.weight", "bert.pooler.dense.bias"]);
    let (without, _folder) = checkpoint(&tensors()[..1]);
    let mut binder = Binder::fresh_head(&config, &without, 1).unwrap();
    binder.fresh_pooler();
    let (parameters, report) = binder.finish().unwrap();
    assert_eq!(names(&report, Outcome::Fresh), ["bert.pooler.dense.weight", "bert.pooler.dense.bias"]);
    assert_eq!(flat(&parameters[1]), [0.; 4]);
    let mut binder = Binder::from_checkpoint(&config, &without).unwrap();
    binder.fresh_pooler();
    assert_eq!(names(&failed(binder).0, Outcome::Missing), ["bert.pooler.dense.weight", "bert.pooler.dense.bias"]);
}

#[test]
fn a_new_encoder_has_no_padding_vector() {
    let config = config(", \"pad_token_id\": 1");
    let mut binder = Binder::from_scratch(&config, 1).unwrap();
    let table = ParameterSource::parameter(&mut binder, "bert.embeddings.word_embeddings.weight", &[5, 4], Init::Normal);
    let rows = table.tensor().to_vec2::<f32>().unwrap();
    assert_eq!(rows.iter().map(|row| row == &[0.; 4]).collect::<Vec<_>>(), [false, true, false, false, false]);
    assert!(binder.facts().has_pooler);
}
