#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use super::environment::{Environment, Variables};
use super::id::Wanted;
#[cfg(not(feature = "hub"))]
use super::look_up;
use super::{cache, resolve};
use crate::{Error, ErrorKind};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn environment(set: &[(&str, &str)]) -> Environment {
    let set: BTreeMap<_, _> = set.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
    Environment::of(&Variables { read: &|name| set.get(name).cloned(), home: Some(PathBuf::from("/home/me")) }).unwrap()
}

fn cached(cache: &Path, files: &[(&str, &str)]) -> PathBuf {
    let model = cache.join("models--org--name");
    let folder = model.join("snapshots").join(COMMIT);
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir_all(model.join("refs/refs/pr")).unwrap();
    fs::write(model.join("refs/main"), COMMIT).unwrap();
    fs::write(model.join("refs/refs/pr/1"), format!("{COMMIT}\n")).unwrap();
    files.iter().for_each(|(name, content)| fs::write(folder.join(name), content).unwrap());
    folder
}

fn find(cache: &Path, revision: &str) -> Result<PathBuf, Error> {
    cache::find_whole(&Wanted::parse("org/name", Some(revision)).unwrap(), cache, "do this")
}

#[test]
fn the_cache_is_where_hugging_face_has_it() {
    let at = |set: &[(&str, &str)]| environment(set).cache;
    assert_eq!(at(&[]), Path::new("/home/me/.cache/huggingface/hub"));
    assert_eq!(at(&[("XDG_CACHE_HOME", "/x")]), Path::new("/x/huggingface/hub"));
    assert_eq!(at(&[("XDG_CACHE_HOME", "/x"), ("HF_HOME", "~/hf")]), Path::new("/home/me/hf/hub"));
    assert_eq!(at(&[("HF_HOME", "/hf"), ("HUGGINGFACE_HUB_CACHE", "/old")]), Path::new("/old"));
    assert_eq!(at(&[("HUGGINGFACE_HUB_CACHE", "/old"), ("HF_HUB_CACHE", "/new")]), Path::new("/new"));
    assert_eq!(at(&[("HF_HUB_CACHE", ""), ("HF_HOME", "/hf")]), Path::new("/hf/hub"));
}

#[test]
fn offline_is_read_as_hugging_face_reads_it() {
    for value in ["1", "on", "YES", "True"] {
        assert!(environment(&[("HF_HUB_OFFLINE", value)]).offline, "{value}");
    }
    for value in ["", "0", "no", "2"] {
        assert!(!environment(&[("HF_HUB_OFFLINE", value)]).offline, "{value}");
    }
    assert!(environment(&[("TRANSFORMERS_OFFLINE", "1")]).offline);
}

#[test]
fn a_folder_is_taken_as_it_is_and_a_file_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let named = folder.path().join("a model ü");
    fs::create_dir(&named).unwrap();
    assert_eq!(resolve(named.to_str().unwrap(), None, true).unwrap(), named);
    let file = named.join("config.json");
    fs::write(&file, "{}").unwrap();
    let error = resolve(file.to_str().unwrap(), None, true).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("is a file; give the folder"), "{error}");
}

#[test]
fn what_is_neither_a_folder_nor_an_id_is_refused_before_any_look_up() {
    for id in ["", "/no/such/folder", "./absent", "a/b/c", "../up", "a--b", "a..b", "name.git", "org/", "-a", "a b", "ü", "a\\b"] {
        let error = Wanted::parse(id, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Hub);
        assert!(error.to_string().contains("not an existing folder"), "{error}");
    }
    for id in ["bert-base-uncased", "google-bert/bert-base-uncased", "a", "o/n.v1_2"] {
        assert!(Wanted::parse(id, None).is_ok(), "{id}");
    }
    for revision in ["", "..", "a/../b", "/a", "a/", "a b", "a?b", ".hidden", "a\n"] {
        assert!(Wanted::parse("org/name", Some(revision)).is_err(), "{revision}");
    }
}

#[test]
fn a_whole_model_in_the_cache_is_found_by_branch_and_commit() {
    let cache = tempfile::tempdir().unwrap();
    let folder = cached(cache.path(), &[("config.json", "{}"), ("model.safetensors", "x")]);
    for revision in ["main", "refs/pr/1", COMMIT] {
        assert_eq!(find(cache.path(), revision).unwrap(), folder);
    }
}

#[test]
fn a_model_that_is_not_in_the_cache_says_where_it_was_sought() {
    let cache = tempfile::tempdir().unwrap();
    let message = find(cache.path(), "v2").unwrap_err().to_string();
    for part in ["`org/name` at revision `v2`", cache.path().to_str().unwrap(), "do this"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_part_of_a_model_is_not_taken_for_a_whole() {
    let index = r#"{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"#;
    let cases: [(&[(&str, &str)], &str); 3] = [
        (&[("model.safetensors", "x")], "lacks config.json;"),
        (&[("config.json", "{}")], "lacks weights (model.safetensors or pytorch_model.bin);"),
        (&[("config.json", "{}"), ("model.safetensors.index.json", index), ("model-1.safetensors", "x")], "lacks model-2.safetensors;"),
    ];
    for (files, lack) in cases {
        let cache = tempfile::tempdir().unwrap();
        cached(cache.path(), files);
        let message = find(cache.path(), "main").unwrap_err().to_string();
        assert!(message.contains("only in part") && message.contains(lack), "{message}");
    }
}

#[test]
fn an_index_that_leads_out_of_its_folder_is_refused() {
    for index in [r#"{"weight_map": {"a": "../evil"}}"#, r#"{"weight_map": {"a": 1}}"#, "{}", "<html>", r#"{"weight_map": {"a": ""}}"#] {
        let cache = tempfile::tempdir().unwrap();
        cached(cache.path(), &[("config.json", "{}"), ("pytorch_model.bin.index.json", index)]);
        let error = find(cache.path(), "main").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Weights, "{error}");
    }
}

#[test]
fn a_noted_commit_that_leads_elsewhere_is_not_followed() {
    let cache = tempfile::tempdir().unwrap();
    cached(cache.path(), &[("config.json", "{}"), ("model.safetensors", "x")]);
    fs::write(cache.path().join("models--org--name/refs/main"), "../../..").unwrap();
    assert!(find(cache.path(), "main").is_err());
}

#[cfg(not(feature = "hub"))]
#[test]
fn without_downloads_the_cache_is_read_and_what_is_not_there_says_what_to_do() {
    let cache = tempfile::tempdir().unwrap();
    let read = |name: &str| (name == "HF_HUB_CACHE").then(|| cache.path().into());
    let find = || look_up(&Wanted::parse("org/name", None).unwrap(), false, &Variables { read: &read, home: None });
    let message = find().unwrap_err().to_string();
    assert!(message.contains("is not in the cache") && message.contains("build with the feature `hub`"), "{message}");
    let folder = cached(cache.path(), &[("config.json", "{}"), ("model.safetensors", "x")]);
    assert_eq!(find().unwrap(), folder);
}
