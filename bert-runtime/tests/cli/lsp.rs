//! `bert lsp`, driven over its protocol as an editor drives it.

mod actions;
mod completion;
mod diagnostics;
mod editor;
mod faults;
mod formatting;
mod large;
mod lifecycle;
mod navigation;
mod typing;

use bert_dsl::catalogue::ENTRIES;

/// The place of the cursor, which is a `|` in a text, as a line and a character of UTF-16; and the text without it.
fn cursor(text: &str) -> (String, u32, u32) {
    let at = text.find('|').unwrap();
    let before = &text[..at];
    let line = before.rsplit('\n').next().unwrap();
    (text.replacen('|', "", 1), before.matches('\n').count() as u32, line.encode_utf16().count() as u32)
}

/// A text of about so many bytes, of right heads with long comments: there is a limit to statements too.
fn long_text(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes);
    let mut number = 0;
    while text.len() < bytes {
        let body = ENTRIES[number % ENTRIES.len()].text;
        let body = body.split_once("{\n").map_or("input pooled; linear -> 2;", |(_, rest)| rest.trim_end().trim_end_matches('}'));
        let one = format!("// {}\nhead Head{number} {{\n{body}}}\n\n", "größe ".repeat(60));
        if !body.contains("head ") && !body.contains("use ") {
            text += &one;
        }
        number += 1;
    }
    text
}
