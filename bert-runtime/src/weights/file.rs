//! Opening files that may not be what their names say.

use std::fs::File;
use std::io::Read;
use std::path::Path;

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

/// A file that is read at given places, by many threads at once.
#[derive(Debug)]
pub(crate) struct Positioned(File);

impl Positioned {
    /// Reads from an open file.
    pub(crate) fn new(file: File) -> Self {
        Self(file)
    }

    /// As many bytes from there on as the buffer has. The caller has checked that the file is that long; one cut since is an error.
    pub(crate) fn read(&self, path: &Path, start: u64, to: &mut [u8]) -> Result<()> {
        read_at(&self.0, start, to).map_err(|error| unreadable(path, error))
    }
}

#[cfg(unix)]
fn read_at(file: &File, start: u64, to: &mut [u8]) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, to, start)
}

#[cfg(windows)]
fn read_at(file: &File, mut start: u64, mut to: &mut [u8]) -> std::io::Result<()> {
    use std::io::{Error, ErrorKind};
    while !to.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, to, start) {
            Ok(0) => return Err(Error::new(ErrorKind::UnexpectedEof, "the file ends early")),
            Ok(read) => (start, to) = (start + read as u64, &mut to[read..]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// One reader at a time, where a system has no reads at a place.
#[cfg(not(any(unix, windows)))]
fn read_at(file: &File, start: u64, to: &mut [u8]) -> std::io::Result<()> {
    use std::io::{Seek, SeekFrom};
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _alone = ONE.lock();
    let mut file = file;
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(to)
}
