//! Where the parser stands in a text: it takes one token after another, and passes blanks and comments by.

use super::lex::{comment_length, is_doc, string_length};
use crate::source::Span;

/// A place in a text, always in front of a token or at the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// Where the next token begins.
    pub at: usize,
    /// Where the last token that was taken ends.
    pub end: usize,
    /// The furthest place at which something else was expected.
    pub furthest: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut cursor = Self { text, at: 0, end: 0, furthest: 0 };
        cursor.pass_blanks();
        cursor
    }

    pub fn text(&self) -> &'a str {
        self.text
    }

    /// What is left of the text.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// The next byte, 0 at the end.
    pub fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    pub fn follows(&self, sign: &str) -> bool {
        self.text.as_bytes()[self.at..].starts_with(sign.as_bytes())
    }

    /// From a place to the end of the last token.
    pub fn since(&self, start: usize) -> Span {
        Span::new(start, self.end)
    }

    /// Goes back to where another cursor stands; how far this one came is kept.
    pub fn back(&mut self, to: Self) {
        *self = Self { furthest: self.furthest, ..to };
    }

    /// Something else was expected here.
    pub fn fail<T>(&mut self) -> Option<T> {
        self.furthest = self.furthest.max(self.at);
        None
    }

    /// The sign, if it comes next.
    pub fn sign(&mut self, sign: &str) -> Option<()> {
        if self.follows(sign) { self.take(sign.len()).map(drop) } else { self.fail() }
    }

    /// The sign, if it comes next and `other` does not follow it.
    pub fn sign_without(&mut self, sign: &str, other: &str) -> Option<()> {
        let before = *self;
        self.sign(sign)?;
        if self.follows(other) {
            self.back(before);
            return self.fail();
        }
        Some(())
    }

    /// A name, `r#name` among them.
    pub fn name(&mut self) -> Option<&'a str> {
        let prefix = if self.follows("r#") { 2 } else { 0 };
        let length = name_length(&self.rest()[prefix..]);
        match (prefix, length) {
            (_, 0) => self.fail(),
            _ => self.take(prefix + length),
        }
    }

    /// The word, if it comes next and is no part of a longer one.
    pub fn word(&mut self, word: &str) -> Option<()> {
        let ends = self.follows(word) && !self.rest()[word.len()..].starts_with(is_word);
        if ends { self.take(word.len()).map(drop) } else { self.fail() }
    }

    /// A number, with letters that are stuck to it.
    pub fn number(&mut self) -> Option<&'a str> {
        if !self.byte().is_ascii_digit() {
            return self.fail();
        }
        let bytes = &self.text.as_bytes()[self.at..];
        let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let mut length = digits(0);
        if bytes.get(length) == Some(&b'.') && is_digit(length + 1) {
            length += 1 + digits(length + 1);
        }
        if matches!(bytes.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
            if is_digit(length + 1 + sign) {
                length += 1 + sign + bytes[length + 1 + sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            }
        }
        self.take(length + word_length(&self.rest()[length..]))
    }

    /// Digits alone, as a part of a path.
    pub fn digits(&mut self) -> Option<&'a str> {
        let length = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let is_whole = length > 0 && !self.rest()[length..].starts_with(is_word);
        if is_whole { self.take(length) } else { self.fail() }
    }

    /// A string with its quotes.
    pub fn string(&mut self) -> Option<&'a str> {
        if self.byte() == b'"' { self.take(string_length(self.rest())) } else { self.fail() }
    }

    /// A doc comment.
    pub fn doc(&mut self) -> Option<&'a str> {
        if self.byte() != b'/' || !is_doc(self.rest()) {
            return None;
        }
        let line = |rest: &str| rest.find(['\n', '\r']).unwrap_or(rest.len());
        let length = if self.follows("//") { line(self.rest()) } else { comment_length(self.rest()) };
        self.take(length)
    }

    /// Any one character.
    pub fn character(&mut self) -> Option<&'a str> {
        let length = self.rest().chars().next()?.len_utf8();
        self.take(length)
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let token = &self.text[self.at..self.at + length];
        self.end = self.at + length;
        self.at = self.end;
        self.pass_blanks();
        Some(token)
    }

    fn pass_blanks(&mut self) {
        loop {
            match self.byte() {
                b' ' | b'\t' | b'\r' | b'\n' | 0xc if !self.is_at_end() => self.at += 1,
                b'/' if self.follows("//") && !is_doc(self.rest()) => {
                    self.at += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
                }
                b'/' if self.follows("/*") && !is_doc(self.rest()) => self.at += comment_length(self.rest()),
                _ => return,
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii() && unicode_ident::is_xid_continue(c)
}

fn word_length(text: &str) -> usize {
    let ascii = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    match text.as_bytes().get(ascii) {
        Some(byte) if !byte.is_ascii() => text.find(|c| !is_word(c)).unwrap_or(text.len()),
        _ => ascii,
    }
}

fn name_length(text: &str) -> usize {
    match text.chars().next() {
        Some(c) if c == '_' || unicode_ident::is_xid_start(c) => word_length(text),
        _ => 0,
    }
}
