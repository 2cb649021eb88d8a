//! The catalogue that is built in.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use bert_dsl::catalogue::ENTRIES;
use bert_dsl::format;

#[test]
fn every_head_is_right_and_in_its_canonical_form() {
    for entry in ENTRIES {
        let head = entry.head().unwrap_or_else(|errors| panic!("{}", errors.render(&entry.source())));
        assert!(!entry.sentence().is_empty(), "{}", entry.name);
        if entry.name != "shortest" {
            assert!(!head.docs.is_empty(), "{} does not say what it is for", entry.name);
            assert_eq!(format(&entry.source()).unwrap(), entry.text, "{}", entry.name);
        }
    }
}

#[test]
fn every_file_of_the_folder_is_listed_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("heads");
    let mut files: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    files.sort();
    assert_eq!(ENTRIES.iter().map(|entry| entry.name).collect::<Vec<_>>(), files);
}
