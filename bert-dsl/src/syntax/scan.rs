//! A first look at a text, before it is parsed: limits, characters that no head may hold, and brackets.
//!
//! What cannot be parsed safely ends here; what can be mended (a stray bracket) is reported and mended, so that the
//! parser finds the other errors too.

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Span;

/// The longest source, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// How deeply brackets, blocks and comments may be nested.
pub const MAX_DEPTH: usize = 64;
/// How many statements a source may have.
pub const MAX_STATEMENTS: usize = 20_000;

/// A text that is safe to parse: its brackets are balanced, and every byte is at its place.
pub(super) struct Scanned {
    /// The text to parse, at least as long as the source; brackets without a partner are blanks, missing ones are added at the end.
    pub text: String,
    /// Where it was mended, in order.
    pub mended: Vec<usize>,
    /// What was mended.
    pub diagnostics: Diagnostics,
}

/// Looks the text over.
pub(super) fn scan(text: &str) -> Result<Scanned, Diagnostics> {
    if text.len() > MAX_BYTES {
        let message = format!("this source has {} bytes, and a source may have {MAX_BYTES}", text.len());
        return Err(only(Diagnostic::new(Code::TooLarge, Span::new(0, 0), message).help("split it into several files")));
    }
    let mut scanner = Scanner { text, at: 0, open: Vec::new(), blanks: Vec::new(), statements: 0, found: Diagnostics::default() };
    scanner.run()?;
    Ok(scanner.finish())
}

fn only(diagnostic: Diagnostic) -> Diagnostics {
    let mut all = Diagnostics::default();
    all.push(diagnostic);
    all
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    open: Vec<(u8, usize)>,
    blanks: Vec<usize>,
    statements: usize,
    found: Diagnostics,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), Diagnostics> {
        while let Some(c) = self.text[self.at..].chars().next() {
            match c {
                '"' => self.string()?,
                '/' if self.text[self.at..].starts_with("//") => self.line(),
                '/' if self.text[self.at..].starts_with("/*") => self.comment()?,
                '(' | '[' | '{' => self.opens(c as u8)?,
                ')' | ']' | '}' => self.closes(c as u8),
                ';' => self.counts()?,
                _ => self.character(c),
            }
        }
        Ok(())
    }

    fn character(&mut self, c: char) {
        if let Some(what) = forbidden(c) {
            let span = Span::new(self.at, self.at + c.len_utf8());
            self.found.push(Diagnostic::new(Code::Character, span, format!("a head cannot contain {what}")).help("delete it"));
            self.blanks.push(self.at);
        }
        self.at += c.len_utf8();
    }

    fn counts(&mut self) -> Result<(), Diagnostics> {
        self.statements += 1;
        self.at += 1;
        if self.statements <= MAX_STATEMENTS {
            return Ok(());
        }
        let message = format!("this source has more than {MAX_STATEMENTS} statements");
        Err(only(Diagnostic::new(Code::TooMany, Span::new(self.at - 1, self.at), message).help("split it into several heads or files")))
    }

    /// To the end of the line. Bidirectional controls are refused in comments and strings too: they make a text look like another.
    fn line(&mut self) {
        let rest = &self.text[self.at..];
        let end = self.at + rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.refuse_hidden(end);
    }

    fn comment(&mut self) -> Result<(), Diagnostics> {
        let (start, bytes, mut depth, mut at) = (self.at, self.text.as_bytes(), 0usize, self.at);
        while at + 1 < bytes.len() {
            match &bytes[at..at + 2] {
                b"/*" => (depth, at) = (depth + 1, at + 2),
                b"*/" => (depth, at) = (depth - 1, at + 2),
                _ => at += 1,
            }
            if depth > MAX_DEPTH {
                return Err(only(too_deep("comments", at - 2)));
            }
            if depth == 0 {
                self.refuse_hidden(at);
                return Ok(());
            }
        }
        let opening = Span::new(start, start + 2);
        Err(only(Diagnostic::new(Code::Unterminated, opening, "this comment has no end").help("close it with `*/`")))
    }

    fn string(&mut self) -> Result<(), Diagnostics> {
        let start = self.at;
        let mut escaped = false;
        for (i, c) in self.text[start + 1..].char_indices() {
            match c {
                '\n' | '\r' => break,
                '"' if !escaped => {
                    self.refuse_hidden(start + i + 2);
                    return Ok(());
                }
                _ => escaped = c == '\\' && !escaped,
            }
        }
        let opening = Span::new(start, start + 1);
        Err(only(
            Diagnostic::new(Code::Unterminated, opening, "this string has no end on its line")
                .help("close it with `\"`; write a line break in it as `\\n`"),
        ))
    }

    fn refuse_hidden(&mut self, end: usize) {
        while let Some(c) = self.text[self.at..end].chars().next() {
            self.character(c);
        }
    }

    fn opens(&mut self, bracket: u8) -> Result<(), Diagnostics> {
        if self.open.len() == MAX_DEPTH {
            return Err(only(too_deep("brackets", self.at)));
        }
        self.open.push((bracket, self.at));
        self.at += 1;
        Ok(())
    }

    fn closes(&mut self, bracket: u8) {
        let opening = partner(bracket);
        match self.open.iter().rposition(|&(open, _)| open == opening) {
            Some(index) => {
                for (open, at) in self.open.split_off(index).into_iter().skip(1) {
                    self.unclosed(open, at);
                    self.blanks.push(at);
                }
            }
            None => {
                let span = Span::new(self.at, self.at + 1);
                let message = format!("`{}` closes nothing", bracket as char);
                self.found.push(Diagnostic::new(Code::Unbalanced, span, message).help("delete it, or open its partner before"));
                self.blanks.push(self.at);
            }
        }
        self.at += 1;
    }

    fn unclosed(&mut self, open: u8, at: usize) {
        let message = format!("`{}` is never closed", open as char);
        let help = format!("close it with `{}`", closing(open));
        self.found.push(Diagnostic::new(Code::Unbalanced, Span::new(at, at + 1), message).help(help));
    }

    fn finish(mut self) -> Scanned {
        // On a line of their own, lest a comment at the end swallow them.
        let (mut closers, mut unclosed) = (String::from("\n"), Vec::new());
        while let Some((open, at)) = self.open.pop() {
            self.unclosed(open, at);
            closers.push(closing(open));
            unclosed.extend((open != b'{').then_some(at));
        }
        let mut bytes = self.text.as_bytes().to_vec();
        for &at in &self.blanks {
            let width = self.text[at..].chars().next().map_or(1, char::len_utf8);
            bytes[at..at + width].fill(b' ');
        }
        let text = String::from_utf8_lossy(&bytes).into_owned() + &closers;
        self.blanks.extend(unclosed);
        self.blanks.sort_unstable();
        Scanned { text, mended: self.blanks, diagnostics: self.found }
    }
}

fn too_deep(what: &str, at: usize) -> Diagnostic {
    let message = format!("{what} are nested more than {MAX_DEPTH} deep here");
    Diagnostic::new(Code::TooDeep, Span::new(at, at + 1), message).help("give an inner part its own `let`, or leave brackets out")
}

fn partner(closing: u8) -> u8 {
    match closing {
        b')' => b'(',
        b']' => b'[',
        _ => b'{',
    }
}

fn closing(opening: u8) -> char {
    match opening {
        b'(' => ')',
        b'[' => ']',
        _ => '}',
    }
}

/// What a character is, where no head may contain it: controls, and characters that hide or reorder text.
fn forbidden(c: char) -> Option<String> {
    let code = c as u32;
    match c {
        '\t' | '\n' | '\r' | '\u{c}' => None,
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Some(format!("the invisible character U+{code:04X}")),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some(format!("the character U+{code:04X}, which changes the order in which text is shown"))
        }
        c if c.is_control() => Some(format!("the control character U+{code:04X}")),
        _ => None,
    }
}
