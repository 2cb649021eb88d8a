//! A layer, a loss and a decode have one room in the compiler and one of the same name in the runtime.

use std::collections::BTreeSet;
use std::fs;

use crate::support::project;

/// What stands beside the rooms: folders' own files, tests, and what rooms share.
const SHARED: &[&str] = &[
    "mod",
    "tests",
    "testing",
    "room",
    "form",
    "combined",
    "recurrent", // of the compiler's layers
    "precision",
    "print",
    "product",
    "ragged",
    "attention_dropout",
    "heads",
    "steps", // of the runtime's layers
    "part",
    "target",
    "targets",
    "candidates",
    "elements",
    "groups",
    "weights", // of its losses
    "answers",
    "classified",
    "index_label",
    "per",
    "probability",
    "reading",
    "rows",
    "tagged",
    "aggregation",
    "arborescence",
    "chain",
    "pairs",
    "possible", // of its decodes
];

fn rooms(folder: &str) -> BTreeSet<String> {
    let files = fs::read_dir(project(folder)).unwrap().map(|entry| entry.unwrap().path());
    let rust = files.filter(|path| path.extension().is_some_and(|end| end == "rs"));
    rust.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).filter(|name| !SHARED.contains(&name.as_str())).collect()
}

#[test]
fn each_room_has_its_twin() {
    for kind in ["layers", "losses", "decode"] {
        let (compiler, runtime) = (rooms(&format!("bert-dsl/src/{kind}")), rooms(&format!("bert-runtime/src/{kind}")));
        assert!(!compiler.is_empty());
        assert_eq!(compiler, runtime, "{kind}");
    }
}
