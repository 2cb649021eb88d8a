//! Folders and files that are not what they should be.

use super::{folder, open, refused};
use crate::error::ErrorKind;
use crate::weights::Checkpoint;

#[test]
fn impostors_are_named() {
    for name in ["model.safetensors", "pytorch_model.bin"] {
        refused(open(name, b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"), &[name, "LFS", "git lfs pull"]);
        refused(open(name, b"\n<!DOCTYPE html><html>login</html>"), &[name, "HTML"]);
        refused(open(name, b"<HTML>"), &[name, "HTML"]);
        refused(open(name, b""), &[name, "empty"]);
    }
    refused(open("model.safetensors", b"PK\x03\x04 and so on"), &["zip", "pytorch_model.bin"]);
    refused(open("model.safetensors.index.json", b"<html>"), &["HTML"]);
}

#[test]
fn folders_without_weights_say_what_is_expected() {
    let empty = tempfile::tempdir().unwrap();
    refused(Checkpoint::open(empty.path()), &["no weights", "model.safetensors", "pytorch_model.bin"]);
    refused(open("tf_model.h5", b"x"), &["no weights", "tf_model.h5", "another library"]);
    let missing = Checkpoint::open(empty.path().join("nowhere")).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Io);
    let file = folder("model.safetensors", b"x");
    refused(Checkpoint::open(file.path().join("model.safetensors")), &["not a folder"]);
    std::fs::create_dir(empty.path().join("model.safetensors")).unwrap();
    refused(Checkpoint::open(empty.path()), &["not a file"]);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_an_error_and_one_to_a_file_is_followed() {
    let blobs = folder("blob", &super::file(&[("a", &[1], vec![1.])]));
    let linked = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(blobs.path().join("blob"), linked.path().join("model.safetensors")).unwrap();
    assert_eq!(super::numbers(&Checkpoint::open(linked.path()).unwrap(), "a"), [1.]);
    drop(blobs);
    assert_eq!(Checkpoint::open(linked.path()).unwrap_err().kind(), ErrorKind::Io);
}
