//! Files that are whole or absent: written beside, synced, renamed.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Writes a file whole in place of the one that is there. Its permissions stay, and a link goes on pointing to it.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let path = path.canonicalize().map_err(|error| unwritable(path, &error))?;
    let write = || -> io::Result<()> {
        let beside = beside(&path, text)?;
        fs::set_permissions(beside.path(), fs::metadata(&path)?.permissions())?;
        beside.persist(&path).map_err(|error| error.error)?;
        sync_folder(&path)
    };
    write().map_err(|error| unwritable(&path, &error))
}

/// Writes a file whole, whether or not one is there.
pub fn put(path: &Path, text: &str) -> Result<(), Failure> {
    if path.is_file() { replace(path, text) } else { create(path, text) }
}

/// Writes a file that must not be there yet.
pub fn create(path: &Path, text: &str) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        let beside = beside(path, text)?;
        beside.persist_noclobber(path).map_err(|error| error.error)?;
        sync_folder(path)
    };
    write().map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(path),
        _ => unwritable(path, &error),
    })
}

/// That a file is there already.
pub fn taken(path: &Path) -> Failure {
    Failure::new(format!("{} is there already, and is not overwritten: choose another name, or move it away", path.display()))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(format!("{} cannot be written: {error}: choose a place that can be written", path.display()))
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn beside(path: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".").suffix(".unfinished");
    readable(&mut builder);
    let mut file = builder.tempfile_in(folder(path))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// As any new file: what the user's mask allows.
#[cfg(unix)]
fn readable(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn readable(_: &mut tempfile::Builder<'_, '_>) {}

/// Waits until a folder's names are on the disk, where the system can.
fn sync_folder(path: &Path) -> io::Result<()> {
    match File::open(folder(path)).and_then(|folder| folder.sync_all()) {
        Err(error)
            if !matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported | io::ErrorKind::InvalidInput) =>
        {
            Err(error)
        }
        _ => Ok(()),
    }
}
