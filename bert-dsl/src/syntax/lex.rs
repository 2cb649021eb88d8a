//! The tokens of a text with its comments: for what looks at a text that is no tree (a malformed statement), or at what
//! a tree does not hold (comments).

use crate::source::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `// ..` or `/* .. */`
    Comment,
    /// `/// ..` and its kin
    Doc,
    /// A name or a word of the language.
    Word,
    /// A number.
    Number,
    /// A string.
    Text,
    /// A sign: `->`, `..`, `::`, or one character.
    Sign,
}

/// A token and its place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub span: Span,
}

/// All tokens of a text, comments among them.
pub(crate) fn lex(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (kind, length) = token(&text[at..], c);
        tokens.push(Token { kind, span: Span::new(at, at + length) });
        at += length;
    }
    tokens
}

/// The kind and length of the token at the start of a text.
fn token(text: &str, first: char) -> (Kind, usize) {
    if text.starts_with("//") {
        return (comment(text), text.find(['\n', '\r']).unwrap_or(text.len()));
    }
    if text.starts_with("/*") {
        return (comment(text), comment_length(text));
    }
    if ["->", "..", "::"].iter().any(|sign| text.starts_with(sign)) {
        return (Kind::Sign, 2);
    }
    match first {
        '"' => (Kind::Text, string_length(text)),
        '0'..='9' => (Kind::Number, number_length(text)),
        c if is_word(c) => (Kind::Word, length_while(text, is_word)),
        c => (Kind::Sign, c.len_utf8()),
    }
}

fn comment(text: &str) -> Kind {
    if is_doc(text) { Kind::Doc } else { Kind::Comment }
}

/// Whether the comment at the start of a text is documentation.
pub(super) fn is_doc(text: &str) -> bool {
    match text.as_bytes() {
        [b'/', b'/', b'/', rest @ ..] => rest.first() != Some(&b'/'),
        [b'/', b'*', b'*', rest @ ..] => !matches!(rest.first(), Some(b'*' | b'/')),
        [b'/', b'/' | b'*', b'!', ..] => true,
        _ => false,
    }
}

fn is_word(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

fn length_while(text: &str, wanted: impl Fn(char) -> bool) -> usize {
    text.find(|c| !wanted(c)).unwrap_or(text.len())
}

fn number_length(text: &str) -> usize {
    let whole = length_while(text, is_word);
    let fraction = text[whole..].strip_prefix('.').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let mut length = fraction.map_or(whole, |rest| whole + 1 + length_while(rest, is_word));
    if text[..length].ends_with(['e', 'E']) && text[length..].starts_with(['-', '+']) {
        length += 1 + length_while(&text[length + 1..], is_word);
    }
    length
}

pub(super) fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return i + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

pub(super) fn comment_length(text: &str) -> usize {
    let (mut depth, mut at, bytes) = (0usize, 0, text.as_bytes());
    while at + 1 < bytes.len() {
        match &bytes[at..at + 2] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" => (depth, at) = (depth.saturating_sub(1), at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}
