//! Completions, as an editor gets them.

use serde_json::Value;

use super::cursor;
use super::editor::Editor;

fn at(text: &str) -> Vec<Value> {
    let mut editor = Editor::ready();
    let (text, line, character) = cursor(text);
    editor.open(&text);
    let found = editor.at("textDocument/completion", line, character);
    assert_eq!(editor.end(), Some(0));
    found.as_array().unwrap().clone()
}

fn labels(text: &str) -> Vec<String> {
    at(text).iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn layers_losses_keys_sizes_and_values_are_offered_in_their_places() {
    let begin = "labels \"größe 🤗\", b;\ninput tokens;\nlet wide = { linear hidden -> 9; }\n";
    assert!(labels(&format!("{begin}lin|")).contains(&"linear".to_owned()));
    assert_eq!(labels(&format!("{begin}linear hidden -> |")), ["hidden", "vocab", "depth", "labels"]);
    assert_eq!(labels(&format!("{begin}concat |")), ["wide"]);
    assert_eq!(labels(&format!("{begin}/* 🤗 */ conv -> 8, |")), ["width", "padding", "stride"]);
    assert!(labels(&format!("{begin}loss |;")).contains(&"cross_entropy".to_owned()));
}

#[test]
fn an_item_has_its_kind_its_page_and_what_is_written() {
    let items = at("input tokens;\nconv -> 8, |");
    let width = &items[0];
    assert_eq!((&width["label"], &width["insertText"], &width["detail"]), (&"width".into(), &"width=".into(), &"width=W".into()));
    assert_eq!((&width["kind"], &width["documentation"]["kind"]), (&10.into(), &"markdown".into()));
    let sorted: Vec<&str> = items.iter().map(|item| item["sortText"].as_str().unwrap()).collect();
    assert!(sorted.is_sorted() && sorted.len() == 3);
}
