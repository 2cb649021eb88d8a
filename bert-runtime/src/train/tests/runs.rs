//! What comes out of trainings.

use super::{HEAD, examples, train, trainer, weights};
use crate::head::Target;
use crate::testing::tiny_bert;
use crate::train::{Ending, Freeze, Groups};

#[test]
fn a_model_learns() {
    let folder = tiny_bert(true);
    let trained = train(trainer(folder.path(), HEAD).epochs(20)).unwrap();
    let losses: Vec<f64> = trained.records.iter().filter_map(|record| record.dev.get("loss").copied()).collect();
    assert!(losses[19] < 0.2 && losses[0] > 2.0 * losses[19], "{losses:?}");
    assert_eq!((trained.ending, trained.records.len()), (Ending::Completed, 80));
    let best = trained.best.unwrap();
    assert_eq!(best.value, losses.iter().copied().fold(f64::INFINITY, f64::min));
    let answer = trained.model.predict("who eats paris ?").unwrap();
    assert!(answer.to_string().contains("yes"), "{answer}");
}

#[test]
fn pairs_that_are_read_together_have_one_target_together() {
    let folder = tiny_bert(true);
    let head = "input tokens; pool mean; normalize; loss cosine; decode embedding;";
    let likeness = |number: usize| vec![("labels".to_owned(), Target::Numbers(vec![(number / 2 % 2) as f32]))];
    let pairs = || examples().into_iter().enumerate().map(|(number, (text, _))| (text, likeness(number))).collect::<Vec<_>>();
    let trained = trainer(folder.path(), head).epochs(30).learning_rate(3e-3).train(pairs(), pairs()).unwrap();
    let losses: Vec<f64> = trained.records.iter().filter_map(|record| record.dev.get("loss").copied()).collect();
    assert!(losses[29] < 0.7 * losses[0], "{losses:?}");
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_one_others() {
    let folder = tiny_bert(true);
    let train = |seed| weights(&train(trainer(folder.path(), HEAD).seed(seed)).unwrap().model);
    assert_eq!(train(1), train(1));
    assert_ne!(train(1), train(2));
}

#[test]
fn threads_change_no_bit() {
    let folder = tiny_bert(true);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| weights(&train(trainer(folder.path(), HEAD)).unwrap().model))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn several_runs_make_the_same_step_as_one() {
    let folder = tiny_bert(true);
    let heads = [
        HEAD,
        "labels no, yes; input pooled; linear hidden -> labels; output a; loss cross_entropy; input cls; dropout 0.1; linear hidden -> 2; output b; loss cross_entropy weight=0.5;",
    ];
    for head in heads {
        let several = head != HEAD;
        let with = |runs| {
            let named = |examples: Vec<_>| if several { twice(examples) } else { examples };
            let trained = trainer(folder.path(), head).accumulation(runs).clip(None).train(named(examples()), None).unwrap();
            (trained.records.iter().filter_map(|record| record.loss).collect::<Vec<_>>(), weights(&trained.model))
        };
        let ((losses, one), (in_runs, several)) = (with(1), with(3));
        assert!(losses.iter().zip(&in_runs).all(|(one, several)| (one - several).abs() < 1e-5), "{losses:?} {in_runs:?}");
        let off = |name: &String| one[name].iter().zip(&several[name]).map(|(one, several)| (one - several).abs()).fold(0.0, f32::max);
        // A gradient of nothing but rounding, as of a key's bias, moves its weight by the whole rate either way.
        let worst = one.keys().filter(|name| !name.ends_with("key.bias")).map(off).fold(0.0, f32::max);
        assert!(worst < 2e-3, "{worst}");
    }
}

/// The same labels for two outputs.
fn twice<I>(examples: Vec<(I, Vec<(String, crate::head::Target)>)>) -> Vec<(I, Vec<(String, crate::head::Target)>)> {
    let double = |(input, targets): (I, Vec<(String, crate::head::Target)>)| {
        let target = targets[0].1.clone();
        (input, vec![("labels.a".to_owned(), target.clone()), ("labels.b".to_owned(), target)])
    };
    examples.into_iter().map(double).collect()
}

#[test]
fn what_is_frozen_stays_to_the_byte() {
    let folder = tiny_bert(true);
    let untrained = weights(&trainer(folder.path(), HEAD).bert.fresh_dynamic(&crate::DynamicHead::from_source(HEAD).unwrap(), 42).unwrap());
    for freeze in [Freeze::Nothing, Freeze::Embeddings, Freeze::Layers(1), Freeze::Encoder] {
        let trained = weights(&train(trainer(folder.path(), HEAD).freeze(freeze)).unwrap().model);
        for (name, numbers) in &trained {
            assert_eq!(numbers == &untrained[name], freeze.holds(name), "{freeze:?} {name}");
        }
    }
}

#[test]
fn layers_that_a_head_does_not_read_are_none_of_its_business() {
    let folder = tiny_bert(true);
    let head = "labels no, yes; input layers; take 1; pool mean; linear hidden -> labels; loss cross_entropy;";
    let trained = weights(&train(trainer(folder.path(), head)).unwrap().model);
    assert!(trained.contains_key("bert.encoder.layer.1.output.dense.weight"));
}

#[test]
fn a_trainer_gives_up_when_nothing_gets_better() {
    let folder = tiny_bert(true);
    let groups = Groups { head_rate: 1e-9, ..Groups::default() };
    let stuck = trainer(folder.path(), HEAD).epochs(50).freeze(Freeze::Encoder).groups(groups).patience(2);
    let trained = train(stuck).unwrap();
    assert_eq!(trained.ending, Ending::Stopped);
    assert!(trained.records.len() < 100, "{}", trained.records.len());
}

#[test]
fn the_best_weights_are_given_back_with_a_folder_and_without() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let wild = || trainer(folder.path(), HEAD).learning_rate(0.3).epochs(6).decay(crate::train::Decay::Constant);
    let (kept, saved) = (train(wild()).unwrap(), train(wild().folder(out.path())).unwrap());
    assert!(kept.best.as_ref().unwrap().step < 18, "{:?}", kept.best);
    assert_eq!((kept.best, weights(&kept.model)), (saved.best, weights(&saved.model)));
}
