//! Changes that mend errors.

use serde_json::{Value, json};

use super::editor::{Editor, FILE};

fn actions(editor: &mut Editor, line: u32, only: Value) -> Vec<Value> {
    let range = json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 99 } });
    let mut context = json!({ "diagnostics": [] });
    if !only.is_null() {
        context["only"] = only;
    }
    editor.of_file("textDocument/codeAction", json!({ "range": range, "context": context })).as_array().unwrap().clone()
}

#[test]
fn a_misspelled_word_is_mended_by_its_action() {
    let mut editor = Editor::ready();
    editor.open("input pooled; /* 🤗 */ liner -> 2;\nloss mze;\n");
    let found = actions(&mut editor, 0, Value::Null);
    let [action] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&action["title"], &action["kind"], &action["isPreferred"]), (&json!("write `linear`"), &json!("quickfix"), &json!(true)));
    assert_eq!(action["diagnostics"][0]["code"], "H060");
    let edit = &action["edit"]["changes"][FILE][0];
    let (start, end) = (&edit["range"]["start"], &edit["range"]["end"]);
    assert_eq!(
        (start, end, &edit["newText"]),
        (&json!({ "line": 0, "character": 23 }), &json!({ "line": 0, "character": 28 }), &json!("linear"))
    );
    editor.errors();
    editor.change(&[([0, 23], [0, 28], "linear")]);
    assert!(editor.errors().iter().all(|error| error["code"] != "H060"));
}

#[test]
fn the_source_that_is_needed_is_put_in() {
    let mut editor = Editor::ready();
    editor.open(crate::support::WRONG);
    let found = actions(&mut editor, 3, Value::Null);
    assert_eq!((&found[0]["title"], &found[0]["edit"]["changes"][FILE][0]["newText"]), (&json!("write `tokens`"), &json!("tokens")));
}

#[test]
fn other_lines_and_other_kinds_have_none() {
    let mut editor = Editor::ready();
    editor.open("input poled;\nlinear -> 2;\n");
    assert_eq!(actions(&mut editor, 1, Value::Null), [] as [Value; 0]);
    assert_eq!(actions(&mut editor, 0, json!(["refactor"])), [] as [Value; 0]);
    assert_eq!(actions(&mut editor, 0, json!(["quickfix"])).len(), 1);
}
