//! Heads as they are typed, a character at a time.

use bert_dsl::catalogue::ENTRIES;
use serde_json::{Value, json};

use super::editor::{Editor, FILE};

/// Each character of each head of the catalogue is a change, and at each the server is asked: it answers, and in the end nothing is wrong.
#[test]
fn every_prefix_of_every_head_is_answered() {
    let mut editor = Editor::ready();
    let mut asked = 0;
    for entry in ENTRIES {
        editor.open("");
        let (mut line, mut character) = (0, 0);
        for letter in entry.text.chars() {
            editor.change(&[([line, character], [line, character], letter.encode_utf8(&mut [0; 4]))]);
            match letter {
                '\n' => (line, character) = (line + 1, 0),
                _ => character += letter.len_utf16() as u32,
            }
            let place = json!({ "textDocument": { "uri": FILE }, "position": { "line": line, "character": character } });
            for method in ["textDocument/completion", "textDocument/hover", "textDocument/definition"] {
                editor.begin(method, place.clone());
                asked += 1;
            }
        }
        let last = editor.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": FILE } })).unwrap();
        assert!(!last.as_array().unwrap().is_empty(), "{}", entry.name);
        let errors: Vec<Value> = editor.errors();
        assert_eq!(errors, [] as [Value; 0], "{}", entry.name);
    }
    assert_eq!(editor.answered(), asked);
    assert_eq!(editor.end(), Some(0));
    eprintln!("answered {asked} questions while heads were typed");
}
