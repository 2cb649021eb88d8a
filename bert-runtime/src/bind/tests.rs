//! Binding: what is loaded, what is new, and what every fault says.
#![allow(clippy::unwrap_used)]

mod faults;
mod fresh;
mod labels;
mod real;
mod tied;

use tempfile::TempDir;

use super::Binder;
use crate::config::BertConfig;
use crate::error::ErrorKind;
use crate::weights::tests::{file, folder};
use crate::weights::{Checkpoint, Outcome, Report};

/// The tensors of a small checkpoint: an encoder's word embeddings `[5, 4]`, a pooler, a classifier of 2 labels.
fn tensors() -> Vec<(&'static str, &'static [usize], Vec<f32>)> {
    let rising = |count: i16| (1..=count).map(f32::from).collect::<Vec<_>>();
    vec![
        ("bert.embeddings.word_embeddings.weight", &[5, 4], rising(20)),
        ("bert.pooler.dense.weight", &[4, 4], rising(16)),
        ("bert.pooler.dense.bias", &[4], rising(4)),
        ("classifier.weight", &[2, 4], rising(8)),
        ("classifier.bias", &[2], rising(2)),
    ]
}

fn config(more: &str) -> BertConfig {
    let text = format!(
        "{{\"model_type\": \"bert\", \"vocab_size\": 5, \"hidden_size\": 4, \"num_hidden_layers\": 1,
          \"num_attention_heads\": 2, \"intermediate_size\": 8{more}}}"
    );
    BertConfig::parse(text.as_bytes(), "config.json").unwrap()
}

/// A checkpoint of these tensors, and the folder that keeps it.
fn checkpoint(tensors: &[(&str, &[usize], Vec<f32>)]) -> (Checkpoint, TempDir) {
    let folder = folder("model.safetensors", &file(tensors));
    (Checkpoint::open(folder.path()).unwrap(), folder)
}

/// The report of a binder at which something is wrong.
#[track_caller]
fn failed(binder: Binder<'_>) -> (Report, String) {
    let error = binder.finish().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Binding);
    (error.report().unwrap().clone(), error.to_string())
}

#[track_caller]
fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

fn names(report: &Report, outcome: Outcome) -> Vec<&str> {
    report.of(outcome).map(|entry| entry.name.as_str()).collect()
}
