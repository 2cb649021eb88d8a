//! Downloads of a model to Hugging Face's cache, through the crate `hf-hub`.
//!
//! `hf-hub` 0.5 knows the hub's addresses, and its client sends every [`request`] with the user's token and the program's name; it
//! shows the progress too. Its own download is not used: it waits for ever, takes the token along to other hosts, and checks neither
//! the size nor the hash of a file. Here a request has timeouts, what fails is tried again with [`patience`], and a file enters the
//! cache when it is [`verified`](verify), synced and whole ([`store`]).

mod client;
mod fault;
mod fetch;
mod patience;
mod request;
mod settings;
mod store;
mod verify;

use std::path::{Path, PathBuf};

pub(super) use settings::Settings;

use super::cache::Repository;
use super::files;
use super::id::{Wanted, is_commit};
use crate::{Error, ErrorKind, Result};
use client::{Client, Listing};
use fetch::Snapshot;

/// The tokenizer's files; a model has some of them.
const TOKENIZER: [&str; 4] = ["tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"];

/// The folder of a model after downloading what the cache lacks of it.
pub(super) fn download(wanted: &Wanted, cache: &Path, settings: &Settings) -> Result<PathBuf> {
    let repository = Repository::of(wanted, cache);
    if let Some(folder) = immutable(&repository, &wanted.revision)? {
        return Ok(folder);
    }
    let client = Client::new(wanted, settings, cache)?;
    let listing = client.listing()?;
    let snapshot = Snapshot { client: &client, repository: &repository, commit: &listing.commit };
    fetch_all(&snapshot, &listing, wanted)?;
    if !is_commit(&wanted.revision) {
        store::note_commit(&repository, &wanted.revision, &listing.commit).map_err(|error| client.disk(&error))?;
    }
    Ok(repository.snapshot(&listing.commit))
}

/// A commit's folder that the cache has whole: it cannot have changed, so that nobody need be asked.
fn immutable(repository: &Repository, revision: &str) -> Result<Option<PathBuf>> {
    let folder = repository.snapshot(revision);
    let tokenizes = |folder: &Path| TOKENIZER.iter().any(|name| folder.join(name).is_file());
    let whole = is_commit(revision) && tokenizes(&folder) && files::missing(&folder)?.is_empty();
    Ok(whole.then_some(folder))
}

fn fetch_all(snapshot: &Snapshot<'_>, listing: &Listing, wanted: &Wanted) -> Result<()> {
    let weights = needed_weights(listing, wanted)?;
    snapshot.fetch(files::CONFIG)?;
    for name in TOKENIZER.into_iter().filter(|name| listing.has(name)) {
        snapshot.fetch(name)?;
    }
    let weights = (weights, snapshot.fetch(weights)?);
    if files::is_index(weights.0) {
        for shard in files::shards(&weights.1)? {
            snapshot.fetch(&shard)?;
        }
    }
    Ok(())
}

fn needed_weights(listing: &Listing, wanted: &Wanted) -> Result<&'static str> {
    let lacking = |what: &str| {
        let message = format!("{wanted} has no {what} on the hub; choose a model in transformers' format, or another revision");
        Error::new(ErrorKind::Hub, message)
    };
    if !listing.has(files::CONFIG) {
        return Err(lacking("config.json"));
    }
    files::weights(|name| listing.has(name)).ok_or_else(|| lacking(&format!("weights ({})", files::WEIGHTS.join(", "))))
}
