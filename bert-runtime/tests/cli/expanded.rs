//! `bert expand`: what it prints is compiled here as it stands, and runs.

use std::fs;
use std::path::{Path, PathBuf};

use bert_runtime::{BertFor, Device};

use crate::support::{WRONG, bert, folder, write};

#[rustfmt::skip]
mod classification;
#[rustfmt::skip]
mod names;

/// Each head and the module that it becomes.
const HEADS: [&str; 2] = ["classification", "names"];

fn beside(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/expanded").join(file)
}

/// `UPDATE_EXPANDED=1` writes the modules again.
#[test]
fn what_is_printed_is_what_is_compiled() {
    for name in HEADS {
        let run = bert(&beside(""), &["expand", &format!("{name}.head")]);
        let module = beside(&format!("{name}.rs"));
        if std::env::var_os("UPDATE_EXPANDED").is_some() {
            fs::write(&module, &run.out).unwrap();
        }
        assert_eq!((run.code, run.out), (Some(0), fs::read_to_string(module).unwrap()), "{name}: UPDATE_EXPANDED=1 writes it again");
    }
}

#[test]
fn what_is_compiled_runs() {
    let tiny = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert");
    let mood = BertFor::<classification::Classification>::fresh_head(tiny, 1, &Device::Cpu).unwrap();
    assert_eq!(mood.predict("A text.").unwrap().scores.len(), 2);
    let names = BertFor::<names::Names>::fresh_head(tiny, 1, &Device::Cpu).unwrap();
    assert_eq!(names.predict(["Anna", "lives", "here"]).unwrap().words.0.len(), 3);
}

#[test]
fn a_wrong_head_prints_nothing_and_says_why() {
    let folder = folder();
    write(folder.path(), "wrong.head", WRONG);
    let run = bert(folder.path(), &["expand", "wrong.head"]);
    assert!(run.code == Some(1) && run.out.is_empty() && run.err.contains("error[H070]"), "{}", run.err);
}
