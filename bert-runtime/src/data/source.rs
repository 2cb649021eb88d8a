//! A file of examples: its text, and the hash of its bytes.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::data::Place;
use crate::error::{Error, ErrorKind, Result};

/// The longest field that is read, in bytes. A text of more would be cut off nearly whole.
pub(super) const LONGEST_FIELD: usize = 16 << 20;

/// A file that examples came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Where it is.
    pub path: Arc<Path>,
    /// How many bytes it has.
    pub bytes: usize,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// The text of a file, without a byte order mark, and its name for the places of faults.
#[derive(Debug, Clone)]
pub struct Source {
    file: DataFile,
    text: String,
    /// How many lines of the file stand before the text.
    before: usize,
}

impl DataFile {
    pub(super) fn new(path: Arc<Path>, bytes: &[u8]) -> Self {
        Self { path, bytes: bytes.len(), sha256: hex(&Sha256::digest(bytes)) }
    }
}

/// The bytes of a file.
pub(super) fn bytes_of(path: &Path) -> Result<(&Path, Vec<u8>)> {
    let unreadable =
        |error: std::io::Error| Error::new(ErrorKind::Io, format!("{} cannot be read: {error}", path.display())).caused_by(error);
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(Error::new(ErrorKind::Io, format!("{} is not a file: give the file of the examples", path.display())));
    }
    Ok((path, std::fs::read(path).map_err(unreadable)?))
}

impl Source {
    /// Reads a file.
    ///
    /// # Errors
    /// Of kind [`Io`](ErrorKind::Io): a file that cannot be read, and what is no file. Of kind [`Data`](ErrorKind::Data): bytes that are
    /// not UTF-8, with their line and column, and what is plainly something else, such as an archive or a web page.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let (path, bytes) = bytes_of(path.as_ref())?;
        Self::from_bytes(path, bytes)
    }

    /// Reads bytes that are had already, under a name.
    ///
    /// # Errors
    /// As [`Source::open`], of kind [`Data`](ErrorKind::Data).
    pub fn from_bytes(name: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) -> Result<Self> {
        let (path, bytes): (Arc<Path>, Vec<u8>) = (name.as_ref().into(), bytes.into());
        let file = DataFile::new(path.clone(), &bytes);
        if let Some(what) = something_else(&bytes) {
            return Err(Error::new(ErrorKind::Data, format!("{} {what}", path.display())));
        }
        Ok(Self { file, text: decoded(&path, 0, bytes)?, before: 0 })
    }

    /// A part of a file that begins behind so many of its lines. Of the file's bytes nothing is known as yet.
    ///
    /// # Errors
    /// As [`Source::from_bytes`].
    pub(super) fn part(path: &Arc<Path>, before: usize, bytes: Vec<u8>) -> Result<Self> {
        if let Some(what) = something_else(&bytes).filter(|_| before == 0) {
            return Err(Error::new(ErrorKind::Io, format!("{} {what}", path.display())));
        }
        let file = DataFile { path: path.clone(), bytes: 0, sha256: String::new() };
        Ok(Self { file, text: decoded(path, before, bytes)?, before })
    }

    /// The file.
    pub fn file(&self) -> &DataFile {
        &self.file
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines, from number 1 of the text, without their ends.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// A line of the text, from 1, as a place in the file.
    pub fn line(&self, line: usize) -> Place {
        Place::new(self.file.path.clone(), self.before + line, None)
    }

    /// A character of a line of the text, both from 1, as a place in the file.
    pub fn place(&self, line: usize, column: usize) -> Place {
        Place::new(self.file.path.clone(), self.before + line, Some(column))
    }
}

/// What a file is that is no text of examples.
fn something_else(bytes: &[u8]) -> Option<&'static str> {
    let html = |start: &[u8]| start.len() >= 5 && (start[..5].eq_ignore_ascii_case(b"<html") || start[..5].eq_ignore_ascii_case(b"<!doc"));
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("is UTF-16: save it as UTF-8"),
        [0x1f, 0x8b, ..] => Some("is a gzip archive: unpack it first"),
        [b'P', b'K', 3, 4, ..] => Some("is a zip archive: unpack it first"),
        [b'P', b'A', b'R', b'1', ..] => {
            Some("is a Parquet file: read it with `Parquet`, of the feature `parquet`, or save it as JSON lines or CSV")
        }
        _ if bytes.starts_with(b"version https://git-lfs") => Some("is a Git LFS pointer: run `git lfs pull` to get the file itself"),
        _ if html(bytes.trim_ascii_start()) => Some("is a web page: was a login or an error page saved in its place?"),
        _ => None,
    }
}

/// The text of bytes behind so many lines of a file, without a byte order mark.
fn decoded(path: &Arc<Path>, lines: usize, bytes: Vec<u8>) -> Result<String> {
    let mut text = String::from_utf8(bytes).map_err(|error| not_utf8(path, lines, error.as_bytes(), error.utf8_error().valid_up_to()))?;
    if lines == 0 && text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

fn not_utf8(path: &Arc<Path>, lines: usize, bytes: &[u8], valid: usize) -> Error {
    let before = String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default());
    let line = 1 + lines + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().map_or(0, |last| last.trim_start_matches('\u{feff}').chars().count());
    let byte = bytes.get(valid).copied().unwrap_or(0);
    let place = Place::new(path.clone(), line, Some(column));
    Error::new(ErrorKind::Data, format!("{place}: byte {byte:#04x} is not UTF-8: save the file as UTF-8"))
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
