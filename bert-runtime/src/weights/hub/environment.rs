//! The environment variables that Hugging Face's users know, as far as they are about the cache.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind, Result};

/// Where the cache is, and whether the network may be asked.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    pub(super) cache: PathBuf,
    pub(super) offline: bool,
}

/// A source of variables; those that are set to nothing count as absent.
pub(super) struct Variables<'a> {
    pub(super) read: &'a dyn Fn(&str) -> Option<OsString>,
    pub(super) home: Option<PathBuf>,
}

impl Environment {
    pub(super) fn of(variables: &Variables<'_>) -> Result<Self> {
        Ok(Self { cache: variables.cache()?, offline: variables.is_true("HF_HUB_OFFLINE") || variables.is_true("TRANSFORMERS_OFFLINE") })
    }
}

impl Variables<'_> {
    pub(super) fn of_process() -> Self {
        Self { read: &|name| std::env::var_os(name), home: std::env::home_dir() }
    }

    pub(super) fn get(&self, name: &str) -> Option<OsString> {
        (self.read)(name).filter(|value| !value.is_empty())
    }

    /// As `huggingface_hub` reads its switches: `1`, `ON`, `YES` or `TRUE`, in any case.
    pub(super) fn is_true(&self, name: &str) -> bool {
        let value = self.get(name).unwrap_or_default().to_string_lossy().to_uppercase();
        matches!(value.as_str(), "1" | "ON" | "YES" | "TRUE")
    }

    /// A path, with a leading `~` standing for the home folder.
    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        let path = PathBuf::from(self.get(name)?);
        match (path.strip_prefix("~"), &self.home) {
            (Ok(rest), Some(home)) => Some(home.join(rest)),
            _ => Some(path),
        }
    }

    /// Hugging Face's own folder: `HF_HOME`, else `huggingface` in the user's cache folder.
    pub(super) fn hugging_face(&self) -> Option<PathBuf> {
        let below = |folder: PathBuf| folder.join("huggingface");
        let at_home = || self.home.as_deref().map(|home: &Path| home.join(".cache")).map(below);
        self.path("HF_HOME").or_else(|| self.path("XDG_CACHE_HOME").map(below)).or_else(at_home)
    }

    fn cache(&self) -> Result<PathBuf> {
        let named = self.path("HF_HUB_CACHE").or_else(|| self.path("HUGGINGFACE_HUB_CACHE"));
        let cache = named.or_else(|| self.hugging_face().map(|folder| folder.join("hub")));
        let cache = cache.ok_or_else(|| Error::new(ErrorKind::Hub, "there is no home folder to find the cache in; set HF_HUB_CACHE"))?;
        std::path::absolute(&cache).map_err(|error| {
            let message = format!("the cache folder {} cannot be made absolute: {error}; set HF_HUB_CACHE", cache.display());
            Error::new(ErrorKind::Hub, message).caused_by(error)
        })
    }
}
