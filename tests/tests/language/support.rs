//! Where the sources stand, and how a head becomes Rust.

use std::fs;
use std::path::{Path, PathBuf};

use bert_dsl::{Bare, CheckedHead, Fragment, Passes, Source, Target, check, expand};
use proc_macro2::TokenStream;

/// A folder of the project.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A source of this package's own heads.
pub(crate) fn source(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap();
    Source::new(path.file_name().unwrap().to_string_lossy(), text)
}

/// The sources of a folder, by their names.
pub(crate) fn sources(folder: &Path) -> Vec<Source> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "head"));
    paths.sort();
    paths.iter().map(|path| source(path)).collect()
}

/// The good heads of this package.
pub(crate) fn good() -> Vec<Source> {
    sources(&project("tests/heads/good"))
}

/// The wrong heads of this package.
pub(crate) fn bad() -> Vec<Source> {
    sources(&project("tests/heads/bad"))
}

/// A folder that stands beside the project, if it is there; absent, that is said on stderr, and a failure where it is required.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("BERT_SHARED").map_or_else(|| project("../shared"), PathBuf::from);
    let path = root.join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert!(std::env::var_os("BERT_REQUIRE_SHARED").is_none_or(|value| value != "1"), "{} is missing", path.display());
    eprintln!("skipped: {} is missing", path.display());
    None
}

/// The checked heads of a source that has no errors.
pub(crate) fn checked(source: &Source) -> Vec<CheckedHead> {
    let heads = check(source, Bare::Named("Bare")).heads();
    heads.unwrap_or_else(|errors| panic!("{}\n{}", source.text(), errors.render(source)))
}

/// A head's Rust items.
pub(crate) fn rust(head: &CheckedHead, source: &Source) -> TokenStream {
    expand(head, &Target { visibility: Fragment::text(&head.visibility), ..target(source) }).into()
}

/// How a head of a source is expanded.
pub(crate) fn target(source: &Source) -> Target<'_> {
    Target {
        krate: Fragment::text("::bert_runtime"),
        is_declared: false,
        visibility: Fragment::default(),
        places: source,
        passes: Passes::default(),
    }
}

/// Compares with a snapshot that shows the source above.
pub(crate) fn snapshot(kind: &str, source: &Source, shown: &str) {
    let name = source.name().trim_end_matches(".head");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(project("tests/snapshots").join(kind));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, format!("{}\n\n{:-<80}\n{shown}", source.text().trim_end(), "")));
}
