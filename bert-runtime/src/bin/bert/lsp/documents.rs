//! The files that an editor has open.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use bert_dsl::{Analysis, Bare, Source, Span, check};
use lsp_server::ErrorCode;
use lsp_types::{Position, Range, TextDocumentContentChangeEvent, Uri};
use percent_encoding::percent_decode_str;

use super::fault::Fault;
use super::positions::{Encoding, Lines};
use crate::sources::bare_name;

/// All files that are open.
#[derive(Default)]
pub struct Documents {
    open: BTreeMap<String, Document>,
    encoding: Encoding,
}

/// A file that is open.
pub struct Document {
    pub uri: Uri,
    pub version: i32,
    /// Whether its errors were told since it changed.
    pub is_told: bool,
    text: String,
    lines: Lines,
    read: OnceCell<(Source, Analysis)>,
}

impl Documents {
    /// None yet, of which characters will be counted so.
    pub fn new(encoding: Encoding) -> Self {
        Self { open: BTreeMap::new(), encoding }
    }

    /// A file is opened.
    pub fn open(&mut self, uri: Uri, version: i32, text: String) {
        let document = Document::new(uri, version, text, self.encoding);
        self.open.insert(document.uri.as_str().to_owned(), document);
    }

    /// A file changes, by one change after the other.
    pub fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) -> Result<(), Fault> {
        let encoding = self.encoding;
        let Some(document) = self.open.get_mut(uri.as_str()) else { return Err(not_open(uri)) };
        changes.into_iter().for_each(|change| document.change(change, encoding));
        document.version = version;
        Ok(())
    }

    /// A file is closed.
    pub fn close(&mut self, uri: &Uri) -> Result<(), Fault> {
        self.open.remove(uri.as_str()).map(drop).ok_or_else(|| not_open(uri))
    }

    /// A file that is open.
    pub fn get(&self, uri: &Uri) -> Result<&Document, Fault> {
        self.open.get(uri.as_str()).ok_or_else(|| not_open(uri))
    }

    /// Those whose errors were not told since they changed.
    pub fn untold(&mut self) -> impl Iterator<Item = &mut Document> {
        self.open.values_mut().filter(|document| !document.is_told)
    }
}

fn not_open(uri: &Uri) -> Fault {
    Fault::new(ErrorCode::InvalidParams, format!("`{}` is not open", uri.as_str()))
}

const BYTE_ORDER_MARK: char = '\u{feff}';

impl Document {
    fn new(uri: Uri, version: i32, text: String, encoding: Encoding) -> Self {
        let lines = Lines::of(&text, encoding);
        Self { uri, version, is_told: false, text, lines, read: OnceCell::new() }
    }

    fn change(&mut self, change: TextDocumentContentChangeEvent, encoding: Encoding) {
        match change.range {
            Some(range) => {
                let (start, end) = (self.lines.offset(&self.text, range.start), self.lines.offset(&self.text, range.end));
                self.text.replace_range(start.min(end)..start.max(end), &change.text);
            }
            None => self.text = change.text,
        }
        self.lines = Lines::of(&self.text, encoding);
        (self.read, self.is_told) = (OnceCell::new(), false);
    }

    fn read(&self) -> &(Source, Analysis) {
        self.read.get_or_init(|| {
            let name = self.name();
            let source = Source::new(&name, self.text.as_str());
            let bare = bare_name(name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem));
            let analysis = check(&source, Bare::Named(&bare));
            (source, analysis)
        })
    }

    /// The name of the file.
    fn name(&self) -> String {
        let path = self.uri.as_str().split(['?', '#']).next().unwrap_or_default();
        percent_decode_str(path.rsplit(['/', ':']).next().unwrap_or_default()).decode_utf8_lossy().into_owned()
    }

    /// Its text as the compiler sees it.
    pub fn source(&self) -> &Source {
        &self.read().0
    }

    /// What the compiler has found out of it.
    pub fn analysis(&self) -> &Analysis {
        &self.read().1
    }

    /// How many bytes the compiler leaves out at the start.
    fn left_out(&self) -> usize {
        if self.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 }
    }

    /// The place of a position in its source.
    pub fn offset(&self, position: Position) -> u32 {
        self.lines.offset(&self.text, position).saturating_sub(self.left_out()) as u32
    }

    /// The lines and characters of a part of its source.
    pub fn range(&self, span: Span) -> Range {
        let place = |offset: u32| (offset as usize + self.left_out()).min(self.text.len());
        self.lines.range(place(span.start)..place(span.end))
    }
}
