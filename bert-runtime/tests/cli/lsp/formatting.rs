//! Formatting, and texts after many changes.

use bert_dsl::{Source, format};
use serde_json::{Value, json};

use super::editor::Editor;
use crate::support::RIGHT;

fn formatting(editor: &mut Editor) -> Value {
    editor.of_file("textDocument/formatting", json!({ "options": { "tabSize": 4, "insertSpaces": true } }))
}

/// A text in units of UTF-16, as editors hold it, with edits by lines and characters.
struct Held(Vec<Vec<u16>>);

impl Held {
    fn of(text: &str) -> Self {
        Self(text.split('\n').map(|line| line.encode_utf16().collect()).collect())
    }

    fn text(&self) -> String {
        self.0.iter().map(|line| String::from_utf16(line).unwrap()).collect::<Vec<_>>().join("\n")
    }

    fn replace(&mut self, [from, start]: [u32; 2], [to, end]: [u32; 2], text: &str) {
        let before = self.0[from as usize][..start as usize].to_vec();
        let after = self.0[to as usize][end as usize..].to_vec();
        let whole = [before, text.encode_utf16().collect(), after].concat();
        let lines = whole.split(|unit| *unit == u16::from(b'\n')).map(<[u16]>::to_vec);
        self.0.splice(from as usize..=to as usize, lines);
    }

    fn apply(&mut self, edits: &Value) {
        for edit in edits.as_array().unwrap() {
            let place = |end: &str| ["line", "character"].map(|key| edit["range"][end][key].as_u64().unwrap() as u32);
            self.replace(place("start"), place("end"), edit["newText"].as_str().unwrap());
        }
    }
}

#[test]
fn formatting_gives_what_the_command_writes() {
    for text in [RIGHT, "input pooled; linear 768->2", "// größe 🤗\nlabels \"映画\",b;\ninput pooled;\n\n\nlinear->labels; // 🤗"]
    {
        let mut editor = Editor::ready();
        editor.open(text);
        let mut held = Held::of(text);
        held.apply(&formatting(&mut editor));
        assert_eq!(held.text(), format(&Source::new("a.head", text)).unwrap());
    }
}

#[test]
fn a_file_in_canonical_form_is_not_edited_and_a_malformed_one_neither() {
    let mut editor = Editor::ready();
    editor.open("input pooled;\nlinear 768 -> 2;\n");
    assert_eq!(formatting(&mut editor), json!([]));
    editor.change(&[([1, 0], [1, 6], "-> ->")]);
    assert_eq!(formatting(&mut editor), Value::Null);
}

/// Thousands of changes at drawn places: the server's text stays the editor's, which its formatting shows.
#[test]
fn after_many_changes_the_text_is_the_editors() {
    let text = "// ab🤗größe\nlabels \"映画\", b;\n/* x\ny */ input pooled;\nlinear hidden->labels; // 🤗 end\n";
    let mut editor = Editor::ready();
    editor.open(text);
    let mut held = Held::of(text);
    let mut state = 7u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let pieces = ["a", "🤗", "ß", "", "映", " ", "\n// ", "12"];
    let mut formatted = 0;
    for round in 0..400 {
        let line = draw(held.0.len());
        let place = |at: usize, line: &[u16]| {
            let at = at.min(line.len());
            // Not between the halves of a character.
            if line.get(at).is_some_and(|unit| (0xdc00..0xe000).contains(unit)) { at - 1 } else { at }
        };
        let length = held.0[line].len();
        let (first, second) = (place(draw(length + 1), &held.0[line]), place(draw(length + 1), &held.0[line]));
        let (start, end) = (first.min(second), first.max(second).min(first.min(second) + 3));
        let (start, end) = ([line as u32, start as u32], [line as u32, place(end, &held.0[line]) as u32]);
        let end = if end[1] < start[1] { start } else { end };
        let piece = pieces[draw(pieces.len())];
        held.replace(start, end, piece);
        editor.change(&[(start, end, piece)]);
        if round % 2 == 0 {
            let wanted = format(&Source::new("a.head", held.text())).ok();
            let edits = formatting(&mut editor);
            assert_eq!(edits.is_null(), wanted.is_none(), "{:?}", held.text());
            if let Some(wanted) = wanted {
                let mut copy = Held::of(&held.text());
                copy.apply(&edits);
                assert_eq!(copy.text(), wanted);
                formatted += 1;
            }
        }
        if round % 8 == 7 {
            held = Held::of(text);
            let last = [held.0.len() as u32 + 5_000, 0];
            editor.change(&[([0, 0], last, text)]);
        }
    }
    assert!(formatted >= 20, "{formatted}");
    assert_eq!(editor.end(), Some(0));
}
