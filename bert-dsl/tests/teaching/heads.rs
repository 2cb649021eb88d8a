//! Every head that there is: the project's own, and the catalogue where it is.

use std::path::{Path, PathBuf};

use bert_dsl::{Bare, CheckedHead, Source, check};

/// A head with the file that it is of.
pub struct Found {
    pub file: String,
    pub head: CheckedHead,
}

/// The heads of these files.
fn of(folder: &Path) -> Vec<Found> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "head"));
    files.sort();
    assert!(!files.is_empty(), "{} has no head", folder.display());
    files.iter().flat_map(|path| in_file(path)).collect()
}

fn in_file(path: &Path) -> Vec<Found> {
    let source = Source::new(path.to_str().unwrap(), std::fs::read_to_string(path).unwrap());
    let heads = check(&source, Bare::Named("Bare")).heads().unwrap_or_else(|errors| panic!("{}", errors.render(&source)));
    let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
    heads.into_iter().map(|head| Found { file: file.clone(), head }).collect()
}

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The catalogue below `BERT_SHARED`, or `../shared` beside the project. With `BERT_REQUIRE_SHARED=1` it must be there.
fn catalogue() -> Vec<Found> {
    let folder = std::env::var_os("BERT_SHARED").map_or(project().join("../shared"), PathBuf::from).join("catalogue");
    if folder.is_dir() {
        return of(&folder);
    }
    assert!(std::env::var_os("BERT_REQUIRE_SHARED").is_none_or(|value| value != "1"), "{} is not there", folder.display());
    eprintln!("skipped: {} is not there", folder.display());
    Vec::new()
}

/// All of them.
pub fn all() -> Vec<Found> {
    let own = ["tests/heads/good", "tests/fixtures/cases", "examples/heads"].map(|folder| of(&project().join(folder)));
    own.into_iter().flatten().chain(catalogue()).collect()
}

/// A text of the project's tests.
pub fn text(path: &str) -> String {
    std::fs::read_to_string(project().join("tests").join(path)).unwrap()
}

/// The heads of a file of the project's tests.
pub fn named(file: &str) -> Vec<CheckedHead> {
    in_file(&project().join("tests/heads/good").join(file).with_extension("head")).into_iter().map(|found| found.head).collect()
}

/// The one head of a text.
pub fn one(text: &str) -> CheckedHead {
    let source = Source::new("one.head", text);
    check(&source, Bare::Named("One")).heads().unwrap_or_else(|errors| panic!("{}", errors.render(&source))).remove(0)
}
