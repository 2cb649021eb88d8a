//! The questions that are put to the hub, each of them watched and its failures told apart.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use hf_hub::api::sync::{Api, ApiBuilder, ApiError};
use hf_hub::{Cache, Repo, RepoType};

use super::super::id::{Wanted, is_commit};
use super::fault::{Fault, Scene, Subject};
use super::patience::Patience;
use super::settings::Settings;
use super::watch::{Meter, Pulse, watched};
use crate::{Error, Result};

/// One model on the hub.
pub(super) struct Client {
    wanted: Wanted,
    settings: Settings,
    cache: PathBuf,
}

/// The files of a model at one commit.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) commit: String,
    names: BTreeSet<String>,
}

impl Listing {
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

/// What the hub says about a file before it is downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Described {
    /// The entity tag as `hf-hub` takes it.
    pub(super) raw_tag: String,
    /// The entity tag, fit to be the name of a file.
    pub(super) tag: String,
    /// In bytes.
    pub(super) size: u64,
}

impl Client {
    pub(super) fn new(wanted: &Wanted, settings: &Settings, cache: &Path) -> Self {
        Self { wanted: wanted.clone(), settings: settings.clone(), cache: cache.to_path_buf() }
    }

    /// The commit of the wanted revision, and the names of its files.
    pub(super) fn listing(&self) -> Result<Listing> {
        let scene = self.scene(Subject::Listing);
        let revision = &self.wanted.revision;
        let info = Patience::default().insist(|| {
            let repo = self.repo(revision);
            self.ask(&scene, None, move |api, _| api.repo(repo).info())
        })?;
        if !is_commit(&info.sha) {
            return Err(scene.strange(&format!("`{}` is not a commit", info.sha)));
        }
        Ok(Listing { commit: info.sha, names: info.siblings.into_iter().map(|sibling| sibling.rfilename).collect() })
    }

    /// The size and the entity tag of a file.
    pub(super) fn describe(&self, commit: &str, name: &str) -> Result<Described> {
        let scene = self.scene(Subject::File(name));
        let metadata = Patience::default().insist(|| {
            let (repo, name) = (self.repo(commit), name.to_owned());
            self.ask(&scene, None, move |api, _| api.metadata(&api.repo(repo).url(&name)))
        })?;
        if metadata.commit_hash() != commit {
            return Err(scene.strange(&format!("the file is of the commit `{}`, not of `{commit}`", metadata.commit_hash())));
        }
        let raw_tag = metadata.etag();
        let tag = tag(raw_tag).ok_or_else(|| scene.strange(&format!("`{raw_tag}` is not an entity tag")))?;
        Ok(Described { raw_tag: raw_tag.into(), tag: tag.into(), size: metadata.size() as u64 })
    }

    /// Downloads a file with `staging` for the cache, going on with what is there; gives the path of the file, unverified.
    pub(super) fn download(&self, commit: &str, name: &str, staging: &Path) -> Result<PathBuf, Fault> {
        let (repo, progress) = (self.repo(commit), self.settings.progress);
        let scene = self.scene(Subject::File(name));
        let name = name.to_owned();
        self.ask(&scene, Some(staging), move |api, pulse| {
            let path = api.repo(repo).download_with_progress(&name, Meter::new(progress, pulse))?;
            Ok(path.canonicalize()?)
        })
    }

    pub(super) fn repo(&self, revision: &str) -> Repo {
        Repo::with_revision(self.wanted.id.clone(), RepoType::Model, revision.into())
    }

    /// The error of a cache that cannot be written.
    pub(super) fn disk(&self, error: &io::Error) -> Error {
        self.scene(Subject::Listing).disk(error)
    }

    pub(super) fn scene<'a>(&'a self, subject: Subject<'a>) -> Scene<'a> {
        Scene { wanted: &self.wanted, settings: &self.settings, cache: &self.cache, subject }
    }

    fn ask<T: Send + 'static>(
        &self,
        scene: &Scene<'_>,
        cache: Option<&Path>,
        question: impl FnOnce(&Api, Pulse) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, Fault> {
        let api = self.api(cache.unwrap_or(&self.cache)).map_err(|error| scene.refused(error))?;
        watched(self.settings.silence, move |pulse| question(&api, pulse)).map_err(|trouble| scene.judge(trouble))
    }

    fn api(&self, cache: &Path) -> Result<Api, ApiError> {
        ApiBuilder::from_cache(Cache::new(cache.to_path_buf()))
            .with_endpoint(self.settings.endpoint.clone())
            .with_token(self.settings.token.clone())
            .with_user_agent(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .with_progress(false)
            .with_retries(0)
            .build()
    }
}

/// A weak tag names the same content as a strong one.
fn tag(raw: &str) -> Option<&str> {
    let tag = raw.strip_prefix("W/").unwrap_or(raw);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    Some(tag).filter(|tag| (1..=128).contains(&tag.len()) && tag.bytes().all(plain))
}
