//! What a checkpoint's files are, so that one that changed is told.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::MANIFEST;
use crate::disk;
use crate::error::{Error, ErrorKind, Result};

/// The files of a checkpoint by their names.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest(BTreeMap<String, Entry>);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    bytes: u64,
    sha256: String,
}

impl Manifest {
    /// Looks at files in a folder.
    pub fn of(folder: &Path, names: &[&str]) -> Result<Self> {
        names.iter().map(|name| Ok(((*name).to_owned(), Entry::of(&folder.join(name))?))).collect::<Result<_>>().map(Self)
    }

    pub fn write(&self, folder: &Path) -> Result<()> {
        disk::write_synced(&folder.join(MANIFEST), &serde_json::to_vec_pretty(self).unwrap_or_default())
    }

    /// Checks that a folder's files are those that were written.
    ///
    /// # Errors
    /// The first file that is missing, or is another one.
    pub fn check(folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let bytes = disk::at(&path, "cannot be read", std::fs::read(&path))?;
        let unfit = |what: String| Error::new(ErrorKind::Weights, format!("the checkpoint {} is not whole: {what}", folder.display()));
        let Self(entries) = serde_json::from_slice(&bytes).map_err(|error| unfit(format!("{MANIFEST}: {error}")))?;
        for (name, expected) in entries {
            let found = Entry::of(&folder.join(&name)).map_err(|error| unfit(error.to_string()))?;
            if found != expected {
                let sizes = if found.bytes == expected.bytes {
                    "its bytes changed".to_owned()
                } else {
                    format!("it has {} bytes, and had {}", found.bytes, expected.bytes)
                };
                return Err(unfit(format!("{name} is another file than was written: {sizes}")));
            }
        }
        Ok(())
    }
}

impl Entry {
    fn of(path: &Path) -> Result<Self> {
        let file = disk::at(path, "cannot be read", File::open(path))?;
        let (mut file, mut hash, mut bytes, mut buffer) = (BufReader::new(file), Sha256::new(), 0, vec![0; 1 << 18]);
        loop {
            let count = disk::at(path, "cannot be read", file.read(&mut buffer))?;
            if count == 0 {
                return Ok(Self { bytes, sha256: format!("{:x}", hash.finalize()) });
            }
            hash.update(&buffer[..count]);
            bytes += count as u64;
        }
    }
}
