//! CSV and TSV.

mod scan;

use std::collections::HashMap;
use std::sync::Arc;

use scan::{Cell, Scanner};

#[cfg(test)]
use crate::data::Place;
use crate::data::stream::Quotes;
use crate::data::{Faults, Format, Json, Row, Source};

/// Files of a row a line, with fields between commas, tabs or another character.
///
/// With quoting a field may stand in double quotes, and then hold delimiters, line breaks and, doubled, double quotes. Without it a
/// double quote is a character like any other, as in most TSV files. Every field is a text. Blank lines are passed over.
///
/// ```
/// use bert_runtime::data::{Delimited, Rows};
///
/// let csv = Rows::parse("a.csv", "text,label\n\"good, bad\",0\n", &Delimited::csv())?;
/// assert_eq!(csv[0].read::<String>("text")?, "good, bad");
/// let tsv = Rows::parse("b.tsv", "a \"5\" book\t1\n", &Delimited::tsv().names(["text", "label"]))?;
/// assert_eq!(tsv[0].read::<String>("text")?, "a \"5\" book");
/// let ragged = Rows::parse("c.csv", "text,label\nall,1\nnothing\n", &Delimited::csv()).unwrap_err();
/// assert_eq!(ragged.to_string(), "c.csv:3:8: the row has 1 fields, and there are 2 names: `text`, `label`");
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delimited {
    delimiter: char,
    quoting: bool,
    trims: bool,
    names: Option<Vec<String>>,
}

/// What parts fields in most files.
const USUAL: [char; 4] = [',', '\t', ';', '|'];

impl Delimited {
    /// Commas, quoting, and the fields' names in the first line.
    pub fn csv() -> Self {
        Self { delimiter: ',', quoting: true, trims: false, names: None }
    }

    /// Tabs, no quoting, and the fields' names in the first line.
    pub fn tsv() -> Self {
        Self { delimiter: '\t', quoting: false, trims: false, names: None }
    }

    /// The same with another character between fields.
    #[must_use]
    pub fn delimiter(self, delimiter: char) -> Self {
        Self { delimiter, ..self }
    }

    /// The same with quoting on or off.
    #[must_use]
    pub fn quoting(self, quoting: bool) -> Self {
        Self { quoting, ..self }
    }

    /// The same without the spaces at both ends of every field.
    #[must_use]
    pub fn trimmed(self) -> Self {
        Self { trims: true, ..self }
    }

    /// The same for files without a header: these are the fields' names, and the first line is a row.
    #[must_use]
    pub fn names<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Self {
        Self { names: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Whether the names of the fields are still to be read from a header.
    pub(super) fn wants_names(&self) -> bool {
        self.names.is_none()
    }

    /// Reads the names of the fields from a header.
    pub(super) fn take_names(&mut self, source: &Source, faults: &mut Faults) {
        let mut reading = Reading { source, faults };
        let mut scanner = Scanner::new(source.text(), self.delimiter, self.quoting);
        if source.text().trim().is_empty() {
            return;
        }
        let names = self.header(&mut scanner, &mut reading);
        self.names = names.map(|names| names.iter().map(|name| name.to_string()).collect());
    }

    /// What follows the quotes of a record, where there are quotes.
    pub(super) fn quotes(&self) -> Option<Quotes> {
        self.quoting.then(|| Quotes::new(self.delimiter))
    }

    fn header(&self, scanner: &mut Scanner<'_>, reading: &mut Reading<'_>) -> Option<Vec<Arc<str>>> {
        if let Some(names) = &self.names {
            return Some(names.iter().map(|name| Arc::from(name.as_str())).collect());
        }
        let Some(cells) = scanner.record(reading) else {
            reading.fault(1, 1, "the file is empty: the names of its fields are expected in the first line");
            return None;
        };
        let before = reading.faults.count();
        let mut seen = HashMap::new();
        for (number, cell) in cells.iter().enumerate() {
            check_name(cell, number, &mut seen, reading);
        }
        self.suspect_delimiter(&cells, scanner, reading);
        (reading.faults.count() == before).then(|| cells.iter().map(|cell| cell.value.trim().into()).collect())
    }

    /// One field in the header, and another usual delimiter as often there as in the line below.
    fn suspect_delimiter(&self, header: &[Cell<'_>], scanner: &Scanner<'_>, reading: &mut Reading<'_>) {
        let [only] = header else { return };
        let below = scanner.line();
        let count = |text: &str, c: char| text.matches(c).count();
        let other = USUAL.into_iter().filter(|c| *c != self.delimiter);
        if let Some(other) = other.into_iter().find(|&c| count(&only.value, c) > 0 && count(&only.value, c) == count(below, c)) {
            let what = format!(
                "the header is one field, and there are {other:?} in it: is that what parts fields? Then say `.delimiter({other:?})`"
            );
            reading.fault(only.line, only.column, what);
        }
    }

    fn row(&self, names: &[Arc<str>], cells: Vec<Cell<'_>>, reading: &mut Reading<'_>) -> Option<Row> {
        let (first, last) = (cells.first()?, cells.last()?);
        if cells.len() != names.len() {
            let (line, column) = cells.get(names.len()).map_or((last.end.0, last.end.1), |extra| (extra.line, extra.column));
            reading.fault(line, column, ragged(names, &cells, self.delimiter));
            return None;
        }
        let mut row = Row::new(reading.source.line(first.line));
        for (name, cell) in names.iter().zip(&cells) {
            let value = if self.trims { cell.value.trim() } else { &cell.value };
            row.put(name.clone(), Json::from(value), Some(reading.source.place(cell.line, cell.column)), None);
        }
        Some(row)
    }
}

/// A file that is read, and what is wrong with it so far.
pub(super) struct Reading<'r> {
    source: &'r Source,
    faults: &'r mut Faults,
}

impl Reading<'_> {
    fn fault(&mut self, line: usize, column: usize, what: impl std::fmt::Display) {
        self.faults.push(&self.source.place(line, column), what);
    }
}

impl Format for Delimited {
    fn rows(&self, source: &Source, faults: &mut Faults) -> Vec<Row> {
        let mut reading = Reading { source, faults };
        if matches!(self.delimiter, '\n' | '\r') || (self.quoting && self.delimiter == '"') {
            reading.fault(1, 1, format_args!("{:?} cannot part fields: give another delimiter", self.delimiter));
            return Vec::new();
        }
        let mut scanner = Scanner::new(source.text(), self.delimiter, self.quoting);
        let Some(names) = self.header(&mut scanner, &mut reading) else { return Vec::new() };
        let mut rows = Vec::new();
        while let Some(cells) = scanner.record(&mut reading) {
            rows.extend(self.row(&names, cells, &mut reading));
        }
        rows
    }
}

fn check_name<'t>(cell: &Cell<'t>, number: usize, seen: &mut HashMap<String, usize>, reading: &mut Reading<'_>) {
    let name = cell.value.trim();
    let what = match seen.insert(name.to_owned(), number) {
        _ if name.is_empty() => format!("field {} has no name in the header", number + 1),
        Some(before) => format!("two fields are called `{name}`, the {}. and the {}.: names tell fields apart", before + 1, number + 1),
        None if name.parse::<f64>().is_ok() => {
            format!("`{name}` is a number, not a field's name: if the file has no header, give the names with `.names([..])`")
        }
        None => return,
    };
    reading.fault(cell.line, cell.column, what);
}

fn ragged(names: &[Arc<str>], cells: &[Cell<'_>], delimiter: char) -> String {
    let listed = super::row::quoted(names.iter().map(|name| &**name));
    let what = format!("the row has {} fields, and there are {} names: {listed}", cells.len(), names.len());
    let [only] = cells else { return what };
    match USUAL.into_iter().find(|&c| c != delimiter && only.value.matches(c).count() + 1 == names.len()) {
        Some(other) if names.len() > 1 => format!("{what}. It would have as many with `.delimiter({other:?})`"),
        _ => what,
    }
}

/// Where a row of cells begins, for tests.
#[cfg(test)]
pub(super) fn cells(source: &Source, delimiter: char, quoting: bool) -> (Vec<Vec<(String, Place)>>, usize) {
    let mut faults = Faults::new();
    let mut reading = Reading { source, faults: &mut faults };
    let mut scanner = Scanner::new(source.text(), delimiter, quoting);
    let mut records = Vec::new();
    while let Some(record) = scanner.record(&mut reading) {
        records.push(record.into_iter().map(|cell| (cell.value.into_owned(), source.place(cell.line, cell.column))).collect());
    }
    let count = faults.count();
    (records, count)
}
