//! One file of a commit, from the hub to its place in the cache.

use std::fs;
use std::io;
use std::path::PathBuf;

use super::super::cache::Repository;
use super::client::{Client, Described};
use super::fault::{Fault, Scene, Subject};
use super::patience::Patience;
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
            Reception { snapshot: self, name, described: &described }.complete()?;
        }
        store::show(self.repository, &described.tag, self.commit, name).map_err(full)
    }

    fn has_content(&self, described: &Described) -> bool {
        let blob = store::blob(self.repository, &described.tag);
        fs::metadata(blob).is_ok_and(|blob| blob.is_file() && blob.len() == described.size)
    }
}

struct Reception<'a> {
    snapshot: &'a Snapshot<'a>,
    name: &'a str,
    described: &'a Described,
}

impl Reception<'_> {
    fn complete(&self) -> Result<()> {
        let (mut patience, mut furthest) = (Patience::default(), self.size());
        loop {
            let Err(fault) = self.attempt() else { return Ok(()) };
            if matches!(fault, Fault::Passing(_)) && self.size() > furthest {
                furthest = self.size();
                patience.renew();
            }
            if matches!(fault, Fault::Spoilt(_)) {
                fs::remove_file(self.part()).map_err(|error| self.scene().disk(&error))?;
            }
            patience.endure(fault)?;
        }
    }

    /// What an earlier run left is verified before more is downloaded, where it has the size.
    fn attempt(&self) -> Result<(), Fault> {
        let disk = |error: io::Error| Fault::Final(self.scene().disk(&error));
        let mut part = store::open(&self.part()).map_err(disk)?;
        if self.size() < self.described.size {
            self.snapshot.client.download(self.snapshot.commit, self.name, self.described, &mut part)?;
        }
        self.check()?;
        store::keep(self.snapshot.repository, &self.described.tag, &part).map_err(disk)
    }

    fn check(&self) -> Result<(), Fault> {
        let disk = |error: io::Error| Fault::Final(self.scene().disk(&error));
        match verify(&self.part(), self.described.size, &self.described.tag).map_err(disk)? {
            Verdict::Whole => Ok(()),
            Verdict::Size(found) => Err(self.scene().spoilt(&format!("it has {found} bytes, not {}", self.described.size))),
            Verdict::Content => Err(self.scene().spoilt(&format!("its hash is not {}", self.described.tag))),
        }
    }

    fn part(&self) -> PathBuf {
        store::part(self.snapshot.repository, &self.described.tag)
    }

    fn size(&self) -> u64 {
        fs::metadata(self.part()).map_or(0, |part| part.len())
    }

    fn scene(&self) -> Scene<'_> {
        self.snapshot.client.scene(Subject::File(self.name))
    }
}
