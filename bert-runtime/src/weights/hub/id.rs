//! Hugging Face ids and revisions, checked before they become part of a path or an address.

use std::fmt;

use crate::{Error, ErrorKind, Result};

const NAME_LIMIT: usize = 96;
const REVISION_LIMIT: usize = 255;

/// A model on the hub at one revision; prints as "`org/name` at revision `main`".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) id: String,
    pub(super) revision: String,
}

impl Wanted {
    /// The rules are those of `huggingface_hub.utils.validate_repo_id`.
    pub(super) fn parse(id: &str, revision: Option<&str>) -> Result<Self> {
        if let Some(fault) = fault_of_id(id) {
            let message =
                format!("`{id}` is not an existing folder, nor a Hugging Face id (`name` or `org/name`): {fault}; check the path");
            return Err(Error::new(ErrorKind::Hub, message));
        }
        let revision = revision.unwrap_or("main");
        if !is_revision(revision) {
            let message = format!(
                "`{revision}` cannot be a revision of `{id}`; give a branch, a tag or a commit of letters, digits and any of `. _ - + / @`"
            );
            return Err(Error::new(ErrorKind::Hub, message));
        }
        Ok(Self { id: id.into(), revision: revision.into() })
    }

    /// The name of the model's folder in the cache.
    pub(super) fn folder_name(&self) -> String {
        format!("models--{}", self.id.replace('/', "--"))
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` at revision `{}`", self.id, self.revision)
    }
}

/// Whether a text is a full commit hash, which never changes what it means.
pub(super) fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn fault_of_id(id: &str) -> Option<&'static str> {
    if id.split('/').count() > 2 {
        return Some("it has more than one `/`");
    }
    if id.len() > NAME_LIMIT {
        return Some("it is longer than 96 characters");
    }
    if !id.split('/').all(is_name) {
        return Some("a name has letters, digits and any of `. _ -`, and neither starts nor ends with `.` or `-`");
    }
    if id.contains("--") || id.contains("..") {
        return Some("it has `--` or `..`");
    }
    id.ends_with(".git").then_some("it ends with `.git`")
}

fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !name.is_empty() && name.bytes().all(plain) && !name.starts_with(['.', '-']) && !name.ends_with(['.', '-'])
}

fn is_revision(revision: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'@');
    let part = |part: &str| !part.is_empty() && part.bytes().all(plain) && !part.starts_with('.') && !part.contains("..");
    revision.len() <= REVISION_LIMIT && revision.split('/').all(part)
}
