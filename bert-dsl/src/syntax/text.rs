//! Pieces of text that stand for another text: strings between their quotes, docs behind their stars, `pub(..)`.

use unicode_ident::{is_xid_continue, is_xid_start};

use super::lex::{Kind, lex};

/// What a string literal with its quotes stands for, by Rust's escapes; or the first escape that is none.
///
/// ```
/// assert_eq!(bert_dsl::syntax::unescape(r#""5 \"stars\"""#), Ok("5 \"stars\"".into()));
/// assert_eq!(bert_dsl::syntax::unescape(r#""\q""#), Err("\\q".into()));
/// ```
///
/// # Errors
/// The first escape that Rust does not have.
pub fn unescape(literal: &str) -> Result<String, String> {
    let inner = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(literal);
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let (c, length) = escape(&rest[at..]).ok_or_else(|| rest[at..].chars().take(2).collect::<String>())?;
        text.push(c);
        rest = &rest[at + length..];
    }
    text.push_str(rest);
    Ok(text)
}

/// The character of the escape at the start of a text, and the escape's length in bytes.
fn escape(text: &str) -> Option<(char, usize)> {
    let simple = |c| Some((c, 2));
    match text[1..].chars().next()? {
        'n' => simple('\n'),
        't' => simple('\t'),
        'r' => simple('\r'),
        '0' => simple('\0'),
        '\\' => simple('\\'),
        '"' => simple('"'),
        '\'' => simple('\''),
        'x' => Some((char::from(u8::from_str_radix(text.get(2..4)?, 16).ok().filter(u8::is_ascii)?), 4)),
        'u' => {
            let end = text.find('}')?;
            let digits = text.get(2..end)?.strip_prefix('{')?.replace('_', "");
            Some((char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?, end + 1))
        }
        _ => None,
    }
}

/// A text as a string literal with its quotes.
///
/// ```
/// assert_eq!(bert_dsl::syntax::escaped("a \"b\"\n"), r#""a \"b\"\n""#);
/// ```
pub fn escaped(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '\'' => literal.push(c),
            _ => literal.extend(c.escape_debug()),
        }
    }
    literal.push('"');
    literal
}

/// The lines of a block of documentation, without the stars in front of them and the empty lines around them.
pub(super) fn doc_lines(inner: &str) -> Vec<String> {
    let plain = |line: &str| line.trim().trim_start_matches('*').trim_start().to_owned();
    let mut lines: Vec<String> = inner.trim_end_matches("*/").lines().map(plain).collect();
    let is_empty = |line: Option<&String>| line.is_some_and(String::is_empty);
    while lines.len() > 1 && is_empty(lines.last()) {
        lines.pop();
    }
    while lines.len() > 1 && is_empty(lines.first()) {
        lines.remove(0);
    }
    lines.into_iter().map(|line| if line.is_empty() { line } else { format!(" {line}") }).collect()
}

/// What stands in front of `head`, on one line and without comments.
pub(super) fn visibility(text: &str) -> String {
    let tokens = lex(text).into_iter().filter(|token| token.kind != Kind::Comment);
    let words = tokens.map(|token| &text[token.span.range()]);
    words.map(|word| if word == "in" { "in " } else { word }).collect()
}

/// Whether it is how Rust writes who sees an item.
pub(super) fn is_visibility(text: &str) -> bool {
    let segment = |segment: &str| segment.starts_with(is_xid_start) && segment.chars().all(is_xid_continue);
    let path = text.strip_prefix("pub(in ").and_then(|rest| rest.strip_suffix(')'));
    matches!(text, "pub" | "pub(crate)" | "pub(super)" | "pub(self)")
        || path.is_some_and(|path| path.strip_prefix("::").unwrap_or(path).split("::").all(segment))
}
