//! The files of the reference.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bert_dsl::pages::{errors_markdown, index, pages, sources_markdown};

/// The command that writes the files again.
pub const RENEW: &str = "UPDATE_PAGES=1 cargo test --release -p bert-dsl --test pages";

/// The project's own folder.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Compares a file with what it should hold; where `UPDATE_PAGES` is set, writes it.
pub fn holds(path: &Path, wanted: &str) -> bool {
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, wanted).unwrap();
    }
    std::fs::read_to_string(path).is_ok_and(|found| found == wanted)
}

fn wanted() -> BTreeMap<String, String> {
    let pages = pages();
    let each = pages.iter().map(|page| (page.path(), page.markdown()));
    let others = [("README.md", index(&pages)), ("sources.md", sources_markdown()), ("errors.md", errors_markdown())];
    each.chain(others.map(|(path, page)| (path.to_owned(), page))).collect()
}

fn written(folder: &Path, below: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder.join(below)).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).map(|path| format!("{below}{}", path.file_name().unwrap().to_str().unwrap())).collect()
}

/// Pages that no table speaks of.
const BY_HAND: [&str; 2] = ["architecture.md", "runtime.md"];

#[test]
fn every_page_is_what_the_tables_say() {
    let (docs, wanted) = (project().join("docs"), wanted());
    let stale: Vec<&String> = wanted.iter().filter(|(path, page)| !holds(&docs.join(path), page)).map(|(path, _)| path).collect();
    assert!(stale.is_empty(), "{stale:?} are not what the tables say; `{RENEW}` writes them again");
    let written: BTreeSet<String> = ["", "layers/", "losses/", "decodes/"].into_iter().flat_map(|below| written(&docs, below)).collect();
    let left: Vec<&String> = written.iter().filter(|path| !wanted.contains_key(*path) && !BY_HAND.contains(&path.as_str())).collect();
    assert!(left.is_empty(), "{left:?} are pages of nothing");
}
