//! Strings between their quotes.

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
