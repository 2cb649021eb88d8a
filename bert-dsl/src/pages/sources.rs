//! The page of what `input` can read.

use std::fmt::Write as _;

use super::facts::checked;
use crate::check::SOURCES;
use crate::explain;
use crate::syntax::{FORMS, Form};

/// An encoder output that `input` can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePage {
    /// How it is written behind `input`.
    pub source: String,
    /// Its axes.
    pub axes: String,
    /// What it is.
    pub what: &'static str,
}

/// Every encoder output, with and without `per choice`, in the order of the table.
pub fn sources() -> Vec<SourcePage> {
    let words = SOURCES.iter().map(|(words, ..)| words.join(" "));
    words.flat_map(|source| [source.clone(), format!("{source} per choice")]).filter_map(source_page).collect()
}

fn source_page(source: String) -> Option<SourcePage> {
    let head = checked(&format!("input {source}; abs;"))?;
    let axes = explain::reads(&head).first()?.shape.clone();
    Some(SourcePage { source, axes, what: explain::what(head.sources.first()?) })
}

/// The page of the sources and statements.
pub fn sources_markdown() -> String {
    let mut page = "# Sources and statements\n\nA pipeline starts at an output of the encoder: `input SOURCE;`.\n\n".to_owned();
    page += "| source | axes | what it is |\n| --- | --- | --- |\n";
    for SourcePage { source, axes, what } in sources() {
        let _ = writeln!(page, "| `{source}` | `{axes}` | {what} |");
    }
    page += "\nWith `per choice` an example is several texts; then all sources of the head are per choice, and nothing is `given`.\n";
    page += "\n## Statements\n\n| statement | is written | what it does |\n| --- | --- | --- |\n";
    for Form { word, form, does } in FORMS {
        let _ = writeln!(page, "| `{word}` | `{form}` | {does} |");
    }
    page + "\nEverything else is a layer, `NAME: LAYER ARGUMENTS;`, or a scope, `NAME { .. }`.\n"
}
