//! One training a folder.

use std::fs::{File, TryLockError};
use std::path::Path;

use crate::disk::{at, make_folder};
use crate::error::{Error, ErrorKind, Result};

/// Holds a folder until it is dropped, or its process ends in whatever way: the system lets go of it then.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// Takes a folder, which is made where it is not there.
    ///
    /// # Errors
    /// A folder in which another training is at work.
    pub fn take(folder: &Path) -> Result<Self> {
        make_folder(folder)?;
        let path = folder.join(".lock");
        let file = at(&path, "cannot be written", File::options().create(true).append(true).open(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                let what = format!("another training is at work in {}: wait for it, or choose another folder", folder.display());
                Err(Error::new(ErrorKind::Io, what))
            }
            Err(TryLockError::Error(error)) => at(&path, "cannot be locked", Err(error)),
        }
    }
}

impl Drop for Lock {
    /// Said aloud, since a process that was started meanwhile may hold the file too.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}
