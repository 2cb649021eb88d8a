//! From a text to its syntax tree. It is loose on purpose: what is no mistake of form is left to the checker, which can say why.
//!
//! A statement that cannot be read is one that is malformed, and the parser goes on behind it. Each function takes what it
//! reads, or nothing.

use super::ast::*;
use super::cursor::Cursor;
use super::recover;
use super::scan::{MAX_DEPTH, Scanned, scan};
use super::text::{doc_lines, is_visibility, visibility};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Source, Span, Spanned};

/// The tree of a source, and what is wrong with its form. Where a statement is malformed, the tree says so in its place.
pub(crate) fn tree(source: &Source) -> (File, Diagnostics) {
    match scan(source.text()) {
        Ok(scanned) => grown(source, scanned),
        Err(diagnostics) => (File::default(), diagnostics),
    }
}

fn grown(source: &Source, scanned: Scanned) -> (File, Diagnostics) {
    let mut parser = Parser::new(&scanned.text, source.text().len(), &scanned.mended);
    let file = parser.file();
    let mut found = scanned.diagnostics;
    parser.found.into_iter().for_each(|diagnostic| found.push(diagnostic));
    (file, found)
}

/// Where the parser gives up on a statement that stands alone; 0 where it does not.
pub(super) fn gives_up(statement: &str) -> usize {
    let mut parser = Parser::new(statement, statement.len(), &[]);
    parser.quiet = true;
    parser.docs();
    match parser.stated() {
        Some(_) if parser.cursor.is_at_end() => 0,
        Some(_) => parser.cursor.furthest.max(parser.cursor.at),
        None => parser.cursor.furthest,
    }
}

/// Reads a text of which the first `length` bytes are the user's.
pub(super) struct Parser<'a> {
    pub cursor: Cursor<'a>,
    length: usize,
    mended: &'a [usize],
    /// Whether it is of no use to say why statements are malformed.
    quiet: bool,
    found: Vec<Diagnostic>,
}

/// A statement's kind, and whether it has a block.
type Stated = (StatementKind, bool);

impl<'a> Parser<'a> {
    fn new(text: &'a str, length: usize, mended: &'a [usize]) -> Self {
        Self { cursor: Cursor::new(text), length, mended, quiet: false, found: Vec::new() }
    }

    /// A place in the user's text: what was mended may be longer.
    pub fn clip(&self, place: Span) -> Span {
        Span::new((place.start as usize).min(self.length), (place.end as usize).min(self.length))
    }

    /// What was read since a place.
    pub fn since(&self, start: usize) -> Span {
        self.clip(self.cursor.since(start))
    }

    pub fn spanned<T>(&self, start: usize, node: T) -> Spanned<T> {
        Spanned::new(node, self.since(start))
    }

    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// What a function reads; where it reads nothing, it leaves no trace.
    pub fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let (before, found) = (self.cursor, self.found.len());
        let result = read(self);
        if result.is_none() {
            self.cursor.back(before);
            self.found.truncate(found);
        }
        result
    }

    pub fn name(&mut self) -> Option<Name> {
        let start = self.cursor.at;
        let name = self.cursor.name()?.to_owned();
        Some(self.spanned(start, name))
    }

    fn file(&mut self) -> File {
        let mut file = File::default();
        while !self.cursor.is_at_end() {
            if let Some(head) = self.attempt(Self::head) {
                file.heads.push(head);
            } else if let Some(statement) = self.statement() {
                file.body.push(statement);
            } else {
                // No text gets here, since its brackets are balanced.
                self.cursor.character();
            }
        }
        file
    }

    fn head(&mut self) -> Option<Head> {
        let start = self.cursor.at;
        let docs = self.docs();
        let visibility = self.attempt(Self::visibility);
        self.cursor.word("head")?;
        let name = self.name()?;
        let body = self.block()?;
        let span = self.since(start);
        let closing = Spanned::new((), Span { start: span.end.saturating_sub(1).max(span.start), ..span });
        Some(Head { docs, visibility, name, body, closing })
    }

    /// `pub`, `pub(..)`, in front of a head.
    fn visibility(&mut self) -> Option<Spanned<String>> {
        let start = self.cursor.at;
        self.cursor.word("pub")?;
        self.attempt(|parser| {
            parser.cursor.sign("(")?;
            while parser.cursor.byte() != b')' {
                parser.cursor.character()?;
            }
            parser.cursor.sign(")")
        });
        let (text, span) = (visibility(&self.cursor.text()[self.cursor.since(start).range()]), self.since(start));
        let after = self.cursor;
        self.cursor.word("head")?;
        self.cursor = after;
        if !is_visibility(&text) {
            let help = "write `pub`, `pub(crate)`, `pub(super)` or `pub(in path)`";
            self.report(Diagnostic::new(Code::Malformed, span, format!("`{text}` is not how Rust writes who sees an item")).help(help));
        }
        Some(Spanned::new(text, span))
    }

    fn docs(&mut self) -> Vec<Doc> {
        let mut docs = Vec::new();
        let mut start = self.cursor.at;
        while let Some(text) = self.cursor.doc() {
            let span = self.since(start);
            docs.extend(self.doc(text, span));
            start = self.cursor.at;
        }
        docs
    }

    /// The lines of a doc comment.
    fn doc(&mut self, text: &str, span: Span) -> Vec<Doc> {
        if text.starts_with("//!") || text.starts_with("/*!") {
            let message = format!("`{}` documents what is around it, and heads are documented from outside", &text[..3]);
            self.report(Diagnostic::new(Code::MisplacedDoc, span, message).help("write `///` in front of the head or its `output`"));
        }
        match text.strip_prefix("/**").or(text.strip_prefix("/*!")) {
            Some(inner) => doc_lines(inner).into_iter().map(|line| Spanned::new(line, span)).collect(),
            None => vec![Spanned::new(text.get(3..).unwrap_or_default().trim_end().to_owned(), span)],
        }
    }

    /// The statements between braces.
    fn block(&mut self) -> Option<Vec<Statement>> {
        self.cursor.sign("{")?;
        let mut statements = Vec::new();
        while let Some(statement) = self.statement() {
            statements.push(statement);
        }
        self.cursor.sign("}")?;
        Some(statements)
    }

    /// A statement, or doc comments at the end of a block.
    fn statement(&mut self) -> Option<Statement> {
        let first = self.cursor.at;
        let docs = self.docs();
        let (start, found) = (self.cursor.at, self.found.len());
        let Some((kind, has_block)) = self.stated().or_else(|| self.malformed()) else {
            return (!docs.is_empty()).then(|| self.spanned(first, StatementNode { docs, kind: StatementKind::Docs }));
        };
        let kind = match self.was_mended(self.cursor.since(start)) && !has_block {
            true => {
                self.found.truncate(found);
                StatementKind::Malformed
            }
            false => kind,
        };
        Some(self.spanned(start, StatementNode { docs, kind }))
    }

    /// A statement that is well formed.
    fn stated(&mut self) -> Option<Stated> {
        match self.keyword() {
            Some(word) => self.attempt(|parser| parser.keyed(word)).map(|kind| (kind, word == "let")),
            None => None,
        }
        .or_else(|| self.attempt(Self::layer))
    }

    /// The statement word that comes next. It is a name where `:`, `.` or `{` follows.
    fn keyword(&self) -> Option<&'static str> {
        let mut ahead = self.cursor;
        let word = recover::FORMS.iter().map(|form| form.word).find(|word| ahead.word(word).is_some())?;
        let is_name = ahead.byte() == b'{' || is_lone(&ahead, ":") || is_lone(&ahead, ".");
        (word != "head" && !is_name).then_some(word)
    }

    fn keyed(&mut self, word: &str) -> Option<StatementKind> {
        self.cursor.word(word)?;
        if word == "let" {
            return self.binding();
        }
        let kind = match word {
            "labels" => StatementKind::Labels(self.labels()?),
            "given" => self.given()?,
            "input" => StatementKind::Input(self.names()?),
            "use" => StatementKind::Use(self.name()?),
            "output" => StatementKind::Output(self.name()?),
            "loss" => StatementKind::Loss(self.call()?),
            _ => StatementKind::Decode(self.call()?),
        };
        self.ends()?;
        Some(kind)
    }

    fn binding(&mut self) -> Option<StatementKind> {
        let name = self.name()?;
        self.cursor.sign("=")?;
        let block = self.block()?;
        self.cursor.sign(";");
        Some(StatementKind::Let { name, block })
    }

    fn given(&mut self) -> Option<StatementKind> {
        let name = self.name()?;
        self.cursor.sign(":")?;
        Some(StatementKind::Given { name, kind: self.call()? })
    }

    fn names(&mut self) -> Option<Vec<Name>> {
        let mut names = vec![self.name()?];
        while let Some(name) = self.name() {
            names.push(name);
        }
        Some(names)
    }

    /// What ends a statement: `;`, or the end of what it stands in.
    fn ends(&mut self) -> Option<()> {
        if self.cursor.is_at_end() || self.cursor.byte() == b'}' { Some(()) } else { self.cursor.sign(";") }
    }

    /// A scope, or a layer with its path or without.
    fn layer(&mut self) -> Option<Stated> {
        let before = self.cursor;
        let path = self.attempt(Self::path);
        if let Some(path) = path.as_ref().filter(|_| self.cursor.byte() == b'{') {
            let (path, block) = (path.clone(), self.block()?);
            self.cursor.sign(";");
            return Some((StatementKind::Scope { path, block }, true));
        }
        let path = path.filter(|_| self.cursor.sign_without(":", ":").is_some());
        if path.is_none() {
            self.cursor.back(before);
            if self.cursor.word("head").or_else(|| self.cursor.word("pub")).is_some() {
                return None;
            }
        }
        if self.keyword().is_some() {
            return self.cursor.fail();
        }
        let call = self.call()?;
        let block = (self.cursor.byte() == b'{').then(|| self.block()).flatten();
        let has_block = block.is_some();
        match has_block {
            true => drop(self.cursor.sign(";")),
            false => self.ends()?,
        }
        Some((StatementKind::Layer { path, call, block }, has_block))
    }

    fn path(&mut self) -> Option<Path> {
        let (start, found) = (self.cursor.at, self.found.len());
        let mut segments = vec![self.segment()?];
        while let Some(segment) = self.attempt(|parser| {
            parser.cursor.sign_without(".", ".")?;
            parser.segment()
        }) {
            segments.push(segment);
        }
        if segments.len() > MAX_DEPTH {
            self.found.truncate(found);
            let message = format!("a path has at most {MAX_DEPTH} names, and this has more");
            self.report(Diagnostic::new(Code::TooDeep, self.since(start), message).help("make it shorter"));
            segments.truncate(MAX_DEPTH);
        }
        Some(self.spanned(start, Segments(segments)))
    }

    fn segment(&mut self) -> Option<Name> {
        let start = self.cursor.at;
        let segment = self.cursor.digits().or_else(|| self.cursor.name())?.to_owned();
        Some(self.spanned(start, segment))
    }

    /// What cannot be read otherwise, to its `;` or block.
    fn malformed(&mut self) -> Option<Stated> {
        let start = self.cursor.at;
        let mut has_parts = false;
        while !self.cursor.is_at_end() && !matches!(self.cursor.byte(), b';' | b'{' | b'}') {
            self.token()?;
            has_parts = true;
        }
        let has_block = self.passes_block();
        if !has_block && self.cursor.sign(";").is_none() && !has_parts {
            return None;
        }
        let whole = self.cursor.since(start);
        if !self.quiet && !self.was_mended(whole) {
            self.report(recover::diagnose(self.cursor.text(), whole, self.length));
        }
        Some((StatementKind::Malformed, has_block))
    }

    /// Passes a block by, whatever is wrong inside.
    fn passes_block(&mut self) -> bool {
        let (found, quiet) = (self.found.len(), std::mem::replace(&mut self.quiet, true));
        let has_block = self.attempt(Self::block).is_some();
        self.found.truncate(found);
        self.quiet = quiet;
        has_block
    }

    /// Any token, or a whole group in brackets.
    fn token(&mut self) -> Option<()> {
        let close = match self.cursor.byte() {
            b'(' => ")",
            b'[' => "]",
            _ => return self.cursor.doc().or_else(|| self.plain()).map(drop),
        };
        self.cursor.character()?;
        while !self.cursor.is_at_end() && !self.cursor.follows(close) {
            self.token()?;
        }
        self.cursor.sign(close);
        Some(())
    }

    fn plain(&mut self) -> Option<&'a str> {
        let cursor = &mut self.cursor;
        cursor.string().or_else(|| cursor.number()).or_else(|| cursor.name()).or_else(|| cursor.character())
    }

    /// Whether something in a place was mended, and reported with it.
    fn was_mended(&self, place: Span) -> bool {
        let first = self.mended.partition_point(|&at| at < place.start as usize);
        self.mended.get(first).is_some_and(|&at| at < place.end as usize)
    }
}

/// Whether a sign comes next and is not doubled.
fn is_lone(cursor: &Cursor<'_>, sign: &str) -> bool {
    cursor.follows(sign) && !cursor.rest()[sign.len()..].starts_with(sign)
}
