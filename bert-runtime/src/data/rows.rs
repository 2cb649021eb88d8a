//! The rows of one or several files.

use std::ops::Index;
use std::path::Path;
use std::slice::Iter;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::data::source::hex;
use crate::data::{DataFile, Faults, Row, Source};
use crate::error::Result;

/// A way in which a file holds examples.
pub trait Format {
    /// The rows of a file. What is wrong goes into `faults`, so that all of it is found at once.
    fn rows(&self, source: &Source, faults: &mut Faults) -> Vec<Row>;
}

/// The examples of one or several files, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    rows: Vec<Row>,
    files: Vec<DataFile>,
}

impl Rows {
    /// The rows of a file.
    ///
    /// # Errors
    /// As [`Source::open`], and everything that is wrong with the file, with the line and column of each fault.
    pub fn open(path: impl AsRef<Path>, format: &impl Format) -> Result<Self> {
        Self::of(&Source::open(path)?, format)
    }

    /// The rows of several files, one after the other.
    ///
    /// # Errors
    /// As [`Rows::open`].
    pub fn open_all<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>, format: &impl Format) -> Result<Self> {
        paths.into_iter().try_fold(Self::default(), |all, path| Ok(all.and(Self::open(path, format)?)))
    }

    /// The rows of a text that is had already, under a name.
    ///
    /// # Errors
    /// As [`Rows::open`].
    pub fn parse(name: impl AsRef<Path>, bytes: impl Into<Vec<u8>>, format: &impl Format) -> Result<Self> {
        Self::of(&Source::from_bytes(name, bytes)?, format)
    }

    fn of(source: &Source, format: &impl Format) -> Result<Self> {
        let mut faults = Faults::new();
        let rows = format.rows(source, &mut faults);
        faults.finish()?;
        Ok(Self { rows, files: vec![source.file().clone()] })
    }

    /// Rows that were made in another way, and the files that they came from.
    pub fn from_parts(rows: Vec<Row>, files: Vec<DataFile>) -> Self {
        Self { rows, files }
    }

    /// These rows and then others.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self.files.extend(other.files);
        self
    }

    /// The rows for which this holds.
    #[must_use]
    pub fn filter(mut self, holds: impl FnMut(&Row) -> bool) -> Self {
        self.rows.retain(holds);
        self
    }

    /// The same with one more field a row, which is made of its others.
    ///
    /// # Errors
    /// What `make` says of rows, each with its place.
    pub fn with_field(mut self, name: &str, mut make: impl FnMut(&Row) -> Result<Json, String>) -> Result<Self> {
        let mut faults = Faults::new();
        for row in &mut self.rows {
            match make(row) {
                Ok(value) => row.put(name.into(), value, None, None),
                Err(what) => faults.push(row.place(), format_args!("`{name}`: {what}")),
            }
        }
        faults.finish().map(|()| self)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows in order.
    pub fn iter(&self) -> Iter<'_, Row> {
        self.rows.iter()
    }

    /// The row of this number.
    pub fn get(&self, index: usize) -> Option<&Row> {
        self.rows.get(index)
    }

    /// The files that they came from.
    pub fn files(&self) -> &[DataFile] {
        &self.files
    }

    /// A hash, in hexadecimal, of the bytes of the files and of all fields of all rows, so that a training that goes on can tell
    /// whether it has the same data.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        self.files.iter().for_each(|file| hash.update(&file.sha256));
        for row in &self.rows {
            hash.update(format!("\n{}", row.place().line));
            for name in row.names() {
                hash.update(format!("\t{name}\t{}", row.get(name).unwrap_or_default()));
            }
        }
        hex(&hash.finalize())
    }
}

impl Index<usize> for Rows {
    type Output = Row;

    fn index(&self, index: usize) -> &Row {
        &self.rows[index]
    }
}

impl<'r> IntoIterator for &'r Rows {
    type Item = &'r Row;
    type IntoIter = Iter<'r, Row>;

    fn into_iter(self) -> Iter<'r, Row> {
        self.rows.iter()
    }
}
