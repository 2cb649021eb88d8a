//! Weights that are spread over several files.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{file, numbers, refused};
use crate::error::Result;
use crate::weights::Checkpoint;

const FIRST: &str = "model-00001-of-00002.safetensors";
const SECOND: &str = "model-00002-of-00002.safetensors";

fn shards() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FIRST), file(&[("a", &[2], vec![1., 2.])])).unwrap();
    std::fs::write(folder.path().join(SECOND), file(&[("b", &[1], vec![3.]), ("c", &[1], vec![4.])])).unwrap();
    folder
}

fn open(folder: &TempDir, index: &Value) -> Result<Checkpoint> {
    std::fs::write(folder.path().join("model.safetensors.index.json"), index.to_string()).unwrap();
    Checkpoint::open(folder.path())
}

fn index() -> Value {
    json!({"metadata": {"total_size": 16}, "weight_map": {"a": FIRST, "b": SECOND, "c": SECOND}})
}

#[test]
fn shards_are_one_checkpoint() {
    let folder = shards();
    let checkpoint = open(&folder, &index()).unwrap();
    assert_eq!(checkpoint.names().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!([numbers(&checkpoint, "a"), numbers(&checkpoint, "b"), numbers(&checkpoint, "c")].concat(), [1., 2., 3., 4.]);
}

#[test]
fn an_index_that_lies_is_an_error() {
    let folder = shards();
    let changed = |pointer: &str, value: Value| {
        let mut index = index();
        *index.pointer_mut(pointer).unwrap() = value;
        open(&folder, &index)
    };
    refused(changed("/weight_map/b", json!(FIRST)), &["`b`", FIRST, SECOND]);
    refused(changed("/metadata/total_size", json!(17)), &["17 bytes", "16"]);
    refused(changed("/metadata/total_size", json!("16")), &["total_size"]);
    refused(changed("/weight_map", json!([])), &["weight_map"]);
    refused(changed("/weight_map", json!({})), &["0 files"]);
    refused(changed("/weight_map", json!({"a": FIRST})), &["does not name", SECOND]);
    refused(changed("/weight_map", json!({"a": FIRST, "b": SECOND})), &["does not list `c`"]);
    refused(changed("/weight_map", json!({"a": FIRST, "b": SECOND, "c": SECOND, "d": SECOND})), &["`d`", "does not have it"]);
    let twice = format!("{{\"weight_map\": {{\"a\": \"{FIRST}\",\n\"a\": \"{FIRST}\"}}}}");
    std::fs::write(folder.path().join("model.safetensors.index.json"), twice).unwrap();
    refused(Checkpoint::open(folder.path()), &["line 2", "twice"]);
}

#[test]
fn names_stay_in_their_folder() {
    let folder = shards();
    for file in ["../x", "/etc/passwd", "a/b", "C:\\x", "", "a\0b", "..", ".", "C:x", "a\\b"] {
        refused(open(&folder, &json!({"weight_map": {"a": file}})), &["`a`", "beside the index"]);
    }
    refused(open(&folder, &json!({"weight_map": {"a": 1}})), &["beside the index"]);
}

#[test]
fn a_missing_shard_is_named() {
    let folder = shards();
    std::fs::remove_file(folder.path().join(SECOND)).unwrap();
    refused(open(&folder, &index()), &[SECOND, "missing"]);
}

#[test]
fn one_name_in_two_shards_is_an_error() {
    let folder = shards();
    std::fs::write(folder.path().join(FIRST), file(&[("a", &[2], vec![1., 2.]), ("b", &[1], vec![3.])])).unwrap();
    refused(open(&folder, &index()), &["`b`", FIRST, SECOND]);
}

#[test]
fn a_huge_index_is_not_read() {
    let folder = shards();
    let path = folder.path().join("model.safetensors.index.json");
    std::fs::File::create(path).unwrap().set_len(1 << 30).unwrap();
    refused(Checkpoint::open(folder.path()), &["1073741824 bytes", "at most"]);
}
