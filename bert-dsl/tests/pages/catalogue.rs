//! The README's table of the catalogue's heads.

use std::path::{Path, PathBuf};

use bert_dsl::ir::Pipeline;
use bert_dsl::{Bare, CheckedHead, Source, check, explain};

use crate::files::{RENEW, holds, project};

const MARKS: [&str; 2] = ["<!-- catalogue -->\n", "<!-- /catalogue -->"];

#[test]
fn the_readme_lists_every_head() {
    let Some(folder) = catalogue() else { return };
    let path = project().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(MARKS[0]).unwrap();
    let (_, after) = rest.split_once(MARKS[1]).unwrap();
    let wanted = format!("{before}{}{}{}{after}", MARKS[0], table(&folder), MARKS[1]);
    assert!(holds(&path, &wanted), "README.md is not what the catalogue says; `{RENEW}` writes its table again");
}

/// The catalogue below `BERT_SHARED`, or `../shared` beside the project; `None`, said on stderr, where there is none. With
/// `BERT_REQUIRE_SHARED=1` that is a failure.
fn catalogue() -> Option<PathBuf> {
    let folder = std::env::var_os("BERT_SHARED").map_or(project().join("../shared"), PathBuf::from).join("catalogue");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("BERT_REQUIRE_SHARED").is_none_or(|value| value != "1"), "{} is not there", folder.display());
    eprintln!("skipped: {} is not there", folder.display());
    None
}

fn table(folder: &Path) -> String {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "head")).collect();
    files.sort();
    let rows: Vec<String> = files.iter().map(|path| row(path)).collect();
    format!("| head | what it does | reads | loss | decode | lines |\n| --- | --- | --- | --- | --- | --- |\n{}", rows.concat())
}

fn row(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let source = Source::new(path.to_str().unwrap(), text.as_str());
    let heads = check(&source, Bare::Named("Shortest")).heads().unwrap();
    let name = path.file_stem().unwrap().to_str().unwrap();
    let lines = text.lines().count();
    let columns = [what, reads, |head: &CheckedHead| each(head, loss), |head: &CheckedHead| each(head, decode)];
    let cells = columns.map(|column| heads.iter().map(&column).collect::<Vec<_>>().join("; "));
    format!("| `{name}` | {} | {lines} |\n", cells.join(" | "))
}

/// The head's own words, or what its predictions are.
fn what(head: &CheckedHead) -> String {
    let docs: Vec<&str> = head.docs.iter().map(|line| line.trim()).collect();
    let predictions: Vec<String> = head.pipelines.iter().map(|pipeline| pipeline.decode.explain()).collect();
    if docs.is_empty() { format!("Gives {}.", predictions.join(", and ")) } else { docs.join(" ") }
}

fn reads(head: &CheckedHead) -> String {
    let mut sources: Vec<String> = explain::reads(head).into_iter().map(|reads| format!("`{}`", reads.source)).collect();
    sources.dedup();
    sources.join(", ")
}

fn each(head: &CheckedHead, name: fn(&Pipeline) -> Option<&'static str>) -> String {
    let mut names: Vec<String> =
        head.pipelines.iter().map(|pipeline| name(pipeline).map_or("-".to_owned(), |name| format!("`{name}`"))).collect();
    names.dedup();
    names.join(", ")
}

fn loss(pipeline: &Pipeline) -> Option<&'static str> {
    pipeline.loss.as_ref().map(|used| used.loss.page())
}

fn decode(pipeline: &Pipeline) -> Option<&'static str> {
    Some(pipeline.decode.page())
}
