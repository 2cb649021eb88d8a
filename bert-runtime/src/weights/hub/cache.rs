//! The layout of Hugging Face's cache, and what it has already.

use std::path::{Path, PathBuf};

use super::files;
use super::id::{Wanted, is_commit};
use crate::{Error, ErrorKind, Result};

/// One model's folder in the cache.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    pub(super) folder: PathBuf,
}

impl Repository {
    pub(super) fn of(wanted: &Wanted, cache: &Path) -> Self {
        Self { folder: cache.join(wanted.folder_name()) }
    }

    /// Where a revision's commit is noted.
    pub(super) fn reference(&self, revision: &str) -> PathBuf {
        self.folder.join("refs").join(revision)
    }

    /// The folder with the files of one commit, whether it exists or not.
    pub(super) fn snapshot(&self, commit: &str) -> PathBuf {
        self.folder.join("snapshots").join(commit)
    }

    /// The commit that the cache knows for a revision.
    pub(super) fn commit(&self, revision: &str) -> Option<String> {
        if is_commit(revision) {
            return Some(revision.into());
        }
        let noted = std::fs::read_to_string(self.reference(revision)).ok()?;
        Some(noted.trim().to_owned()).filter(|commit| is_commit(commit))
    }

    /// The folder of a revision, where the cache has one.
    pub(super) fn find(&self, revision: &str) -> Option<PathBuf> {
        self.commit(revision).map(|commit| self.snapshot(&commit)).filter(|folder| folder.is_dir())
    }
}

/// The folder of a model that the cache has with its configuration and weights; `remedy` is the next step where it has not.
pub(super) fn find_whole(wanted: &Wanted, cache: &Path, remedy: &str) -> Result<PathBuf> {
    let Some(folder) = Repository::of(wanted, cache).find(&wanted.revision) else {
        return Err(absent(wanted, cache, remedy));
    };
    let missing = files::missing(&folder)?;
    if missing.is_empty() {
        return Ok(folder);
    }
    let message = format!("{wanted} is in the cache only in part: {} lacks {}; {remedy}", folder.display(), missing.join(", "));
    Err(Error::new(ErrorKind::Hub, message))
}

fn absent(wanted: &Wanted, cache: &Path, remedy: &str) -> Error {
    let message = format!("`{}` is not a folder, and {wanted} is not in the cache at {}; {remedy}", wanted.id, cache.display());
    Error::new(ErrorKind::Hub, message)
}
