//! Heads that read `pooled`, on encoders with a pooler and without one.

use std::collections::HashMap;

use bert_runtime::weights::{NoteKind, Outcome};
use bert_runtime::{BertFor, ErrorKind, Task, head};
use candle_core::{Device, Tensor};
use serde_json::json;
use tests::case::Case;
use tests::folders::{Copy, fixture};
use tests::heads::Similarity;
use tests::numbers::furthest;

use crate::says;

head! {
    /// A new pooler, where there is none.
    pub head Own { labels calm, loud; input pooled fresh; classifier: linear -> labels; loss cross_entropy; }

    /// Only for encoders of one width.
    pub head Wide { input pooled; linear 768 -> 1; squeeze; loss mse; }
}

const POOLER: [&str; 2] = ["bert.pooler.dense.weight", "bert.pooler.dense.bias"];

fn without_pooler() -> std::path::PathBuf {
    fixture("token_classification")
}

fn fresh<T: Task>(folder: &std::path::Path) -> bert_runtime::Result<BertFor<T>> {
    BertFor::fresh_head(folder, 1, &Device::Cpu)
}

fn poolers<T: Task>(model: &BertFor<T>, outcome: Outcome) -> usize {
    model.report().of(outcome).filter(|entry| POOLER.contains(&entry.name.as_str())).count()
}

#[test]
fn pooled_on_a_checkpoint_without_a_pooler_is_refused_with_the_reason() {
    for error in [
        fresh::<Similarity>(&without_pooler()).unwrap_err(),
        BertFor::<Similarity>::from_pretrained(without_pooler(), &Device::Cpu).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Binding);
        says(&error.to_string(), &["input pooled", "no pooler", "saved from a class without one", "`input cls`", "`input pooled fresh`"]);
    }
}

#[test]
fn a_new_pooler_is_listed_saved_where_the_encoders_would_be_and_loaded_from_there() {
    let model = fresh::<Own>(&without_pooler()).unwrap();
    assert_eq!(poolers(&model, Outcome::Fresh), 2);
    let saved: HashMap<String, Tensor> =
        model.parameters().iter().map(|parameter| (parameter.name().to_owned(), parameter.tensor().clone())).collect();
    assert!(POOLER.iter().all(|name| saved.contains_key(*name)));
    let copy = Copy::of(without_pooler())
        .with_config("id2label", json!({"0": "calm", "1": "loud"}))
        .with_config("label2id", json!(null))
        .with_weights(|weights| *weights = saved);
    let loaded = BertFor::<Own>::from_pretrained(copy.path(), &Device::Cpu).unwrap();
    assert_eq!((poolers(&loaded, Outcome::Loaded), loaded.report().of(Outcome::Fresh).count()), (2, 0));
    let batch = Case::open(without_pooler()).batch();
    assert_eq!(furthest(&model.forward(&batch).unwrap().logits, &loaded.forward(&batch).unwrap().logits), 0.0);
}

#[test]
fn a_pooler_that_there_is_is_not_made_anew() {
    let model = fresh::<Own>(&fixture("next_sentence")).unwrap();
    assert_eq!((poolers(&model, Outcome::Loaded), poolers(&model, Outcome::Fresh)), (2, 0));
}

#[test]
fn a_pooler_that_was_never_trained_is_warned_of() {
    let copy = Copy::of(fixture("next_sentence"))
        .with_weights(|weights| *weights.get_mut(POOLER[1]).unwrap() = weights[POOLER[1]].zeros_like().unwrap());
    let notes = |folder: &std::path::Path| {
        let model = fresh::<Similarity>(folder).unwrap();
        model.report().notes.iter().filter(|note| note.kind == NoteKind::UntrainedPooler).count()
    };
    assert_eq!((notes(copy.path()), notes(&fixture("next_sentence"))), (1, 0));
}
