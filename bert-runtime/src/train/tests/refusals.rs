//! What cannot be meant is refused before anything is trained.

use super::{HEAD, examples, train, trainer};
use crate::head::Target;
use crate::testing::tiny_bert;
use crate::train::{Groups, Trainer};
use crate::{DynamicBert, Result};

type Change = fn(Trainer<DynamicBert>) -> Trainer<DynamicBert>;

fn said<T>(result: Result<T>) -> String {
    result.err().unwrap().to_string()
}

#[test]
fn settings_out_of_bounds_are_named() {
    let folder = tiny_bert(true);
    let cases: [(Change, &str); 14] = [
        (|it| it.learning_rate(0.0), "`learning_rate` is 0"),
        (|it| it.learning_rate(-1e-3), "`learning_rate` is -0.001"),
        (|it| it.learning_rate(f64::NAN), "`learning_rate` is NaN"),
        (|it| it.learning_rate(1e10), "`learning_rate` is 10000000000"),
        (|it| it.epochs(0), "`epochs` is 0"),
        (|it| it.batch_size(0), "`batch_size` is 0"),
        (|it| it.accumulation(0), "`accumulation` is 0"),
        (|it| it.warm_up(1.5), "`warm_up` is 1.5"),
        (|it| it.warm_up(f64::NAN), "`warm_up` is NaN"),
        (|it| it.clip(0.0), "`clip` is Some(0.0)"),
        (|it| it.clip(f64::INFINITY), "`clip` is Some(inf)"),
        (|it| it.groups(Groups { layer_decay: 0.0, ..Groups::default() }), "`layer_decay` is 0"),
        (|it| it.groups(Groups { weight_decay: -0.1, ..Groups::default() }), "`weight_decay` is -0.1"),
        (|it| it.monitor("f2"), "evaluations do not measure `f2`: they measure"),
    ];
    for (change, words) in cases {
        let said = said(train(change(trainer(folder.path(), HEAD))));
        assert!(said.contains(words), "{said}");
    }
    let alone = said(trainer(folder.path(), HEAD).patience(1).train(examples(), None));
    assert!(alone.contains("no dev examples"), "{alone}");
}

#[test]
fn bad_examples_are_all_told_before_anything_trains() {
    let folder = tiny_bert(true);
    let mut bad = examples();
    bad[3].1 = vec![("labels".to_owned(), Target::Words(vec![Some(0)]))];
    bad[7].0 = crate::Choices::from(vec!["a", "man"]).into();
    let said = said(trainer(folder.path(), HEAD).train(bad, None));
    assert!(said.contains("2 of 12 examples of `train`") && said.contains("example 3: ") && said.contains("example 7: "), "{said}");
    let none = super::refusals::said(trainer(folder.path(), HEAD).train(Vec::new(), None));
    assert!(none.contains("has no example"), "{none}");
}

#[test]
fn one_example_is_enough() {
    let folder = tiny_bert(true);
    let trained = trainer(folder.path(), HEAD).epochs(1).train(examples().into_iter().take(1), None).unwrap();
    assert_eq!(trained.records.len(), 1);
}

#[test]
fn labels_that_there_are_not_are_refused() {
    let folder = tiny_bert(true);
    for class in [-1, 2, i64::from(u32::MAX)] {
        let mut bad = examples();
        bad[5].1 = vec![("labels".to_owned(), Target::Classes(vec![class]))];
        let said = said(trainer(folder.path(), HEAD).train(bad, None));
        assert!(said.contains(&class.to_string()), "{said}");
    }
}

#[test]
fn a_loss_that_is_not_finite_names_its_step_and_examples() {
    let folder = tiny_bert(true);
    let head = "input pooled; linear hidden -> 1; squeeze; loss mse;";
    let number = |number: usize| f32::from(number != 5) * f32::MAX;
    let mut examples = examples();
    examples.iter_mut().enumerate().for_each(|(at, example)| example.1 = vec![("labels".to_owned(), Target::Numbers(vec![number(at)]))]);
    let said = said(trainer(folder.path(), head).train(examples, None));
    assert!(said.contains("in step 1 the loss is inf") && said.contains("its examples are"), "{said}");
}

#[test]
fn a_head_without_weights_on_a_frozen_encoder_has_nothing_to_train() {
    let folder = tiny_bert(true);
    let head = "input tokens; pool mean; normalize; loss ranking; decode embedding;";
    let said = said(trainer(folder.path(), head).freeze(crate::train::Freeze::Encoder).train(examples(), None));
    assert!(said.contains("trains"), "{said}");
}

#[test]
fn a_weight_that_no_gradient_reaches_is_named() {
    let mut unreached = ["bert.embeddings.LayerNorm.weight".to_owned()].into();
    let nothing = crate::train::gradients::Gradients::default();
    assert!(crate::train::fit::check_reached(&mut unreached, &nothing, false).is_ok());
    let said = said(crate::train::fit::check_reached(&mut unreached, &nothing, true));
    assert!(said.contains("`bert.embeddings.LayerNorm.weight`"), "{said}");
}
