//! The questions that are put to the hub, and its failures told apart.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use hf_hub::api::sync::{Api, ApiBuilder};
use hf_hub::api::{Progress, RepoInfo};
use hf_hub::{Cache, Repo, RepoType};
use indicatif::ProgressBar;
use ureq::http::StatusCode;

use super::super::id::{Wanted, is_commit};
use super::fault::{Fault, Scene, Subject};
use super::patience::Patience;
use super::request::{Answer, get, text};
use super::settings::Settings;
use crate::{Error, Result};

/// One model on the hub.
pub(super) struct Client {
    wanted: Wanted,
    settings: Settings,
    cache: PathBuf,
    api: Api,
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
    /// The entity tag, fit to be the name of a file.
    pub(super) tag: String,
    /// In bytes.
    pub(super) size: u64,
}

impl Client {
    pub(super) fn new(wanted: &Wanted, settings: &Settings, cache: &Path) -> Result<Self> {
        let builder = ApiBuilder::from_cache(Cache::new(cache.to_path_buf()))
            .with_endpoint(settings.endpoint.clone())
            .with_token(settings.token.clone())
            .with_user_agent(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));
        let scene = Scene { wanted, settings, cache, subject: Subject::Listing };
        let api = builder.build().map_err(|error| scene.strange(&error))?;
        Ok(Self { wanted: wanted.clone(), settings: settings.clone(), cache: cache.to_path_buf(), api })
    }

    /// The commit of the wanted revision, and the names of its files.
    pub(super) fn listing(&self) -> Result<Listing> {
        let scene = self.scene(Subject::Listing);
        let address = format!("{}/api/{}", self.settings.endpoint, self.repo(&self.wanted.revision).api_url());
        let info: RepoInfo = Patience::default().insist(|| {
            let mut answer = self.ask(&scene, &address, None)?;
            answer.body.read_json().map_err(|error| scene.unanswered(error))
        })?;
        if !is_commit(&info.sha) {
            return Err(scene.strange(&format!("`{}` is not a commit", info.sha)));
        }
        Ok(Listing { commit: info.sha, names: info.siblings.into_iter().map(|sibling| sibling.rfilename).collect() })
    }

    /// The size and the entity tag of a file.
    pub(super) fn describe(&self, commit: &str, name: &str) -> Result<Described> {
        let scene = self.scene(Subject::File(name));
        let answer = Patience::default().insist(|| self.ask(&scene, &self.address(commit, name), Some("bytes=0-0")))?;
        let said = |name: &'static str| text(&answer.said, name).ok_or_else(|| scene.strange(&format!("it sends no header {name}")));
        let found = said("x-repo-commit")?;
        if found != commit {
            return Err(scene.strange(&format!("the file is of the commit `{found}`, not of `{commit}`")));
        }
        let quoted = said("x-linked-etag").or_else(|_| said("etag"))?;
        let tag = tag(quoted).ok_or_else(|| scene.strange(&format!("`{quoted}` is not an entity tag")))?;
        let size = size(&answer).ok_or_else(|| scene.strange(&"it does not tell the file's size"))?;
        Ok(Described { tag: tag.into(), size })
    }

    /// Downloads what a file in progress lacks.
    pub(super) fn download(&self, commit: &str, name: &str, described: &Described, part: &mut File) -> Result<(), Fault> {
        let scene = self.scene(Subject::File(name));
        let disk = |error: io::Error| Fault::Final(scene.disk(&error));
        let start = part.seek(io::SeekFrom::End(0)).map_err(disk)?;
        let answer = self.ask(&scene, &self.address(commit, name), Some(&format!("bytes={start}-")))?;
        let resumes = text(&answer.headers, "content-range").is_some_and(|range| range.starts_with(&format!("bytes {start}-")));
        let start = match answer.status {
            StatusCode::PARTIAL_CONTENT if resumes => start,
            StatusCode::OK => part.set_len(0).and_then(|()| part.rewind()).map(|()| 0).map_err(disk)?,
            _ => return Err(scene.spoilt(&format!("it does not go on at byte {start}"))),
        };
        let bar = if self.settings.progress { ProgressBar::new(0) } else { ProgressBar::hidden() };
        let mut body = answer.body.into_reader().take(described.size.saturating_sub(start).saturating_add(1));
        copy(&mut body, part, &mut started(bar, name, described.size, start), &scene)
    }

    /// The error of a cache that cannot be written.
    pub(super) fn disk(&self, error: &io::Error) -> Error {
        self.scene(Subject::Listing).disk(error)
    }

    pub(super) fn scene<'a>(&'a self, subject: Subject<'a>) -> Scene<'a> {
        Scene { wanted: &self.wanted, settings: &self.settings, cache: &self.cache, subject }
    }

    fn repo(&self, revision: &str) -> Repo {
        Repo::with_revision(self.wanted.id.clone(), RepoType::Model, revision.into())
    }

    fn address(&self, commit: &str, name: &str) -> String {
        self.api.repo(self.repo(commit)).url(name)
    }

    /// An empty file has no range: 416 is an answer too.
    fn ask(&self, scene: &Scene<'_>, address: &str, range: Option<&str>) -> Result<Answer, Fault> {
        let repo = self.api.repo(self.repo(&self.wanted.revision));
        let answer = get(&repo, address, range, self.settings.silence).map_err(|error| scene.unanswered(error))?;
        match answer.status {
            StatusCode::RANGE_NOT_SATISFIABLE if range.is_some() => Ok(answer),
            status if status.is_success() => Ok(answer),
            _ => Err(scene.refused(&answer)),
        }
    }
}

/// A weak tag names the same content as a strong one.
fn tag(quoted: &str) -> Option<&str> {
    let tag = quoted.strip_prefix("W/").unwrap_or(quoted).trim_matches('"');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    Some(tag).filter(|tag| (1..=128).contains(&tag.len()) && tag.bytes().all(plain))
}

/// The whole file's size: behind the range, or the length of an answer that has no range.
fn size(answer: &Answer) -> Option<u64> {
    match text(&answer.headers, "content-range") {
        Some(range) => range.rsplit('/').next()?.parse().ok(),
        None if answer.status == StatusCode::OK => text(&answer.headers, "content-length")?.parse().ok(),
        None => None,
    }
}

fn started(mut bar: ProgressBar, name: &str, size: u64, done: u64) -> ProgressBar {
    let bytes = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Progress::init(&mut bar, bytes(size), name);
    Progress::update(&mut bar, bytes(done));
    bar
}

fn copy(body: &mut impl Read, part: &mut File, bar: &mut ProgressBar, scene: &Scene<'_>) -> Result<(), Fault> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = body.read(&mut buffer).map_err(|error| scene.unanswered(error.into()))?;
        match buffer.get(..read) {
            Some(bytes) if !bytes.is_empty() => part.write_all(bytes).map_err(|error| Fault::Final(scene.disk(&error)))?,
            _ => break,
        }
        Progress::update(bar, read);
    }
    Progress::finish(bar);
    Ok(())
}
