//! Errors as they are typed.

use serde_json::{Value, json};

use super::editor::{Editor, FILE};
use crate::support::WRONG;

fn range(value: &Value) -> [u64; 4] {
    let part = |end: &str, key: &str| value["range"][end][key].as_u64().unwrap();
    [part("start", "line"), part("start", "character"), part("end", "line"), part("end", "character")]
}

#[test]
fn an_error_has_its_code_reason_help_and_other_places() {
    let mut editor = Editor::ready();
    editor.open(WRONG);
    let errors = editor.errors();
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!((&error["code"], &error["severity"], &error["source"]), (&json!("H070"), &json!(1), &json!("bert")));
    assert_eq!(range(error), [3, 5, 3, 18]);
    let message = error["message"].as_str().unwrap();
    assert!(
        message.contains("has no token axis\nwhy: `pooled` is tanh(dense(first token))")
            && message.contains("\nhelp: write `input tokens;`")
    );
    let other = &error["relatedInformation"][0];
    assert_eq!(
        (&other["message"], &other["location"]["uri"], range(&other["location"])),
        (&json!("read here"), &json!(FILE), [1, 0, 1, 13])
    );
}

#[test]
fn all_errors_of_a_file_come_at_once_and_go_when_they_are_mended() {
    let mut editor = Editor::ready();
    editor.open("input poled;\nliner -> 2;\nloss mze;\n");
    let codes: Vec<Value> = editor.errors().into_iter().map(|mut error| error["code"].take()).collect();
    assert_eq!(codes, ["H066", "H060", "H080"]);
    editor.change(&[([0, 8], [0, 8], "o"), ([1, 2], [1, 2], "e"), ([1, 1], [1, 3], "in")]);
    let codes: Vec<Value> = editor.errors().into_iter().map(|mut error| error["code"].take()).collect();
    assert_eq!(codes, ["H060", "H080"]);
    editor.change(&[([1, 0], [1, 6], "linear"), ([2, 6], [2, 7], "s")]);
    assert_eq!(editor.errors(), [] as [Value; 0]);
}

#[test]
fn a_file_that_is_closed_has_no_errors() {
    let mut editor = Editor::ready();
    editor.open(WRONG);
    assert_eq!(editor.errors().len(), 1);
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": FILE } }));
    let told = editor.wait(|message| message["method"] == "textDocument/publishDiagnostics");
    assert_eq!((&told["params"]["uri"], &told["params"]["diagnostics"]), (&json!(FILE), &json!([])));
}

/// Counted by hand: `größe` has 5 characters in UTF-16 and 7 bytes, `映画` 2 and 6, `🤗` 2 and 4.
#[test]
fn places_are_counted_as_was_agreed() {
    let text = "labels \"größe\", \"映画\", \"🤗x\"; input poled;\nlinear -> 3; // 🤗\n";
    for (encoding, start) in [("utf-16", 35), ("utf-8", 43), ("utf-32", 34)] {
        let mut editor = Editor::with(json!({ "general": { "positionEncodings": [encoding] } }));
        editor.open(text);
        let errors = editor.errors();
        assert_eq!(range(&errors[0]), [0, start, 0, start + 5], "{encoding}: {errors:?}");
        editor.change(&[([0, start as u32 + 2], [0, start as u32 + 2], "o")]);
        assert_eq!(editor.errors(), [] as [Value; 0], "{encoding}");
    }
}

#[test]
fn a_byte_order_mark_and_all_line_ends_are_counted() {
    let mut editor = Editor::ready();
    editor.open("\u{feff}input poled;\r\nliner -> 2;\rloss mze;\n");
    let places: Vec<[u64; 4]> = editor.errors().iter().map(range).collect();
    assert_eq!(places, [[0, 7, 0, 12], [1, 0, 1, 5], [2, 5, 2, 8]]);
}

#[test]
fn a_head_is_called_as_its_file() {
    let mut editor = Editor::ready();
    let open =
        |uri: &str| json!({ "textDocument": { "uri": uri, "languageId": "head", "version": 7, "text": "input pooled; linear -> 2;" } });
    let mut errors = |uri: &str| {
        editor.tell("textDocument/didOpen", open(uri));
        let mut told = editor.wait(|message| message["params"]["uri"] == uri);
        told["params"]["diagnostics"].take()
    };
    assert_eq!(errors("file:///a/my%20mood.head"), json!([]));
    assert_eq!(errors("untitled:Untitled-1"), json!([]));
    let numbered = errors("file:///a/1.head");
    let message = numbered[0]["message"].as_str().unwrap();
    assert!(message.contains("`1`") && message.contains("head NAME { .. }"), "{message}");
}
