//! Opening files that may not be what their names say.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};

/// An error about a file, which it names.
pub(crate) fn fault(kind: ErrorKind, path: &Path, what: impl std::fmt::Display) -> Error {
    Error::new(kind, format!("{}: {what}", path.display()))
}

fn unreadable(path: &Path, error: std::io::Error) -> Error {
    fault(ErrorKind::Io, path, format!("cannot be read: {error}")).caused_by(error)
}

/// A regular file and how many bytes it has. A link to one is followed, since the hub's cache is made of links.
pub(crate) fn open(path: &Path) -> Result<(File, u64)> {
    let about = std::fs::metadata(path).map_err(|error| unreadable(path, error))?;
    if !about.is_file() {
        return Err(fault(ErrorKind::Io, path, "is not a file: give a folder that holds the files of a model"));
    }
    let file = File::open(path).map_err(|error| unreadable(path, error))?;
    let size = file.metadata().map_err(|error| unreadable(path, error))?.len();
    Ok((file, size))
}

/// All bytes of a file that must not be larger than a limit.
pub(crate) fn read_small(path: &Path, limit: u64, kind: ErrorKind) -> Result<Vec<u8>> {
    let (file, size) = open(path)?;
    if size > limit {
        return Err(fault(kind, path, format!("has {size} bytes, and at most {limit} are read of such a file")));
    }
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes).map_err(|error| unreadable(path, error))?;
    Ok(bytes)
}

/// What a file's first bytes say that it is, where that is no model at all.
pub(crate) fn impostor(start: &[u8]) -> Option<&'static str> {
    if start.is_empty() {
        return Some("is empty: download it again");
    }
    if start.starts_with(b"version https://git-lfs") {
        return Some("is a Git LFS pointer and not the file itself: run `git lfs pull` in its folder, or download it from the hub");
    }
    let text = start.trim_ascii_start();
    let begins = |with: &[u8]| text.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    (begins(b"<!doctype") || begins(b"<html") || begins(b"<head"))
        .then_some("is an HTML page, perhaps one that asks for a login, and not the file itself: download it again, with a token if the model is gated")
}

/// A file that is read at given places, one reader at a time.
#[derive(Debug)]
pub(crate) struct Positioned(Mutex<File>);

impl Positioned {
    /// Reads from an open file.
    pub(crate) fn new(file: File) -> Self {
        Self(Mutex::new(file))
    }

    /// So many bytes from there on. The caller has checked that the file is that long; one cut since is an error.
    pub(crate) fn read(&self, path: &Path, start: u64, length: usize) -> Result<Vec<u8>> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; length];
        let done = file.seek(SeekFrom::Start(start)).and_then(|_| file.read_exact(&mut bytes));
        done.map_err(|error| unreadable(path, error))?;
        Ok(bytes)
    }
}
