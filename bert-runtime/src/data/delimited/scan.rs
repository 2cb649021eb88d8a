//! From a text to cells, each with its place.

use std::borrow::Cow;

use super::Reading;
use crate::data::source::LONGEST_FIELD;

/// One field of a record.
pub(super) struct Cell<'t> {
    pub(super) value: Cow<'t, str>,
    pub(super) line: usize,
    pub(super) column: usize,
    /// The line and column behind it.
    pub(super) end: (usize, usize),
}

/// Walks through a text, and knows the line and the column that it is at.
pub(super) struct Scanner<'t> {
    rest: &'t str,
    line: usize,
    column: usize,
    delimiter: char,
    quoting: bool,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str, delimiter: char, quoting: bool) -> Self {
        Self { rest: text, line: 1, column: 1, delimiter, quoting }
    }

    /// What is left of the line.
    pub(super) fn line(&self) -> &'t str {
        self.rest.lines().next().unwrap_or("")
    }

    /// The cells of the next line that is not blank, and of the lines that its quotes hold.
    pub(super) fn record(&mut self, reading: &mut Reading<'_>) -> Option<Vec<Cell<'t>>> {
        while self.line_end() > 0 {
            self.pass(self.line_end());
        }
        if self.rest.is_empty() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            cells.push(self.cell(reading)?);
            if !self.rest.starts_with(self.delimiter) {
                self.pass(self.line_end());
                return Some(cells);
            }
            self.pass(self.delimiter.len_utf8());
        }
    }

    fn cell(&mut self, reading: &mut Reading<'_>) -> Option<Cell<'t>> {
        let (line, column) = (self.line, self.column);
        let value = if self.quoting && self.rest.starts_with('"') { self.quoted(reading)? } else { Cow::Borrowed(self.plain()) };
        if value.len() > LONGEST_FIELD {
            let what = format!("the field has {} MiB, and {} at most are read", value.len() >> 20, LONGEST_FIELD >> 20);
            reading.fault(line, column, what);
        }
        Some(Cell { value, line, column, end: (self.line, self.column) })
    }

    fn plain(&mut self) -> &'t str {
        let end = self.rest.find([self.delimiter, '\n']).unwrap_or(self.rest.len());
        let found = &self.rest[..end];
        let is_last = !self.rest[end..].starts_with(self.delimiter);
        self.pass(found.strip_suffix('\r').filter(|_| is_last).unwrap_or(found).len())
    }

    /// What stands between quotes, of which two in a row are one; none where they never close.
    fn quoted(&mut self, reading: &mut Reading<'_>) -> Option<Cow<'t, str>> {
        let (line, column) = (self.line, self.column);
        self.pass(1);
        let mut value = Cow::Borrowed("");
        loop {
            let Some(quote) = self.rest.find('"') else {
                reading.fault(line, column, "a double quote opens a field here, and none closes it: double it, or turn quoting off");
                self.pass(self.rest.len());
                return None;
            };
            value = joined(value, self.pass(quote));
            self.pass(1);
            if !self.rest.starts_with('"') {
                return Some(joined(value, self.after_quote(reading)));
            }
            value = joined(value, self.pass(1));
        }
    }

    /// What stands between a closing quote and the end of the field, where nothing should.
    fn after_quote(&mut self, reading: &mut Reading<'_>) -> &'t str {
        let (line, column) = (self.line, self.column);
        let found = self.plain();
        if !found.is_empty() {
            reading.fault(line, column, "the field goes on after its closing quote: a double quote inside of a quoted field is doubled");
        }
        found
    }

    /// How long the end of the line is that comes next; none is 0.
    fn line_end(&self) -> usize {
        let end = ["\n", "\r\n"].into_iter().find(|end| self.rest.starts_with(end));
        end.or(Some("\r").filter(|end| self.rest == *end)).map_or(0, str::len)
    }

    /// Goes on by so many bytes, and gives them.
    fn pass(&mut self, bytes: usize) -> &'t str {
        let (passed, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        match passed.rsplit_once('\n') {
            Some((_, last)) => {
                self.line += passed.matches('\n').count();
                self.column = 1 + last.chars().count();
            }
            None => self.column += passed.chars().count(),
        }
        passed
    }
}

fn joined<'t>(before: Cow<'t, str>, more: &'t str) -> Cow<'t, str> {
    match (before.is_empty(), more.is_empty()) {
        (_, true) => before,
        (true, false) => Cow::Borrowed(more),
        (false, false) => Cow::Owned(before.into_owned() + more),
    }
}
