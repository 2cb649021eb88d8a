//! From `initialize` to `exit`.

use serde_json::{Value, json};

use super::editor::{Editor, FILE, frame, request};
use super::long_text;

#[test]
fn a_session_ends_with_the_code_0() {
    assert_eq!(Editor::ready().end(), Some(0));
}

#[test]
fn it_says_what_it_can() {
    let mut editor = Editor::new();
    let result = editor.ask("initialize", json!({ "capabilities": {} })).unwrap();
    let can = &result["capabilities"];
    assert_eq!((&can["positionEncoding"], &can["textDocumentSync"]["change"]), (&json!("utf-16"), &json!(2)));
    for provider in ["hoverProvider", "definitionProvider", "documentFormattingProvider", "documentSymbolProvider"] {
        assert_eq!(can[provider], true, "{provider}");
    }
    assert_eq!(can["codeActionProvider"]["codeActionKinds"], json!(["quickfix"]));
    assert!(can["completionProvider"]["triggerCharacters"].as_array().unwrap().contains(&json!(" ")));
    assert_eq!(result["serverInfo"]["name"], "bert");
}

#[test]
fn it_counts_as_the_editor_wants() {
    for (offered, wanted) in [(json!(["utf-8", "utf-16"]), "utf-8"), (json!(["utf-32"]), "utf-32"), (json!(["utf-7"]), "utf-16")] {
        let mut editor = Editor::new();
        let capabilities = json!({ "general": { "positionEncodings": offered } });
        let result = editor.ask("initialize", json!({ "capabilities": capabilities })).unwrap();
        assert_eq!(result["capabilities"]["positionEncoding"], wanted);
    }
}

#[test]
fn an_end_that_was_not_announced_has_the_code_1() {
    let mut editor = Editor::ready();
    editor.tell("exit", Value::Null);
    assert_eq!(editor.code(), Some(1));
    assert_eq!(Editor::ready().code(), Some(1));
    assert_eq!(Editor::new().code(), Some(1));
}

#[test]
fn an_editor_that_hangs_up_behind_shutdown_is_no_failure() {
    let mut editor = Editor::ready();
    assert_eq!(editor.ask("shutdown", Value::Null), Ok(Value::Null));
    assert_eq!(editor.code(), Some(0));
}

fn code(error: Result<Value, Value>) -> i64 {
    error.unwrap_err()["code"].as_i64().unwrap()
}

#[test]
fn requests_outside_of_a_session_are_errors() {
    let mut editor = Editor::new();
    assert_eq!(code(editor.ask("textDocument/hover", json!({}))), -32002);
    assert_eq!(code(editor.ask("initialize", json!({ "capabilities": 3 }))), -32602);
    editor.ask("initialize", json!({ "capabilities": {} })).unwrap();
    assert_eq!(code(editor.ask("initialize", json!({ "capabilities": {} }))), -32600);
    editor.ask("shutdown", Value::Null).unwrap();
    assert_eq!(code(editor.ask("textDocument/hover", json!({}))), -32600);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.code(), Some(0));
}

/// While the server reads a large file it learns that the request behind it was called off.
#[test]
fn a_request_that_is_called_off_is_told_so() {
    let mut editor = Editor::ready();
    let text = long_text(900_000);
    let file = json!({ "textDocument": { "uri": FILE, "languageId": "head", "version": 1, "text": text } });
    editor.tell("textDocument/didOpen", file);
    let hover =
        |id| request(id, "textDocument/hover", json!({ "textDocument": { "uri": FILE }, "position": { "line": 1, "character": 7 } }));
    let cancel = json!({ "jsonrpc": "2.0", "method": "$/cancelRequest", "params": { "id": 101 } });
    editor.raw(&[hover(100), hover(101), cancel, hover(102)].iter().flat_map(frame).collect::<Vec<_>>());
    assert!(editor.answer(&json!(100)).is_ok());
    assert_eq!(code(editor.answer(&json!(101))), -32800);
    assert!(editor.answer(&json!(102)).is_ok());
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn a_request_that_is_called_off_too_late_was_answered() {
    let mut editor = Editor::ready();
    editor.open("input pooled; linear -> 2;");
    let id = editor.begin("textDocument/documentSymbol", json!({ "textDocument": { "uri": FILE } }));
    assert!(editor.answer(&json!(id)).is_ok());
    editor.tell("$/cancelRequest", json!({ "id": id }));
    assert_eq!(editor.end(), Some(0));
}
