#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use candle_core::{DType, Device};
use serde_json::{Value, json};

use super::*;
use crate::interpret::DynamicHead;
use crate::model::DynamicBert;
use crate::testing::faults::{END, full_from, operations};
use crate::testing::tiny_bert;

const HEAD: &str = "head Mood { labels bad, good; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy; }";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}

fn fresh(folder: &Path, head: &str) -> DynamicBert {
    DynamicBert::fresh_head(&DynamicHead::from_source(head).unwrap(), folder, 1, &Device::Cpu).unwrap()
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn names(path: &Path) -> BTreeSet<String> {
    candle_core::safetensors::load(path, &Device::Cpu).unwrap().into_keys().collect()
}

#[test]
fn what_is_saved_is_read_again() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let model = fresh(folder.path(), HEAD);
    let saved = out.path().join("mood");
    let card = ModelCard::default().license("mit").dataset("reviews: \"ours\"").score("accuracy", 0.5);
    model.save_pretrained_with(&saved, &SaveOptions { dtype: None, card }).unwrap();
    let again = DynamicBert::from_pretrained(&DynamicHead::from_file(saved.join("head.head")).unwrap(), &saved, &Device::Cpu).unwrap();
    let scores = |model: &DynamicBert| serde_json::to_string(&model.predict("who eats paris ?").unwrap().into_inner()).unwrap();
    assert_eq!(scores(&again), scores(&model));
    let config = json(&saved.join("config.json"));
    assert_eq!(config["architectures"], json!(["BertForSequenceClassification"]));
    assert_eq!(config["id2label"], json!({"0": "bad", "1": "good"}));
    assert_eq!((&config["label2id"]["good"], &config["problem_type"]), (&json!(1), &json!("single_label_classification")));
    assert_eq!(config["hidden_size"], json!(8));
    let card = fs::read_to_string(saved.join("README.md")).unwrap();
    for words in
        ["license: \"mit\"", "pipeline_tag: text-classification", "- \"reviews: \\\"ours\\\"\"", "| accuracy | 0.5000 |", "head Mood {"]
    {
        assert!(card.contains(words), "{words} in {card}");
    }
}

#[test]
fn stock_heads_have_their_class_and_their_tensors() {
    for (name, class) in [
        ("sequence_classification", "BertForSequenceClassification"),
        ("regression", "BertForSequenceClassification"),
        ("multi_label", "BertForSequenceClassification"),
        ("token_classification", "BertForTokenClassification"),
        ("question_answering", "BertForQuestionAnswering"),
        ("multiple_choice", "BertForMultipleChoice"),
        ("masked_lm", "BertForMaskedLM"),
        ("next_sentence", "BertForNextSentencePrediction"),
        ("pre_training", "BertForPreTraining"),
    ] {
        let (folder, out) = (fixture(name), tempfile::tempdir().unwrap());
        let head = DynamicHead::from_file(folder.join("head.head")).unwrap();
        let model = DynamicBert::from_pretrained(&head, &folder, &Device::Cpu).unwrap();
        let saved = out.path().join("saved");
        model.save_pretrained(&saved).unwrap();
        let (found, expected) = (json(&saved.join("config.json")), json(&folder.join("config.json")));
        assert_eq!(found["architectures"], json!([class]), "{name}");
        assert_eq!(expected["architectures"], json!([class]), "{name}");
        if !expected["problem_type"].is_null() {
            assert_eq!(found["problem_type"], expected["problem_type"], "{name}");
        }
        assert_eq!(names(&saved.join("model.safetensors")), names(&folder.join("model.safetensors")), "{name}");
    }
}

#[test]
fn half_precision_takes_half_the_room() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let model = fresh(folder.path(), HEAD);
    let size = |dtype| {
        let saved = out.path().join(format!("{dtype:?}"));
        model.save_pretrained_with(&saved, &SaveOptions { dtype: Some(dtype), ..SaveOptions::default() }).unwrap();
        let tensors = candle_core::safetensors::load(saved.join("model.safetensors"), &Device::Cpu).unwrap();
        assert!(tensors.values().all(|tensor| tensor.dtype() == dtype));
        tensors.values().map(|tensor| tensor.elem_count() * dtype.size_in_bytes()).sum::<usize>()
    };
    assert_eq!(size(DType::F32), 2 * size(DType::F16));
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    fs::write(out.path().join("thesis.txt"), "years of work").unwrap();
    let said = fresh(folder.path(), HEAD).save_pretrained(out.path()).unwrap_err().to_string();
    assert!(said.contains("`thesis.txt`"), "{said}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 1);
}

#[test]
fn a_full_disk_leaves_the_model_that_was_there() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let (old, new) = (fresh(folder.path(), HEAD), fresh(folder.path(), &HEAD.replace("good", "great")));
    let saved = out.path().join("mood");
    old.save_pretrained(&saved).unwrap();
    let labels = || json(&saved.join("config.json"))["id2label"]["1"].clone();
    let count = operations(|| new.save_pretrained(out.path().join("elsewhere")).unwrap());
    for at in 0..count {
        let failed = full_from(at, || new.save_pretrained(&saved)).is_err();
        assert!(failed, "operation {at} of {count}");
        assert_eq!(labels(), json!("good"), "operation {at} of {count}");
    }
    new.save_pretrained(&saved).unwrap();
    assert_eq!(labels(), json!("great"));
}

/// The folder of the encoder, and that of the model, of a process that a test starts.
const FOLDERS: &str = "BERT_TEST_SAVE_FOLDERS";

#[test]
fn a_process_that_is_killed_leaves_a_model_that_loads() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let (old, new) = (fresh(folder.path(), HEAD), fresh(folder.path(), &HEAD.replace("good", "great")));
    let count = operations(|| new.save_pretrained(out.path().join("elsewhere")).unwrap());
    let saved = out.path().join("mood");
    for at in 0..count {
        old.save_pretrained(&saved).unwrap();
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "save::tests::save_in_a_process_of_its_own", "--ignored"])
            .env(END, at.to_string())
            .env(FOLDERS, format!("{}\n{}", folder.path().display(), saved.display()))
            .output()
            .unwrap();
        assert!(!ended.status.success(), "operation {at} of {count} was not reached");
        let head = DynamicHead::from_file(saved.join("head.head")).unwrap();
        DynamicBert::from_pretrained(&head, &saved, &Device::Cpu).unwrap();
        let label = &json(&saved.join("config.json"))["id2label"]["1"];
        assert_eq!(label, if at + 1 < count { "good" } else { "great" }, "operation {at} of {count}");
    }
    println!("killed-saves {count}/{count}");
}

#[test]
#[ignore = "started by another test, as a process that is killed"]
fn save_in_a_process_of_its_own() {
    let Ok(folders) = std::env::var(FOLDERS) else { return };
    let (encoder, saved) = folders.split_once('\n').unwrap();
    fresh(Path::new(encoder), &HEAD.replace("good", "great")).save_pretrained(saved).unwrap();
}
