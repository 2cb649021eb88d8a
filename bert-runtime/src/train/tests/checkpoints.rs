//! Trainings that are saved, ended and resumed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::{HEAD, examples, train, trainer, weights};
use crate::testing::tiny_bert;
use crate::train::{Ending, Record};

const STEPS: u64 = 9;

/// Every file below a folder with its bytes, but the lock; of records without their rates.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with(".lock") && !path.ends_with("metrics.jsonl") {
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    let records = records(folder).into_iter().map(|record| Record { tokens_per_second: None, ..record });
    found.insert("metrics.jsonl".into(), records.map(|record| serde_json::to_string(&record).unwrap()).collect::<String>().into());
    found
}

fn records(folder: &Path) -> Vec<Record> {
    fs::read_to_string(folder.join("metrics.jsonl")).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_training_that_is_resumed_is_as_if_nothing_had_happened() {
    let (model, whole) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let uninterrupted = train(trainer(model.path(), HEAD).folder(whole.path())).unwrap();
    for stop in 0..=STEPS {
        let out = tempfile::tempdir().unwrap();
        let first = train(trainer(model.path(), HEAD).folder(out.path()).stop_after(stop)).unwrap();
        assert_eq!(first.ending, if stop < STEPS { Ending::Interrupted } else { Ending::Completed }, "{stop}");
        for _ in 0..2 {
            let resumed = train(trainer(model.path(), HEAD).folder(out.path()).resume()).unwrap();
            assert_eq!((resumed.ending, weights(&resumed.model)), (Ending::Completed, weights(&uninterrupted.model)), "{stop}");
        }
        let newest = |path: &PathBuf| !path.starts_with("checkpoints") || path.starts_with("checkpoints/step-00000009");
        let only = |folder| contents(folder).into_iter().filter(|(path, _)| newest(path)).collect::<BTreeMap<_, _>>();
        let (found, expected) = (only(out.path()), only(whole.path()));
        let other: Vec<&PathBuf> = expected.keys().chain(found.keys()).filter(|path| found.get(*path) != expected.get(*path)).collect();
        assert!(other.is_empty(), "after {stop} steps: {other:?}");
    }
}

#[test]
fn a_folder_is_not_trained_in_twice_by_mistake() {
    let (model, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    train(trainer(model.path(), HEAD).folder(out.path()).stop_after(2)).unwrap();
    let said = train(trainer(model.path(), HEAD).folder(out.path())).unwrap_err().to_string();
    assert!(said.contains("go on with `resume`"), "{said}");
}

#[test]
fn other_data_settings_or_heads_are_refused_with_the_difference() {
    let (model, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    train(trainer(model.path(), HEAD).folder(out.path()).stop_after(2)).unwrap();
    let said = |trainer: crate::Trainer<crate::DynamicBert>| train(trainer.folder(out.path()).resume()).unwrap_err().to_string();
    let other = |change: &str| HEAD.replace("0.1", change);
    for (trainer, words) in [
        (trainer(model.path(), HEAD).batch_size(3), "batch_size: was 4, is 3"),
        (trainer(model.path(), HEAD).seed(7), "seed: was 42, is 7"),
        (trainer(model.path(), HEAD).learning_rate(0.5), "learning_rate: was 0.01, is 0.5"),
        (trainer(model.path(), &other("0.2")), "head: was "),
    ] {
        let said = said(trainer);
        assert!(said.contains(words), "{said}");
    }
    let fewer = trainer(model.path(), HEAD).folder(out.path()).resume().train(examples().into_iter().take(11), examples());
    let fewer = fewer.unwrap_err().to_string();
    assert!(fewer.contains("examples: was 12 of train with the hash") && !fewer.contains("dev examples"), "{fewer}");
}

#[test]
fn a_checkpoint_that_changed_is_named_and_the_one_before_it_taken_on_request() {
    for file in ["model.safetensors", "optimizer.safetensors", "state.json", "manifest.json"] {
        for change in ["flipped", "cut", "empty", "gone"] {
            let (model, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
            let uninterrupted = train(trainer(model.path(), HEAD).folder(out.path())).unwrap();
            let path = out.path().join("checkpoints/step-00000009").join(file);
            spoil(&path, change);
            let said = train(trainer(model.path(), HEAD).folder(out.path()).resume()).unwrap_err().to_string();
            assert!(said.contains(file) && said.contains("fall_back"), "{file} {change}: {said}");
            let resumed = train(trainer(model.path(), HEAD).folder(out.path()).fall_back()).unwrap();
            assert_eq!(weights(&resumed.model), weights(&uninterrupted.model), "{file} {change}");
        }
    }
}

#[test]
fn a_checkpoint_of_another_form_is_refused_whichever_version_wrote_it() {
    for form in ["0", "2", "null", "\"1\""] {
        let (model, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
        train(trainer(model.path(), HEAD).folder(out.path()).stop_after(2)).unwrap();
        let folder = out.path().join("checkpoints/step-00000002");
        let state = fs::read_to_string(folder.join("state.json")).unwrap();
        fs::write(folder.join("state.json"), state.replace("\"format\": 1", &format!("\"format\": {form}"))).unwrap();
        crate::train::checkpoint::vouch(&folder).unwrap();
        let said = train(trainer(model.path(), HEAD).folder(out.path()).resume()).unwrap_err().to_string();
        assert!(said.contains("this version reads 1: resume with the version that wrote it"), "{said}");
    }
}

fn spoil(path: &Path, change: &str) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    match change {
        "flipped" => bytes[middle] ^= 1,
        "cut" => bytes.truncate(middle),
        "empty" => bytes.clear(),
        _ => return fs::remove_file(path).unwrap(),
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_second_training_in_a_folder_is_refused() {
    let (model, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let held = crate::train::lock::Lock::take(out.path()).unwrap();
    let said = train(trainer(model.path(), HEAD).folder(out.path())).unwrap_err().to_string();
    assert!(said.contains("another training is at work"), "{said}");
    drop(held);
    train(trainer(model.path(), HEAD).folder(out.path())).unwrap();
}

#[test]
fn old_checkpoints_go_and_the_best_stays() {
    let (model, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let trained = train(trainer(model.path(), HEAD).folder(out.path()).save_every(1).epochs(4)).unwrap();
    let kept = crate::train::checkpoint::numbers(out.path()).unwrap();
    let best = trained.best.unwrap().step;
    assert!(kept.contains(&best) && kept.ends_with(&[11, 12]) && kept.len() <= 3, "{kept:?}, best {best}");
    let curve = fs::read_to_string(out.path().join("curve.svg")).unwrap();
    assert!(curve.starts_with("<svg") && curve.contains("dev loss"), "{curve}");
}

#[test]
fn a_half_written_line_of_the_log_is_forgotten() {
    let (model, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    train(trainer(model.path(), HEAD).folder(out.path()).stop_after(4)).unwrap();
    let path = out.path().join("metrics.jsonl");
    let text = fs::read_to_string(&path).unwrap() + "{\"step\": 5, \"ep";
    fs::write(&path, text).unwrap();
    train(trainer(model.path(), HEAD).folder(out.path()).resume()).unwrap();
    assert_eq!(records(out.path()).len(), 12);
}
