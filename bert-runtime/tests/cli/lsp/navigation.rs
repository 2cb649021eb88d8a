//! Hover, definitions and outlines, as an editor gets them.

use serde_json::{Value, json};

use super::cursor;
use super::editor::{Editor, FILE};

const TEXT: &str = "\
labels \"O\", \"B-größe\";
input tokens;
let wide = { /* 🤗🤗 */ linear hidden -> 8; }
concat wide, wide;
tags: linear 16 -> labels;
loss cross_entropy;
";

fn at(method: &str, text: &str) -> Value {
    let mut editor = Editor::ready();
    let (text, line, character) = cursor(text);
    editor.open(&text);
    let found = editor.at(method, line, character);
    assert_eq!(editor.end(), Some(0));
    found
}

#[test]
fn hover_tells_axes_sizes_and_the_reason() {
    let text = |text: &str| at("textDocument/hover", text)["contents"]["value"].as_str().unwrap().to_owned();
    let layer = at("textDocument/hover", &TEXT.replace("linear hidden", "lin|ear hidden"));
    assert_eq!(layer["range"], json!({ "start": { "line": 2, "character": 24 }, "end": { "line": 2, "character": 30 } }));
    assert!(layer["contents"]["value"].as_str().unwrap().contains("[batch, token, hidden] -> [batch, token, 8]"));
    let source = text(&TEXT.replace("tok", "tok|"));
    assert!(source.contains("because the head gives one answer a token") && source.contains("Why not `pooled`?"), "{source}");
    assert!(text(&TEXT.replace("cross", "cross|")).contains("Read by `decode` entities"));
    assert!(text(&TEXT.replace("größe", "grö|ße")).contains("OpenLabel::BGröße"), "labels");
}

#[test]
fn where_nothing_is_to_be_said_there_is_no_hover() {
    assert_eq!(at("textDocument/hover", "input pooled;| linear -> 2;"), Value::Null);
    assert_eq!(at("textDocument/hover", "// inp|ut"), Value::Null);
}

#[test]
fn a_definition_is_a_place_in_the_file() {
    let place = |text: &str| at("textDocument/definition", text);
    let start = |found: &Value| [found["range"]["start"]["line"].as_u64().unwrap(), found["range"]["start"]["character"].as_u64().unwrap()];
    let value = place(&TEXT.replace("wide, wide", "wide, wi|de"));
    assert_eq!((&value["uri"], start(&value)), (&json!(FILE), [2, 4]));
    let labels = place(&TEXT.replace("-> labels", "-> labels|"));
    assert_eq!(start(&labels), [0, 0]);
    let used = place("head A { input cls; tanh; }\nhead B { input cls; use |A; linear -> 2; }");
    assert_eq!(start(&used), [0, 5]);
    assert_eq!(place(&TEXT.replace("hidden", "hid|den")), Value::Null);
}

#[test]
fn an_outline_has_heads_with_what_is_in_them() {
    let mut editor = Editor::ready();
    editor.open("head A { input cls; out.dense: linear -> 2; }\n");
    let found = editor.of_file("textDocument/documentSymbol", json!({}));
    assert_eq!((&found[0]["name"], &found[0]["kind"], found.as_array().unwrap().len()), (&json!("A"), &json!(5), 1));
    let layer = &found[0]["children"][1];
    assert_eq!((&layer["name"], &layer["detail"]), (&json!("out.dense"), &json!("linear")));
    assert_eq!(layer["selectionRange"]["start"], json!({ "line": 0, "character": 20 }));
}
