//! Files that are written: whole, in their place, and never over another.

use std::fs;

use crate::support::{RIGHT, WRONG, bert, bert_reading, folder, write};

const CANONICAL: &str = "labels negative, positive;\ninput pooled; // whole\nlinear hidden -> labels;\nloss cross_entropy;\n";

#[test]
fn formatting_writes_the_canonical_form_and_keeps_comments() {
    let folder = folder();
    write(folder.path(), "a.head", RIGHT);
    let run = bert(folder.path(), &["fmt", "."]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), "./a.head\n"));
    assert_eq!(fs::read_to_string(folder.path().join("a.head")).unwrap(), CANONICAL);
    let again = bert(folder.path(), &["fmt", "a.head"]);
    assert_eq!((again.code, again.out.as_str()), (Some(0), ""));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "something is left beside the file");
}

#[test]
fn checking_the_form_writes_nothing() {
    let folder = folder();
    write(folder.path(), "a.head", RIGHT);
    write(folder.path(), "b.head", CANONICAL);
    let run = bert(folder.path(), &["fmt", "--check", "a.head", "b.head"]);
    assert_eq!((run.code, run.out.as_str()), (Some(1), "a.head\n"));
    assert_eq!(fs::read_to_string(folder.path().join("a.head")).unwrap(), RIGHT);
    assert_eq!(bert(folder.path(), &["fmt", "--check", "b.head"]).code, Some(0));
}

#[test]
fn what_is_not_written_as_a_head_is_left_and_drawn_and_the_others_are_formatted() {
    let folder = folder();
    write(folder.path(), "a.head", "input pooled;; linear -> -> 2;");
    write(folder.path(), "b.head", RIGHT);
    let run = bert(folder.path(), &["fmt", "a.head", "none.head", "b.head"]);
    assert_eq!((run.code, run.out.as_str()), (Some(1), "b.head\n"));
    assert!(run.err.contains("error[H010]") && run.err.contains("none.head cannot be read"), "{}", run.err);
    assert_eq!(fs::read_to_string(folder.path().join("a.head")).unwrap(), "input pooled;; linear -> -> 2;");
}

#[test]
fn a_wrong_head_of_the_right_form_is_formatted() {
    let folder = folder();
    let run = bert_reading(folder.path(), &["fmt", "-"], &WRONG.replace(" -> ", "->"));
    assert_eq!((run.code, run.out.as_str()), (Some(0), WRONG));
}

#[cfg(unix)]
#[test]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = folder();
    write(folder.path(), "real/a.head", RIGHT);
    let real = folder.path().join("real/a.head");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&real, folder.path().join("link.head")).unwrap();
    assert_eq!(bert(folder.path(), &["fmt", "link.head"]).code, Some(0));
    assert!(folder.path().join("link.head").is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), CANONICAL);
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn copying_a_head_never_overwrites() {
    let folder = folder();
    let copy = |arguments: &[&str]| bert(folder.path(), &[&["heads", "copy"], arguments].concat());
    assert_eq!(copy(&["tagging"]).out, "tagging.head\n");
    let copied = fs::read_to_string(folder.path().join("tagging.head")).unwrap();
    assert_eq!(copied, bert(folder.path(), &["heads", "show", "tagging"]).out);
    write(folder.path(), "tagging.head", "mine");
    let again = copy(&["tagging"]);
    assert!(again.code == Some(1) && again.err.contains("tagging.head is there already"), "{}", again.err);
    assert_eq!(fs::read_to_string(folder.path().join("tagging.head")).unwrap(), "mine");
    fs::create_dir(folder.path().join("heads")).unwrap();
    assert_eq!(copy(&["tagging", "heads"]).out.trim(), std::path::Path::new("heads").join("tagging.head").to_str().unwrap());
    let missing = copy(&["tagging", "no/such/folder/a.head"]);
    assert!(missing.code == Some(1) && missing.err.contains("cannot be written"), "{}", missing.err);
}
