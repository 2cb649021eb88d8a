//! One file of a commit, from the hub to its place in the cache.

use std::io;
use std::path::PathBuf;

use super::super::cache::Repository;
use super::client::{Client, Described};
use super::fault::{Fault, Scene, Subject};
use super::patience::Patience;
use super::staging::Staging;
use super::store;
use super::verify::{Verdict, verify};
use crate::Result;

/// A commit's folder in the cache, as it is filled.
pub(super) struct Snapshot<'a> {
    pub(super) client: &'a Client,
    pub(super) repository: &'a Repository,
    pub(super) commit: &'a str,
}

impl Snapshot<'_> {
    /// The path of a file of the commit, after a download where it is not there.
    pub(super) fn fetch(&self, name: &str) -> Result<PathBuf> {
        let shown = self.repository.snapshot(self.commit).join(name);
        if shown.is_file() {
            return Ok(shown);
        }
        let described = self.client.describe(self.commit, name)?;
        let full = |error: io::Error| self.client.scene(Subject::File(name)).disk(&error);
        let _lock = store::lock(self.repository, &described.tag).map_err(full)?;
        if shown.is_file() {
            return Ok(shown);
        }
        if !self.has_content(&described) {
            self.receive(name, &described)?;
        }
        store::show(self.repository, &described.tag, self.commit, name).map_err(full)
    }

    fn has_content(&self, described: &Described) -> bool {
        let blob = store::blob(self.repository, &described.tag);
        std::fs::metadata(blob).is_ok_and(|blob| blob.is_file() && blob.len() == described.size)
    }

    fn receive(&self, name: &str, described: &Described) -> Result<()> {
        let staging = Staging::of(self.repository, self.client.repo(self.commit), described);
        let reception = Reception { snapshot: self, name, described, staging };
        reception.complete()
    }
}

struct Reception<'a> {
    snapshot: &'a Snapshot<'a>,
    name: &'a str,
    described: &'a Described,
    staging: Staging,
}

impl Reception<'_> {
    fn complete(&self) -> Result<()> {
        let mut patience = Patience::default();
        loop {
            let before = self.staging.size();
            let Err(fault) = self.attempt() else { return Ok(()) };
            if matches!(fault, Fault::Passing(_)) && self.staging.size() > before {
                patience.renew();
            }
            patience.endure(fault)?;
        }
    }

    fn attempt(&self) -> Result<(), Fault> {
        let staged = self.bytes()?;
        self.check(&staged)?;
        let disk = |error: io::Error| Fault::Final(self.scene().disk(&error));
        store::keep(self.snapshot.repository, &self.described.tag, &staged).map_err(disk)?;
        self.staging.clear().map_err(disk)
    }

    /// The staged file: one that an earlier run had finished but not verified, or a download.
    fn bytes(&self) -> Result<PathBuf, Fault> {
        if self.staging.size().is_some_and(|size| size >= self.described.size) {
            return Ok(self.staging.part().to_path_buf());
        }
        self.snapshot.client.download(self.snapshot.commit, self.name, self.staging.root())
    }

    fn check(&self, staged: &std::path::Path) -> Result<(), Fault> {
        let disk = |error: io::Error| Fault::Final(self.scene().disk(&error));
        let difference = match verify(staged, self.described.size, &self.described.tag).map_err(disk)? {
            Verdict::Whole => return Ok(()),
            Verdict::Size(found) => format!("it has {found} bytes, not {}", self.described.size),
            Verdict::Content => format!("its hash is not {}", self.described.tag),
        };
        self.staging.clear().map_err(disk)?;
        Err(self.scene().spoilt(&difference))
    }

    fn scene(&self) -> Scene<'_> {
        self.snapshot.client.scene(Subject::File(self.name))
    }
}
