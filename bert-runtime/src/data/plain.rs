//! Plain text.

mod sentences;

pub use sentences::sentences;

use crate::data::{Document, Source};

/// How a file of plain text holds documents and their sentences.
///
/// ```
/// use bert_runtime::data::{Documents, Plain};
///
/// let lines = Documents::parse("a.txt", "One sentence.\nAnother.\n\nA new document.\n", &Plain::lines())?;
/// assert_eq!((lines.len(), lines.sentences().count()), (2, 3));
/// let prose = Documents::parse("b.txt", "Mr. Darcy came\nback. She smiled.\n\nA new paragraph.\n", &Plain::prose())?;
/// assert_eq!(prose.sentences().collect::<Vec<_>>(), ["Mr. Darcy came back.", "She smiled.", "A new paragraph."]);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plain(Form);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Lines,
    Prose,
    Wikitext,
}

impl Plain {
    /// A sentence a line, and blank lines between documents, as BERT's own pretraining reads them.
    pub fn lines() -> Self {
        Self(Form::Lines)
    }

    /// Prose in paragraphs with blank lines between them, in lines of any width. A heading such as `Chapter 1`, `BOOK II. The Trial` or
    /// `IV. THE TRIAL` begins a document. What Project Gutenberg writes around a book is left out.
    pub fn prose() -> Self {
        Self(Form::Prose)
    }

    /// WikiText: a paragraph a line, articles under ` = Title = `, sections under ` = = Section = = `. Headings are left out, signs that
    /// were parted (` @-@ `) are joined, and unknown words (`<unk>`) become `[UNK]`.
    pub fn wikitext() -> Self {
        Self(Form::Wikitext)
    }

    /// The documents of a file, those without sentences left out.
    pub(super) fn documents(&self, source: &Source) -> Vec<Document> {
        let mut documents = Documents { source, found: Vec::new(), begins: true };
        match self.0 {
            Form::Lines => documents.lines(),
            Form::Prose => documents.prose(),
            Form::Wikitext => documents.wikitext(),
        }
        documents.found
    }
}

/// The documents that were found so far.
struct Documents<'s> {
    source: &'s Source,
    found: Vec<Document>,
    /// Whether the next sentence begins a document.
    begins: bool,
}

impl Documents<'_> {
    fn add(&mut self, line: usize, sentences: impl IntoIterator<Item = String>) {
        let sentences: Vec<String> = sentences.into_iter().filter(|sentence| !sentence.trim().is_empty()).collect();
        if sentences.is_empty() {
            return;
        }
        match self.found.last_mut().filter(|_| !self.begins) {
            Some(document) => document.sentences.extend(sentences),
            None => self.found.push(Document { place: self.source.line(line), sentences }),
        }
        self.begins = false;
    }

    fn lines(&mut self) {
        for (number, line) in self.source.lines() {
            match line.trim() {
                "" => self.begins = true,
                sentence => self.add(number, [sentence.to_owned()]),
            }
        }
    }

    fn prose(&mut self) {
        for (number, paragraph) in paragraphs(self.source) {
            match is_heading(&paragraph) {
                true => self.begins = true,
                false => self.add(number, sentences(&paragraph.join(" ")).map(str::to_owned)),
            }
        }
    }

    fn wikitext(&mut self) {
        for (number, line) in self.source.lines() {
            match heading_level(line) {
                Some(1) => self.begins = true,
                Some(_) => {}
                None => self.add(number, sentences(&rejoined(line)).map(str::to_owned)),
            }
        }
    }
}

/// The paragraphs of a book as their lines, without what Project Gutenberg writes around it.
fn paragraphs(source: &Source) -> Vec<(usize, Vec<&str>)> {
    let mark = |line: &str, word: &str| {
        line.trim_start_matches(['*', ' ']).starts_with(word) && line.trim_start().starts_with("***") && line.contains("GUTENBERG")
    };
    let lines: Vec<(usize, &str)> = source.lines().collect();
    let start = lines.iter().position(|(_, line)| mark(line, "START")).map_or(0, |start| start + 1);
    let end_of = |line: &str| line.starts_with("End of") && line.contains("Project Gutenberg");
    let end = lines.iter().skip(start).position(|(_, line)| mark(line, "END") || end_of(line)).map_or(lines.len(), |end| start + end);
    let mut paragraphs: Vec<(usize, Vec<&str>)> = Vec::new();
    let mut goes_on = false;
    for &(number, line) in lines.get(start..end).unwrap_or_default() {
        let text = line.trim();
        match paragraphs.last_mut().filter(|_| goes_on && !text.is_empty()) {
            Some((_, paragraph)) => paragraph.push(text),
            None if !text.is_empty() => paragraphs.push((number, vec![text])),
            None => {}
        }
        goes_on = !text.is_empty();
    }
    let is_thanks = |(_, lines): &(usize, Vec<&str>)| start > 0 && lines.first().is_some_and(|line| line.starts_with("Produced by"));
    if paragraphs.first().is_some_and(is_thanks) {
        paragraphs.remove(0);
    }
    paragraphs
}

/// What chapters are called.
const PARTS: [&str; 9] = ["chapter", "book", "part", "volume", "act", "scene", "letter", "canto", "adventure"];

/// Whether a paragraph is the heading of a chapter: one short line with its kind and its number, or its number and a title in capitals.
fn is_heading(paragraph: &[&str]) -> bool {
    let [line] = paragraph else { return false };
    let mut words = line.split_whitespace();
    let (first, second) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let is_part = PARTS.iter().any(|part| first.eq_ignore_ascii_case(part)) && is_number(second);
    let is_title = first.ends_with('.') && is_number(first) && !second.is_empty() && !line.contains(char::is_lowercase);
    line.len() <= 80 && (is_part || is_title)
}

/// Whether a word is a number, in digits or Roman.
fn is_number(word: &str) -> bool {
    let number = word.trim_end_matches(['.', ':', ',']);
    let of = |digits: &[u8]| number.bytes().all(|c| digits.contains(&c));
    !number.is_empty() && (of(b"0123456789") || of(b"IVXLCDM"))
}

/// How deep a heading of WikiText is, if a line is one: ` = Title = ` is 1.
fn heading_level(line: &str) -> Option<usize> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let before = words.iter().take_while(|word| **word == "=").count();
    let after = words.iter().rev().take_while(|word| **word == "=").count();
    (before > 0 && before == after && words.len() > 2 * before).then_some(before)
}

/// A line of WikiText with its signs in place again.
fn rejoined(line: &str) -> String {
    let signs = [(" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", "."), ("<unk>", "[UNK]")];
    signs.iter().fold(line.trim().to_owned(), |text, (parted, sign)| text.replace(parted, sign))
}
