//! The folder of one download in progress, inside the model's folder: `hf-hub` takes it for a cache of its own.

use std::fs;
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

use hf_hub::{Cache, Repo};

use super::super::cache::Repository;
use super::client::Described;

/// Where a file grows until it is whole. A later run goes on with what an earlier one left here.
#[derive(Debug)]
pub(super) struct Staging {
    root: PathBuf,
    part: PathBuf,
}

impl Staging {
    pub(super) fn of(repository: &Repository, repo: Repo, described: &Described) -> Self {
        let root = repository.folder.join(".staging").join(&described.tag);
        // This is the name that `hf-hub` gives to a file in progress.
        let part = Cache::new(root.clone()).repo(repo).blob_path(&described.raw_tag).with_extension("part");
        Self { root, part }
    }

    /// The folder that `hf-hub` is to take for its cache.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// How many bytes are here; `None` where there is no file yet.
    pub(super) fn size(&self) -> Option<u64> {
        fs::metadata(&self.part).ok().map(|part| part.len())
    }

    /// The file in progress, once it has all its bytes and nobody works on it.
    pub(super) fn part(&self) -> &Path {
        &self.part
    }

    /// Throws away what is here, and the folder around it where no other download uses it.
    pub(super) fn clear(&self) -> Result<()> {
        match fs::remove_dir_all(&self.root) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        // It stays where another download is in progress.
        self.root.parent().map(fs::remove_dir);
        Ok(())
    }
}
