//! A file as large as a source may be.

use std::time::Instant;

use serde_json::{Value, json};

use super::editor::Editor;
use super::long_text;

/// The limits are those of a slow machine that does other things.
#[test]
fn a_megabyte_is_answered_in_seconds() {
    let text = long_text(1_000_000);
    assert!(text.len() < 1 << 20);
    let lines = text.matches('\n').count() as u32;
    let mut editor = Editor::ready();
    let start = Instant::now();
    editor.open(&text);
    assert_eq!(editor.errors(), [] as [Value; 0]);
    let opened = start.elapsed();
    editor.change(&[([lines / 2, 0], [lines / 2, 0], "x")]);
    editor.at("textDocument/completion", lines - 4, 4);
    editor.at("textDocument/hover", lines - 4, 4);
    assert!(!editor.errors().is_empty());
    editor.change(&[([lines / 2, 0], [lines / 2, 1], "")]);
    let edits = editor.of_file("textDocument/formatting", json!({ "options": { "tabSize": 4, "insertSpaces": true } }));
    assert!(edits.is_array());
    let whole = start.elapsed();
    assert_eq!(editor.end(), Some(0));
    eprintln!("a megabyte opened in {:.2} s, changed twice and asked in {:.2} s", opened.as_secs_f64(), whole.as_secs_f64());
    assert!(whole.as_secs_f64() < 30.0, "{whole:?}");
}

/// One line, wrong from end to end, and no character of it in one byte.
#[test]
fn a_long_line_of_errors_is_no_trap() {
    let text = "ß映🤗; ".repeat(15_000);
    let mut editor = Editor::ready();
    let start = Instant::now();
    editor.open(&text);
    let errors = editor.errors();
    assert!(errors.len() > 10_000, "{}", errors.len());
    assert!(start.elapsed().as_secs_f64() < 30.0, "{:?}", start.elapsed());
    assert_eq!(editor.end(), Some(0));
}
