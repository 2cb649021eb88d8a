//! The README's table of the catalogue's heads.

use bert_dsl::catalogue::{ENTRIES, Entry};
use bert_dsl::ir::Pipeline;
use bert_dsl::{CheckedHead, explain};

use crate::files::{RENEW, holds, project};

const MARKS: [&str; 2] = ["<!-- catalogue -->\n", "<!-- /catalogue -->"];

#[test]
fn the_readme_lists_every_head() {
    let path = project().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(MARKS[0]).unwrap();
    let (_, after) = rest.split_once(MARKS[1]).unwrap();
    let wanted = format!("{before}{}{}{}{after}", MARKS[0], table(), MARKS[1]);
    assert!(holds(&path, &wanted), "README.md is not what the catalogue says; `{RENEW}` writes its table again");
}

fn table() -> String {
    let rows: Vec<String> = ENTRIES.iter().map(row).collect();
    format!("| head | what it does | reads | loss | decode | lines |\n| --- | --- | --- | --- | --- | --- |\n{}", rows.concat())
}

fn row(entry: &Entry) -> String {
    let head = entry.head().unwrap();
    let (loss, decode) = (each(&head, loss), each(&head, decode));
    let lines = entry.text.lines().count();
    format!("| `{}` | {} | {} | {loss} | {decode} | {lines} |\n", entry.name, entry.sentence(), reads(&head))
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
