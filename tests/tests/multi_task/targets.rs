//! Batches that have targets for some of the tasks.

use bert_runtime::head::{Target, Targets};
use bert_runtime::targets::{Tags, collate_targets};
use bert_runtime::{Context, ErrorKind};

use super::names::{Two, TwoTarget};
use super::*;

fn loss<T: Task>(targets: impl IntoIterator<Item = T::Target>) -> bert_runtime::Result<bert_runtime::losses::Loss> {
    let model: BertFor<T> = single(false);
    let targets = collate_targets(targets, &texts(model.bert()))?;
    model.loss(&Context::evaluation(), &batch(model.bert()), &targets)
}

fn numbers(loss: &bert_runtime::losses::Loss) -> Vec<(String, f32, f64)> {
    loss.iter().map(|part| (part.name.clone(), part.mean().unwrap().to_scalar().unwrap(), part.count)).collect()
}

fn intents() -> impl Iterator<Item = TwoTarget> {
    (0..TEXTS.len()).map(|_| TwoTarget { intent: Some(IntentLabel::Book), ..TwoTarget::default() })
}

#[test]
fn a_batch_without_targets_of_a_task_trains_the_others_alone() {
    let found = loss::<Two>(intents()).unwrap();
    let alone = loss::<Intent>([IntentLabel::Book; 4]);
    assert_eq!(found.iter().map(|part| part.name.as_str()).collect::<Vec<_>>(), ["intent"]);
    assert!(found.part("slots").is_none());
    assert_eq!(found.part("intent").unwrap().count, alone.unwrap()[0].count);
}

#[test]
fn examples_without_labels_are_passed_over() {
    let mixed = intents().enumerate().map(|(number, all)| TwoTarget {
        slots: (number == 1).then(|| Tags::from(vec![SlotsLabel::BCITY])),
        intent: all.intent.filter(|_| number != 1),
    });
    let counts: Vec<(String, f64)> = loss::<Two>(mixed).unwrap().iter().map(|part| (part.name.clone(), part.count)).collect();
    assert_eq!(counts, [("intent".to_owned(), 3.0), ("slots".to_owned(), 1.0)]);
}

#[test]
fn a_batch_without_any_target_is_refused() {
    let error = loss::<Two>((0..4).map(|_| TwoTarget::default())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Target);
    assert!(error.to_string().contains("none of the head's losses has a target in this batch"), "{error}");
}

#[test]
fn a_loss_that_reads_the_batch_alone_counts_without_targets() {
    let found = loss::<Nested>((0..4).map(|_| NestedTarget::default())).unwrap();
    assert_eq!(numbers(&found).into_iter().map(|(name, ..)| name).collect::<Vec<_>>(), ["pairs"]);
}

#[test]
fn faults_name_the_field() {
    let model: BertFor<Nested> = single(false);
    let wrong = Targets::new().with("labels.inner.type", vec![Target::Classes(vec![7]); TEXTS.len()]);
    let error = model.loss(&Context::evaluation(), &batch(model.bert()), &wrong).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Target);
    assert!(error.to_string().starts_with("`inner`: `type`: the target of `logits` in example 0"), "{error}");
}
