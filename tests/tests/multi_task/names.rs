//! What parameters, outputs, targets and faults are called, and what is the encoder's own.

use bert_runtime::bind::Binder;
use bert_runtime::weights::{NoteKind, Outcome};
use bert_runtime::{Device, ErrorKind, Head as _, all_parameters};
use tests::folders::fixture;

use super::*;

#[test]
fn parameters_have_the_fields_name_and_the_encoders_their_own() {
    let model: BertFor<Assistant> = single(true);
    let own: Vec<&str> = all_parameters(model.head()).into_iter().map(|parameter| parameter.name()).collect();
    let expected = [
        "intent.classifier.weight",
        "intent.classifier.bias",
        "slots.classifier.weight",
        "slots.classifier.bias",
        "fill.cls.predictions.transform.weight",
        "fill.cls.predictions.transform.bias",
        "bert.embeddings.word_embeddings.weight",
        "fill.cls.predictions.bias",
        "bert.pooler.dense.weight",
        "bert.pooler.dense.bias",
        "both.down.weight",
        "both.down.bias",
        "both.up.weight",
        "both.up.bias",
        "both.linear.weight",
        "both.linear.bias",
        "place.linear.weight",
        "place.linear.bias",
    ];
    assert_eq!(own, expected);
    let poolers = model.parameters().into_iter().filter(|parameter| parameter.name().ends_with("pooler.dense.weight")).count();
    assert_eq!(poolers, 1);
    assert_eq!(model.head().outputs(), ["intent", "slots", "fill", "both.marks", "both.tone", "place.first", "place.last", "vector"]);
}

#[test]
fn the_tree_is_that_of_nested_modules() {
    let model: BertFor<Nested> = single(false);
    let tree = "(inner): Twins(
  (one): Intent(
    (dropout): Dropout(p=0.4, inplace=False)
    (classifier): Linear(in_features=32, out_features=3, bias=True)
  )
  (type): Intent(
    (dropout): Dropout(p=0.4, inplace=False)
    (classifier): Linear(in_features=32, out_features=3, bias=True)
  )
)
(pairs): Pairs(
  (linear): Linear(in_features=32, out_features=4, bias=True)
)
";
    assert_eq!(model.tree(), tree);
    assert_eq!(model.head().outputs(), ["inner.one", "inner.type", "pairs"]);
    let answer = model.predict("Paris").unwrap();
    assert_eq!((answer.inner.one.scores.len(), answer.inner.r#type.scores.len(), answer.pairs.len()), (3, 3, 4));
}

#[test]
fn what_is_said_of_the_task_is_said_of_its_fields() {
    assert_eq!((Assistant::NAME, Assistant::OUTPUTS, Assistant::ANSWERS), ("Assistant", 8, 7));
    let sources: Vec<&str> = Assistant::READS.iter().map(|reads| reads.source).collect();
    assert_eq!(sources, ["pooled", "tokens", "tokens", "words", "pooled fresh", "tokens", "cls"]);
    assert_eq!(Twins::TEXT, format!("{0}\n{0}\n", Intent::TEXT));
    assert_eq!(Nested::TEXT, format!("{}\n{}\n", Twins::TEXT, Pairs::TEXT));
}

#[test]
fn what_is_missing_is_told_with_its_field() {
    let folder = Copy::of_tiny_bert();
    let error = Bert::open(folder.path(), &Device::Cpu).unwrap().bind::<Nested>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Binding);
    let missing: Vec<_> = error.report().unwrap().of(Outcome::Missing).map(|entry| entry.name.as_str()).collect();
    assert_eq!(missing.first(), Some(&"inner.one.classifier.weight"));
    assert!(error.to_string().contains("(`inner.type`, line "), "{error}");
}

/// Labels of one task, beside one that has none.
#[derive(Debug, MultiTask)]
pub struct Lone {
    intent: Intent,
    vector: Vector,
}

/// Labels of two tasks.
#[derive(Debug, MultiTask)]
pub struct Two {
    intent: Intent,
    slots: Slots,
}

/// Labels of one task, beside one with several sets of its own.
#[derive(Debug, MultiTask)]
pub struct Unclear {
    intent: Intent,
    several: Several,
}

head! {
    pub head Several {
        labels a = x, y;
        labels b = z, w;
        input cls; linear hidden -> a; output a; loss cross_entropy;
        input cls; linear hidden -> b; output b; loss cross_entropy;
    }
}

/// What is wrong and noted of labels where a checkpoint names others.
fn about_labels<T: Task>() -> (bool, Vec<String>) {
    let config = bert_runtime::config::BertConfig::from_folder(fixture("layouts/single")).unwrap();
    let checkpoint = bert_runtime::weights::Checkpoint::open(fixture("layouts/single")).unwrap();
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    let _ = T::bind(&mut binder);
    let error = binder.finish().unwrap_err();
    let report = error.report().unwrap();
    let notes = report.notes.iter().filter(|note| note.kind == NoteKind::LabelsByNumber).map(|note| note.text.clone()).collect();
    (report.faults.iter().any(|fault| fault.text.contains("id2label")), notes)
}

#[test]
fn labels_are_matched_by_name_only_where_it_is_clear_whose_they_are() {
    assert_eq!(about_labels::<Lone>(), (true, vec![]));
    let (is_wrong, notes) = about_labels::<Two>();
    assert!(!is_wrong && notes.len() == 2 && notes[0].contains("`intent.labels`") && notes[1].contains("`slots.labels`"), "{notes:?}");
    let (is_wrong, notes) = about_labels::<Unclear>();
    assert!(!is_wrong && notes.len() == 1 && notes[0].contains("`intent.labels`"), "{notes:?}");
}
