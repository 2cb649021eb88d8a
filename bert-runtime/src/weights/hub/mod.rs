//! Where a model's files are: in a folder, in Hugging Face's cache, or (feature `hub`) on the hub.
//!
//! The cache is the one that Hugging Face's tools share: `models--org--name/snapshots/<commit>/` below the folder that
//! `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, `HF_HOME` or `XDG_CACHE_HOME` names, else `~/.cache/huggingface/hub`.
//! Without the feature `hub` it is only read.

mod cache;
#[cfg(feature = "hub")]
mod download;
mod environment;
mod files;
mod id;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind, Result};
use environment::{Environment, Variables};
use id::Wanted;

/// How a model is looked up by [`locate`].
///
/// ```
/// use bert_runtime::weights::Locate;
///
/// let pinned = Locate { revision: Some("v1.0".into()), offline: true };
/// assert_eq!(Locate::default().revision, None);
/// # let _ = pinned;
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Locate {
    /// The branch, tag or commit of the model's repository; `main` where it is absent. A folder has no revisions.
    pub revision: Option<String>,
    /// Never ask the network: only folders and what the cache already has. `HF_HUB_OFFLINE=1` says the same for a whole process.
    pub offline: bool,
}

/// The folder with a model's files, for the path of a folder or for a Hugging Face id (`name` or `org/name`).
///
/// An existing folder is returned as it is. Anything else must be an id. With the feature `hub`, the model's configuration,
/// tokenizer and weights are downloaded to Hugging Face's cache where they are not there yet; each file is checked against the
/// size and the hash that the hub states before it enters the cache. Without the feature, or offline, the cache is only read.
///
/// The environment variables `HF_HUB_CACHE`, `HUGGINGFACE_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`, `HF_HUB_OFFLINE` and
/// `TRANSFORMERS_OFFLINE` are honoured, for downloads also `HF_ENDPOINT`, `HF_TOKEN`, `HF_TOKEN_PATH`,
/// `HF_HUB_DISABLE_IMPLICIT_TOKEN`, `HF_HUB_DISABLE_PROGRESS_BARS` and `HF_HUB_DOWNLOAD_TIMEOUT` (seconds of silence, 10 by default).
///
/// # Errors
/// [`ErrorKind::Io`] for a file in place of a folder. [`ErrorKind::Hub`] for what is neither a folder nor an id, for a model that
/// is not in the cache when the network is not asked, and for every failed download; the message names the next step.
///
/// ```
/// use bert_runtime::weights::{Locate, locate};
///
/// let folder = std::env::temp_dir();
/// let path = folder.to_str().expect("a readable path");
/// assert_eq!(locate(path, &Locate::default())?, folder);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
pub fn locate(path_or_id: &str, how: &Locate) -> Result<PathBuf> {
    resolve(path_or_id, how.revision.as_deref(), how.offline)
}

/// [`locate`], for callers inside this crate.
pub(crate) fn resolve(id_or_path: &str, revision: Option<&str>, offline: bool) -> Result<PathBuf> {
    match folder(id_or_path)? {
        Some(folder) => Ok(folder),
        None => look_up(&Wanted::parse(id_or_path, revision)?, offline, &Variables::of_process()),
    }
}

fn folder(path: &str) -> Result<Option<PathBuf>> {
    let folder = Path::new(path);
    if path.is_empty() || !folder.exists() {
        return Ok(None);
    }
    if !folder.is_dir() {
        let message = format!("`{path}` is a file; give the folder that holds config.json, the tokenizer and the weights");
        return Err(Error::new(ErrorKind::Io, message));
    }
    Ok(Some(folder.to_path_buf()))
}

fn look_up(wanted: &Wanted, offline: bool, variables: &Variables<'_>) -> Result<PathBuf> {
    let environment = Environment::of(variables)?;
    if offline || environment.offline {
        let remedy = "download it once while online (offline mode is on, by the option or by HF_HUB_OFFLINE), or give a folder";
        return cache::find_whole(wanted, &environment.cache, remedy);
    }
    beyond_the_cache(wanted, &environment, variables)
}

#[cfg(feature = "hub")]
fn beyond_the_cache(wanted: &Wanted, environment: &Environment, variables: &Variables<'_>) -> Result<PathBuf> {
    download::download(wanted, &environment.cache, &download::Settings::of(variables)?)
}

#[cfg(not(feature = "hub"))]
fn beyond_the_cache(wanted: &Wanted, environment: &Environment, _variables: &Variables<'_>) -> Result<PathBuf> {
    cache::find_whole(wanted, &environment.cache, "give a folder, or build with the feature `hub` to download it")
}
