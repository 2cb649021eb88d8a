//! Files side by side.

use std::path::{Path, PathBuf};

use crate::data::{Faults, Json, Row, Rows, Source};
use crate::error::{Error, ErrorKind, Result};

/// Several files whose lines belong together: words in one, their tags in another, and a label of the whole line in a third.
///
/// Each row is a line of all files. Words and tags are parted by spaces, and as many in each file.
///
/// ```no_run
/// use bert_runtime::data::Parallel;
///
/// let files = Parallel::new().words("words", "train.seq.in").words("slots", "train.seq.out").line("intent", "train.label");
/// let rows = files.open()?;
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parallel {
    files: Vec<(String, PathBuf, bool)>,
}

/// One of the files.
struct Column<'s> {
    name: &'s str,
    source: &'s Source,
    is_words: bool,
    lines: Vec<&'s str>,
}

impl<'s> Column<'s> {
    fn of(((name, _, is_words), source): (&'s (String, PathBuf, bool), &'s Source)) -> Self {
        Self { name, source, is_words: *is_words, lines: source.text().lines().collect() }
    }
}

impl Parallel {
    /// No file yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// And a file with words or tags, parted by spaces: its field is a list.
    #[must_use]
    pub fn words(mut self, name: impl Into<String>, path: impl AsRef<Path>) -> Self {
        self.files.push((name.into(), path.as_ref().to_owned(), true));
        self
    }

    /// And a file whose lines are one text or label each.
    #[must_use]
    pub fn line(mut self, name: impl Into<String>, path: impl AsRef<Path>) -> Self {
        self.files.push((name.into(), path.as_ref().to_owned(), false));
        self
    }

    /// The rows of the files.
    ///
    /// # Errors
    /// As [`Rows::open`]; files of other numbers of lines, and lines of other numbers of words and tags.
    pub fn open(&self) -> Result<Rows> {
        let sources = self.files.iter().map(|(_, path, _)| Source::open(path)).collect::<Result<Vec<_>>>()?;
        self.read(&sources)
    }

    /// The rows of files that are read already, in the order in which they were named.
    ///
    /// # Errors
    /// As [`Parallel::open`].
    pub fn read(&self, sources: &[Source]) -> Result<Rows> {
        if sources.len() != self.files.len() || sources.is_empty() {
            let what =
                format!("{} files were named, and {} are read: name one at least with `words` or `line`", self.files.len(), sources.len());
            return Err(Error::new(ErrorKind::Data, what));
        }
        let columns: Vec<Column<'_>> = self.files.iter().zip(sources).map(Column::of).collect();
        let mut faults = Faults::new();
        check_lines(&columns, &mut faults);
        let lines = columns.iter().map(|column| column.lines.len()).min().unwrap_or(0);
        let rows = (0..lines).filter_map(|line| row(&columns, line, &mut faults)).collect();
        faults.finish()?;
        Ok(Rows::from_parts(rows, sources.iter().map(|source| source.file().clone()).collect()))
    }
}

fn check_lines(columns: &[Column<'_>], faults: &mut Faults) {
    let Some((first, others)) = columns.split_first() else { return };
    for other in others.iter().filter(|other| other.lines.len() != first.lines.len()) {
        let (short, long) = if other.lines.len() < first.lines.len() { (other, first) } else { (first, other) };
        let place = long.source.line(short.lines.len() + 1);
        let what = format!(
            "there is no such line in {}: it has {} lines, and this has {}",
            short.source.file().path.display(),
            short.lines.len(),
            long.lines.len()
        );
        faults.push(&place, what);
    }
}

fn row(columns: &[Column<'_>], line: usize, faults: &mut Faults) -> Option<Row> {
    let first = columns.first()?;
    let place = |column: &Column<'_>| column.source.line(line + 1);
    let mut row = Row::new(place(first));
    let mut words: Option<(usize, &Column<'_>)> = None;
    for column in columns {
        let text = column.lines.get(line).copied().unwrap_or_default();
        if !column.is_words {
            row.put(column.name.into(), text.trim().into(), Some(place(column)), None);
            continue;
        }
        let items: Vec<&str> = text.split_ascii_whitespace().collect();
        match words {
            Some((count, first)) if count != items.len() => {
                let what = format!("`{}` has {} entries, and `{}` {count}", column.name, items.len(), first.name);
                faults.push(&place(column), what);
            }
            None if items.is_empty() => faults.push(&place(column), format_args!("`{}` has no words", column.name)),
            _ => words = words.or(Some((items.len(), column))),
        }
        row.put(column.name.into(), Json::from(items), Some(place(column)), None);
    }
    Some(row)
}
