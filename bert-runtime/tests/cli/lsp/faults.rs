//! Whatever an editor sends, the server answers, and goes on.

use serde_json::{Value, json};

use super::editor::{Editor, FILE};

#[test]
fn unknown_methods_are_errors_and_unknown_notifications_are_passed_over() {
    let mut editor = Editor::ready();
    let error = editor.ask("textDocument/poetry", json!({})).unwrap_err();
    assert_eq!((&error["code"], &error["message"]), (&json!(-32601), &json!("`textDocument/poetry` is not known here")));
    editor.tell("$/setTrace", json!({ "value": "off" }));
    editor.tell("workspace/didChangeConfiguration", json!({ "settings": null }));
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn parameters_that_are_not_valid_are_errors() {
    let mut editor = Editor::ready();
    for params in [Value::Null, json!([]), json!({ "textDocument": 3 }), json!({ "textDocument": { "uri": "no uri" }, "position": {} })] {
        let error = editor.ask("textDocument/hover", params.clone()).unwrap_err();
        assert_eq!(error["code"], -32602, "{params}: {error}");
    }
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn a_file_that_is_not_open_is_an_error() {
    let mut editor = Editor::ready();
    let file = json!({ "uri": "file:///heads/other.head" });
    let place = json!({ "textDocument": file, "position": { "line": 0, "character": 0 } });
    let range = json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } });
    for (method, params) in [
        ("textDocument/hover", place.clone()),
        ("textDocument/completion", place.clone()),
        ("textDocument/definition", place),
        ("textDocument/formatting", json!({ "textDocument": file, "options": { "tabSize": 4, "insertSpaces": true } })),
        ("textDocument/documentSymbol", json!({ "textDocument": file })),
        ("textDocument/codeAction", json!({ "textDocument": file, "range": range, "context": { "diagnostics": [] } })),
    ] {
        let error = editor.ask(method, params).unwrap_err();
        assert_eq!((&error["code"], &error["message"]), (&json!(-32602), &json!("`file:///heads/other.head` is not open")), "{method}");
    }
    editor.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": "file:///heads/other.head", "version": 2 }, "contentChanges": [] }),
    );
    let told = editor.wait(|message| message["method"] == "window/logMessage");
    assert_eq!((&told["params"]["type"], &told["params"]["message"]), (&json!(1), &json!("`file:///heads/other.head` is not open")));
    editor.tell("textDocument/didClose", json!({ "textDocument": file }));
    editor.wait(|message| message["method"] == "window/logMessage");
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn what_is_no_message_is_an_error_without_a_number() {
    let mut editor = Editor::ready();
    for (bytes, code) in [
        (&b"Content-Length: 9\r\n\r\n{\"id\": 4,"[..], -32700),
        (b"Content-Length: 2\r\n\r\n\xff\xfe", -32700),
        (b"Content-Length: 4\r\n\r\nnull", -32600),
        (b"Content-Length: 2\r\n\r\n[]", -32600),
        (b"Content-Length: none\r\n\r\n", -32700),
        (b"\r\n", -32700),
    ] {
        editor.raw(bytes);
        let error = editor.answer(&Value::Null).unwrap_err();
        assert_eq!(error["code"], code, "{bytes:?}: {error}");
    }
    editor.open("input pooled; linear -> 2;");
    assert_eq!(editor.errors(), [] as [Value; 0]);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn notifications_that_are_not_valid_are_told_in_the_log() {
    let mut editor = Editor::ready();
    editor.tell("textDocument/didOpen", json!({ "textDocument": { "uri": FILE } }));
    let told = editor.wait(|message| message["method"] == "window/logMessage");
    assert!(told["params"]["message"].as_str().unwrap().contains("`textDocument/didOpen` are not valid"), "{told}");
    assert_eq!(editor.end(), Some(0));
}
