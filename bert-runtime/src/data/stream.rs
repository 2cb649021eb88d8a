//! Rows one by one, as they come: of files that are larger than the memory, and of standard input.

mod quotes;

use std::io::{BufRead, Read as _};
use std::path::Path;
use std::sync::Arc;

use crate::data::source::LONGEST_FIELD;
use crate::data::{Delimited, Faults, Format, JsonLines, Lines, Place, Row, Source};
use crate::error::{Error, ErrorKind, Result};
pub(super) use quotes::Quotes;

/// A format whose rows can be read one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Streamed {
    /// A text a line.
    Lines,
    /// A JSON object a line.
    JsonLines,
    /// CSV or TSV.
    Delimited(Delimited),
}

/// The rows of a reader, each as it comes. One that is not valid is an error with its file, line and column, and those behind it can still be read.
///
/// ```
/// use bert_runtime::data::{Stream, Streamed};
///
/// let text = "{\"text\": \"one\"}\n{\"text\": \n{\"text\": \"three\"}\n";
/// let rows: Vec<_> = Stream::new("a.jsonl", text.as_bytes(), Streamed::JsonLines).collect();
/// assert_eq!(rows[2].as_ref().unwrap().read::<String>("text")?, "three");
/// assert!(rows[1].as_ref().unwrap_err().to_string().starts_with("a.jsonl:2:"));
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug)]
pub struct Stream<R> {
    reader: R,
    path: Arc<Path>,
    format: Streamed,
    /// How many lines were read.
    lines: usize,
    ended: bool,
}

impl<R: BufRead> Stream<R> {
    /// The rows of a reader; faults name it so.
    pub fn new(name: impl AsRef<Path>, reader: R, format: Streamed) -> Self {
        Self { reader, path: name.as_ref().into(), format, lines: 0, ended: false }
    }

    /// The next row.
    ///
    /// # Errors
    /// A row that is not valid. After one of kind [`Io`](ErrorKind::Io), and after a header that is not valid, there are no more.
    pub fn row(&mut self) -> Option<Result<Row>> {
        while !self.ended {
            match self.record() {
                Ok(Some(source)) => match self.parsed(&source) {
                    Ok(Some(row)) => return Some(Ok(row)),
                    Ok(None) => {}
                    Err(error) => return Some(Err(error)),
                },
                Ok(None) => self.ended = true,
                Err(error) => {
                    self.ended |= error.kind() == ErrorKind::Io || self.wants_header();
                    return Some(Err(error));
                }
            }
        }
        None
    }

    /// Whether the names of the fields are still to come.
    fn wants_header(&self) -> bool {
        matches!(&self.format, Streamed::Delimited(delimited) if delimited.wants_names())
    }

    /// The row of a record; none of a blank line, and of a header, which is kept.
    fn parsed(&mut self, source: &Source) -> Result<Option<Row>> {
        let mut faults = Faults::new();
        let mut rows = match &mut self.format {
            Streamed::Lines => Lines::new().rows(source, &mut faults),
            Streamed::JsonLines => JsonLines::new().rows(source, &mut faults),
            Streamed::Delimited(delimited) if delimited.wants_names() => {
                delimited.take_names(source, &mut faults);
                self.ended = faults.count() > 0;
                Vec::new()
            }
            Streamed::Delimited(delimited) => delimited.rows(source, &mut faults),
        };
        faults.finish()?;
        Ok(rows.pop())
    }

    /// The text of the next record: a line, or several where quotes hold line breaks.
    fn record(&mut self) -> Result<Option<Source>> {
        let (before, mut text) = (self.lines, Vec::new());
        let mut quotes = match &self.format {
            Streamed::Delimited(delimited) => delimited.quotes(),
            Streamed::Lines | Streamed::JsonLines => None,
        };
        loop {
            let start = text.len();
            if !self.line(&mut text)? {
                break;
            }
            let open = quotes.as_mut().is_some_and(|quotes| quotes.are_open_after(&text[start..]));
            if !open || text.len() > LONGEST_FIELD {
                break;
            }
        }
        if text.is_empty() { Ok(None) } else { Source::part(&self.path, before, text).map(Some) }
    }

    /// Adds the next line to a text; says whether there was one.
    fn line(&mut self, text: &mut Vec<u8>) -> Result<bool> {
        let unreadable =
            |error: std::io::Error| Error::new(ErrorKind::Io, format!("{} cannot be read: {error}", self.path.display())).caused_by(error);
        let most = LONGEST_FIELD as u64 + 2;
        let read = self.reader.by_ref().take(most).read_until(b'\n', text).map_err(unreadable)?;
        self.lines += usize::from(read > 0);
        if read as u64 == most && text.last() != Some(&b'\n') {
            self.reader.skip_until(b'\n').map_err(unreadable)?;
            let what = format!("the line has more than {} MiB, which are the most that are read", LONGEST_FIELD >> 20);
            let mut faults = Faults::new();
            faults.push(&Place::new(self.path.clone(), self.lines, Some(1)), what);
            faults.finish()?;
        }
        Ok(read > 0)
    }
}

impl<R: BufRead> Iterator for Stream<R> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Result<Row>> {
        self.row()
    }
}
