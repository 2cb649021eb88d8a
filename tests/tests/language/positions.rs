//! Lines and columns.

use bert_dsl::{Position, Source, Span};

fn at(text: &str, offset: u32) -> (u32, u32) {
    let Position { line, column } = Source::new("x", text).position(offset);
    (line, column)
}

#[test]
fn lines_end_in_three_ways() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("ab{end}cd{end}{end}e");
        let second = 2 + end.len() as u32;
        assert_eq!(at(&text, 0), (1, 1));
        assert_eq!(at(&text, second), (2, 1), "{end:?}");
        assert_eq!(at(&text, second + 1), (2, 2), "{end:?}");
        assert_eq!(at(&text, text.len() as u32 - 1), (4, 1), "{end:?}");
        let source = Source::new("x", text);
        assert_eq!([1, 2, 3, 4, 5, 0].map(|line| source.line(line)), ["ab", "cd", "", "e", "", "ab"]);
    }
}

#[test]
fn columns_count_characters() {
    assert_eq!(at("aé日𝄞b", 10), (1, 5));
    assert_eq!(at("é\né", 4), (2, 1));
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let source = Source::new("x", "\u{feff}input pooled;");
    assert_eq!(source.text(), "input pooled;");
    assert_eq!(source.position(0), Position { line: 1, column: 1 });
}

#[test]
fn places_outside_are_answered_too() {
    let source = Source::new("x", "ab\ncd");
    assert_eq!(source.slice(Span::new(3, 99)), "");
    assert_eq!(source.position(99).line, 2);
    assert_eq!(Source::new("x", "").position(0), Position { line: 1, column: 1 });
}

/// Against counting by hand, for every byte.
#[test]
fn as_counted_by_hand() {
    let text = "a\r\nbé\r\r\n\n日\rz\n";
    let source = Source::new("x", text);
    let (mut line, mut column) = (1, 1);
    let mut letters = text.char_indices().peekable();
    while let Some((offset, letter)) = letters.next() {
        assert_eq!(source.position(offset as u32), Position { line, column }, "at {offset}");
        let ends = letter == '\n' || (letter == '\r' && letters.peek().is_none_or(|(_, next)| *next != '\n'));
        (line, column) = if ends { (line + 1, 1) } else { (line, column + 1) };
    }
}
