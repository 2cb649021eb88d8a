//! `bert new`

use std::fs;
use std::path::Path;

use bert_runtime::DynamicHead;
use bert_runtime::data::{Columns, JsonLines, Rows};

use crate::support::{bert, folder, write};

const TASKS: [&str; 11] =
    ["choice", "classify", "embedding", "masked", "multi-label", "pair", "rank", "regression", "similarity", "span", "tag"];

fn begin(folder: &Path, task: &str) {
    let run = bert(folder, &["new", "begun", "--task", task]);
    assert_eq!((run.code, run.out.lines().count()), (Some(0), 4), "{task}: {}", run.err);
    assert!(run.err.contains("next: `cd begun`"), "{}", run.err);
}

#[test]
fn every_task_begins_with_a_right_head_and_data_that_fits_it() {
    for task in TASKS {
        let folder = folder();
        begin(folder.path(), task);
        let begun = folder.path().join("begun");
        let check = bert(&begun, &["check", "begun.head"]);
        assert_eq!((check.code, check.out.as_str()), (Some(0), "1 head in 1 file: right\n"), "{task}");
        assert_eq!(bert(&begun, &["fmt", "--check", "begun.head"]).code, Some(0), "{task}");
        let head = DynamicHead::from_file(begun.join("begun.head")).unwrap();
        let rows = Rows::open(begun.join("examples.jsonl"), &JsonLines::new()).unwrap();
        if task != "masked" {
            let examples = Columns::new().read(&rows, &head).unwrap();
            assert!(examples.len() >= 8 && examples.warnings().is_empty(), "{task}: {:?}", examples.warnings());
        }
    }
}

#[test]
fn the_program_has_the_names_of_the_task() {
    let folder = folder();
    assert_eq!(bert(folder.path(), &["new", "my_reviews", "--task", "classify"]).code, Some(0));
    let program = fs::read_to_string(folder.path().join("my_reviews/src/main.rs")).unwrap();
    assert!(program.contains("#[head(path = \"my_reviews.head\")]\nstruct MyReviews;"), "{program}");
    assert!(!program.contains("Begun") && !program.contains("templates"), "{program}");
    let manifest = fs::read_to_string(folder.path().join("my_reviews/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"my_reviews\"") && manifest.contains("\nbert-runtime = { path = "), "{manifest}");
    assert!(manifest.contains(concat!("# A checkout; the published crate is `bert-runtime = \"", env!("CARGO_PKG_VERSION"))), "{manifest}");
}

#[test]
fn no_file_is_overwritten_and_none_is_written_beside_one_that_is_there() {
    let folder = folder();
    write(folder.path(), "begun/examples.jsonl", "mine");
    let run = bert(folder.path(), &["new", "begun", "--task", "tag"]);
    assert!(run.code == Some(1) && run.err.contains("examples.jsonl is there already"), "{}", run.err);
    assert_eq!(fs::read_to_string(folder.path().join("begun/examples.jsonl")).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path().join("begun")).unwrap().count(), 1);
}

#[test]
fn names_that_can_be_no_crate_are_refused() {
    for name in ["Reviews", "2nd", "../up", "a b", "self", "test", "größe", ""] {
        let folder = folder();
        let run = bert(folder.path(), &["new", name, "--task", "tag"]);
        assert!(run.code == Some(1) && run.err.contains("cannot be the name"), "{name}: {}", run.err);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{name}");
    }
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let folder = folder();
    for arguments in [&["new"][..], &["new", "mine"]] {
        let run = bert(folder.path(), arguments);
        assert!(run.code == Some(1) && run.err.contains("--task TASK") && run.err.contains("multi-label"), "{}", run.err);
    }
}

#[test]
fn a_folder_that_is_not_the_runtime_is_refused() {
    let folder = folder();
    let run = bert(folder.path(), &["new", "mine", "--task", "tag", "--runtime", "."]);
    assert!(run.code == Some(1) && run.err.contains("is not the folder of the crate"), "{}", run.err);
}
