//! What the compiler says of a wrong head.

use std::fmt;

use crate::codes::Code;
use crate::nearest::nearest;
use crate::source::{Source, Span};

/// One error: where, what was found, why it is wrong, and the fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that is broken.
    pub code: Code,
    /// The token that it is about.
    pub span: Span,
    /// What was found and what was expected.
    pub message: String,
    /// Why that is a rule.
    pub reason: Option<String>,
    /// What to write instead.
    pub help: Option<String>,
    /// Other places that belong to it, each with what it is.
    pub related: Vec<(Span, String)>,
    /// A change of the text that mends it, where one is sure to be meant.
    pub fix: Option<Fix>,
}

/// A change of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What goes; nothing where something is only put in.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

impl Fix {
    /// What it does, as an order.
    ///
    /// ```
    /// use bert_dsl::{check, Bare, Source};
    ///
    /// let analysis = check(&Source::new("two.head", "input poled; linear -> 2;"), Bare::Named("Two"));
    /// let fix = analysis.diagnostics().iter().next().unwrap().fix.as_ref().unwrap();
    /// assert_eq!((fix.title().as_str(), fix.text.as_str(), fix.span.range()), ("write `pooled`", "pooled", 6..11));
    /// ```
    pub fn title(&self) -> String {
        if self.text.is_empty() { "delete it".to_owned() } else { brief(format!("write `{}`", self.text)) }
    }
}

impl Diagnostic {
    /// An error of a code at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, message: brief(message.into()), reason: None, help: None, related: Vec::new(), fix: None }
    }

    /// The same with the reason for the rule.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(brief(reason.into()));
        self
    }

    /// The same with a fix.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(brief(help.into()));
        self
    }

    /// The same with a fix, where there is one.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.map(brief).or(self.help);
        self
    }

    /// The same with the candidate that is near a word, which is what the error is about; where none is near, with another fix in words.
    #[must_use]
    pub(crate) fn meant<'c>(self, word: &str, candidates: impl IntoIterator<Item = &'c str>, otherwise: impl FnOnce() -> String) -> Self {
        match nearest(word, candidates) {
            Some(near) => {
                let span = self.span;
                self.help(format!("did you mean `{near}`?")).mended(span, near)
            }
            None => self.help(otherwise()),
        }
    }

    /// The same with a change of the text that mends it.
    #[must_use]
    pub(crate) fn mended(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }

    /// The same with another place that belongs to it.
    #[must_use]
    pub fn also(mut self, span: Span, what: impl Into<String>) -> Self {
        self.related.push((span, brief(what.into())));
        self
    }

    /// The error in words alone, a line a part: for a place that something else shows, such as rustc.
    pub fn words(&self) -> String {
        let mut text = format!("[{}] {}", self.code, self.message);
        if let Some(reason) = &self.reason {
            text.push_str(&format!("\nwhy: {reason}"));
        }
        if let Some(help) = &self.help {
            text.push_str(&format!("\nhelp: {help}"));
        }
        text
    }

    /// The error as rustc draws one, with an excerpt of the source.
    pub fn render(&self, source: &Source) -> String {
        let mut text = format!("error[{}]: {}\n", self.code, self.message);
        excerpt(source, self.span, "", &mut text);
        for (span, what) in &self.related {
            excerpt(source, *span, what, &mut text);
        }
        let notes = [("why", &self.reason), ("help", &self.help)];
        for (title, note) in notes {
            if let Some(note) = note {
                text.push_str(&format!("  = {title}: {note}\n"));
            }
        }
        text
    }
}

/// The most characters of a user's text that a message repeats in one place.
const QUOTED: usize = 80;

/// A message whose quotes of the user's text, between backticks or double quotes, are cut where they are long.
fn brief(message: String) -> String {
    if message.len() <= QUOTED {
        return message;
    }
    let quote = |(index, part): (usize, &str)| if index % 2 == 1 { cut(part) } else { cut_labels(part) };
    message.split('`').enumerate().map(quote).collect::<Vec<_>>().join("`")
}

fn cut_labels(prose: &str) -> String {
    let label = |(index, part): (usize, &str)| if index % 2 == 1 { cut(part) } else { part.to_owned() };
    prose.split('"').enumerate().map(label).collect::<Vec<_>>().join("\"")
}

fn cut(quoted: &str) -> String {
    match quoted.char_indices().nth(QUOTED) {
        Some((at, _)) => format!("{}..", &quoted[..at]),
        None => quoted.to_owned(),
    }
}

/// The most characters of a line that an excerpt shows on either side of its place.
const EXCERPT: usize = 60;

fn excerpt(source: &Source, span: Span, what: &str, text: &mut String) {
    let start = source.position(span.start);
    let gutter = start.line.to_string();
    let blank = " ".repeat(gutter.len());
    let (before, after) = window(source, span.start);
    let (indent, room) = (before.chars().count(), after.chars().count().max(1));
    let marks = source.slice(span).chars().take_while(|c| !matches!(c, '\n' | '\r')).take(room).count();
    let carets = "^".repeat(marks.max(1));
    let marked = format!("{blank} | {}{carets} {what}", " ".repeat(indent));
    text.push_str(&format!("{blank}--> {}:{}:{}\n{blank} |\n", source.name(), start.line, start.column));
    text.push_str(&format!("{gutter} | {before}{after}\n{}\n", marked.trim_end()));
}

/// A line's text before a place and from it on, cut where it is long, with blanks for tabs and the like.
fn window(source: &Source, offset: u32) -> (String, String) {
    let (before, after) = source.around(offset);
    let mut left: Vec<char> = before.chars().rev().take(EXCERPT + 1).map(visible).collect();
    let mut right: Vec<char> = after.chars().take(EXCERPT + 1).map(visible).collect();
    if left.len() > EXCERPT {
        left.truncate(EXCERPT / 2);
        left.extend(" ..".chars());
    }
    if right.len() > EXCERPT {
        right.truncate(EXCERPT);
        right.extend(" ..".chars());
    }
    (left.into_iter().rev().collect(), right.into_iter().collect())
}

fn visible(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

/// All errors of a source, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another.
    pub(crate) fn extend(&mut self, other: Diagnostics) {
        self.0.extend(other.0);
    }

    /// In the order of the source, each once.
    #[must_use]
    pub(crate) fn sorted(mut self) -> Self {
        self.0.sort_by_key(|d| (d.span.start, d.span.end));
        self.0.dedup();
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// All as rustc draws them, a blank line between two.
    pub fn render(&self, source: &Source) -> String {
        self.0.iter().map(|d| d.render(source)).collect::<Vec<_>>().join("\n")
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(Diagnostic::words).collect();
        f.write_str(&words.join("\n\n"))
    }
}

impl std::error::Error for Diagnostics {}
