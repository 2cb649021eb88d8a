//! Files that are whole or absent: written beside, synced, renamed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind, Result};

/// Writes a file whole: beside it, synced, and renamed over it.
///
/// # Errors
/// What the system says, with the path; the old file is then as it was.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let beside = beside(path);
    let written = write_synced(&beside, bytes).and_then(|()| rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Writes a file and waits until it is on the disk.
pub(crate) fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = Writer::create(path)?;
    file.write(bytes)?;
    file.finish()
}

/// A new file that is written piece by piece.
#[derive(Debug)]
pub(crate) struct Writer<'p> {
    path: &'p Path,
    file: BufWriter<File>,
    /// Whether its first piece was written.
    begun: bool,
}

impl<'p> Writer<'p> {
    pub fn create(path: &'p Path) -> Result<Self> {
        step("create", path)?;
        let file = at(path, "cannot be written", File::create(path))?;
        Ok(Self { path, file: BufWriter::with_capacity(1 << 20, file), begun: false })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        at(self.path, "cannot be written", self.file.write_all(bytes))?;
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        at(self.path, "cannot be written", self.file.flush())?;
        step("begin", self.path)
    }

    /// Waits until all of it is on the disk.
    pub fn finish(mut self) -> Result<()> {
        step("write", self.path)?;
        at(self.path, "cannot be written", self.file.flush())?;
        step("sync", self.path)?;
        at(self.path, "cannot be written", self.file.get_ref().sync_all())
    }
}

/// Adds a line to a file.
pub(crate) fn append(path: &Path, line: &str) -> Result<()> {
    step("append", path)?;
    let file = OpenOptions::new().create(true).append(true).open(path);
    let mut file = at(path, "cannot be written", file)?;
    at(path, "cannot be written", file.write_all(line.as_bytes()))
}

/// Makes a folder, and those above it.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    step("make folder", path)?;
    at(path, "cannot be made", fs::create_dir_all(path))
}

/// Renames a file or a folder, and waits until the folder around it is on the disk.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    step("rename", to)?;
    at(to, "cannot be put in its place", fs::rename(from, to))?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Waits until a folder's names are on the disk.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    step("sync folder", path)?;
    let synced = File::open(path).and_then(|folder| folder.sync_all());
    // Some systems cannot sync folders, and need not.
    match synced {
        Err(error)
            if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) =>
        {
            Ok(())
        }
        other => at(path, "cannot be synced", other),
    }
}

/// Removes a folder with all in it. It gets a name first that nobody reads, so that none is ever half there.
pub(crate) fn remove_folder(path: &Path) -> Result<()> {
    let gone = beside(path);
    rename(path, &gone)?;
    step("remove", &gone)?;
    at(path, "cannot be removed", fs::remove_dir_all(&gone))
}

/// Puts a folder in another's place, which is removed. At every moment one of them is there, where the system can exchange two names.
pub(crate) fn swap(new: &Path, place: &Path) -> Result<()> {
    if !place.exists() {
        return rename(new, place);
    }
    step("exchange", place)?;
    match exchange(new, place) {
        Ok(()) => {
            let synced = place.parent().map_or(Ok(()), sync_folder);
            if synced.is_err() {
                let _ = exchange(new, place);
            } else {
                leave(new);
            }
            synced
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) => swap_in_two(new, place),
        other => at(place, "cannot be put in its place", other),
    }
}

/// Gives each of two folders the other's name.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The same by two renames. Where the process ends between them, the old folder stands beside, as `.NAME.old`.
fn swap_in_two(new: &Path, place: &Path) -> Result<()> {
    let name = place.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let old = place.with_file_name(format!(".{name}.old"));
    if old.is_dir() {
        at(&old, "cannot be removed", fs::remove_dir_all(&old))?;
    }
    if let Err(error) = rename(place, &old).and_then(|()| rename(new, place)) {
        if old.is_dir() {
            let back = !place.exists() || fs::rename(place, new).is_ok();
            let _ = back && fs::rename(&old, place).is_ok();
        }
        return Err(error);
    }
    leave(&old);
    Ok(())
}

/// Removes what nobody reads any more; it may stay.
fn leave(old: &Path) {
    let _ = step("remove", old).and_then(|()| at(old, "cannot be removed", fs::remove_dir_all(old)));
}

/// The name beside a path under which it is written: nobody else reads it.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    path.with_file_name(format!(".{name}{UNFINISHED}"))
}

/// How names of what is not finished end.
pub(crate) const UNFINISHED: &str = ".unfinished";

/// The result of an operation on a path, with the path and what to do in the error.
pub(crate) fn at<T>(path: &Path, what: &str, result: io::Result<T>) -> Result<T> {
    result.map_err(|error| {
        let next = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ": free some space, and resume from the last checkpoint",
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ": choose a folder that can be written",
            _ => "",
        };
        Error::new(ErrorKind::Io, format!("{} {what}: {error}{next}", path.display())).caused_by(error)
    })
}

/// Where tests make an operation fail, or end the process.
#[cfg(not(test))]
fn step(_what: &str, _path: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
use crate::testing::faults::step;
