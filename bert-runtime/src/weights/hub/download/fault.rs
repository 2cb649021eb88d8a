//! What went wrong in a download, whether another try may help, and what the user can do.

use std::fmt::Display;
use std::io;
use std::path::Path;

use hf_hub::api::sync::ApiError;

use super::super::cache::find_whole;
use super::super::id::Wanted;
use super::settings::Settings;
use super::watch::Trouble;
use crate::{Error, ErrorKind};

/// A failed step.
#[derive(Debug)]
pub(super) enum Fault {
    /// Another try would fail in the same way.
    Final(Error),
    /// Another try may succeed, from where this one ended.
    Passing(Error),
    /// What came is not what was described; another try has to start afresh.
    Spoilt(Error),
}

/// What was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Subject<'a> {
    /// The commit and the names of the files.
    Listing,
    /// One file.
    File(&'a str),
}

/// Where a fault happened.
pub(super) struct Scene<'a> {
    pub(super) wanted: &'a Wanted,
    pub(super) settings: &'a Settings,
    pub(super) cache: &'a Path,
    pub(super) subject: Subject<'a>,
}

impl Scene<'_> {
    pub(super) fn judge(&self, trouble: Trouble) -> Fault {
        match trouble {
            Trouble::Refused(error) => self.refused(error),
            Trouble::Silent(silence) => {
                let heard = format!("{} sent nothing for {} seconds", self.settings.endpoint, silence.as_secs());
                Fault::Final(self.error(&heard, &format!("try again, {}", self.without_network())))
            }
            Trouble::Broken(message) => Fault::Final(self.strange(&message)),
        }
    }

    pub(super) fn refused(&self, error: ApiError) -> Fault {
        match error {
            ApiError::RequestError(error) => self.request(*error),
            ApiError::IoError(error) if is_disk(&error) => Fault::Final(self.disk(&error)),
            ApiError::IoError(error) => Fault::Passing(self.broken_off(&error).caused_by(error)),
            ApiError::TooManyRetries(error) => self.refused(*error),
            ApiError::InvalidResume => Fault::Spoilt(self.error("what was downloaded so far is longer than the file", "try again")),
            ApiError::LockAcquisition(path) => {
                let busy = format!("another download of it is in progress ({} is locked)", path.display());
                Fault::Final(self.error(&busy, "try again when it has ended"))
            }
            other => Fault::Final(self.strange(&other)),
        }
    }

    fn request(&self, error: ureq::Error) -> Fault {
        match error {
            ureq::Error::StatusCode(status) => self.status(status),
            ureq::Error::Io(error) if is_unreachable(&error) => Fault::Final(self.unreachable(&error).caused_by(error)),
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => Fault::Final(self.unreachable(&error).caused_by(error)),
            ureq::Error::Json(json) if !json.is_io() && !json.is_eof() => Fault::Final(self.strange(&json)),
            ureq::Error::Io(_) | ureq::Error::Json(_) | ureq::Error::Timeout(_) | ureq::Error::BodyStalled => {
                Fault::Passing(self.broken_off(&error).caused_by(error))
            }
            other => Fault::Final(self.strange(&other)),
        }
    }

    fn status(&self, status: u16) -> Fault {
        let answer = format!("{} answers HTTP {status}", self.settings.endpoint);
        let error = self.error(&answer, &self.advice(status));
        match status {
            408 | 500..=599 => Fault::Passing(error),
            _ => Fault::Final(error),
        }
    }

    fn advice(&self, status: u16) -> String {
        let page = format!("{}/{}", self.settings.endpoint, self.wanted.id);
        match (status, self.subject) {
            (401, _) if self.settings.token.is_some() => {
                format!(
                    "the token that was sent is not valid, or there is no such model: check HF_TOKEN, or make a new token, and check {page}"
                )
            }
            (401, _) => format!(
                "there is no such model, or it is private or gated: check the name; if it is right, accept the licence on {page} and set HF_TOKEN"
            ),
            (403, _) => format!("the model is gated or private: accept its licence on {page} and set HF_TOKEN to a token that may read it"),
            (404, Subject::Listing) => format!("there is no such model or revision: check both on {page}"),
            (404, Subject::File(_)) => format!("the file is not there: check the revision on {page}/tree/{}", self.wanted.revision),
            (429, _) => "too many requests: wait some minutes and try again; a token in HF_TOKEN raises the limit".into(),
            (408 | 500..=599, _) => format!("the hub has a fault of its own: try again later, {}", self.without_network()),
            _ => format!("check HF_ENDPOINT and {page}"),
        }
    }

    fn unreachable(&self, cause: &dyn Display) -> Error {
        let what = format!("{} cannot be reached ({cause})", self.settings.endpoint);
        self.error(&what, &format!("check the connection, the proxy and HF_ENDPOINT, {}", self.without_network()))
    }

    fn broken_off(&self, cause: &dyn Display) -> Error {
        let what = format!("the connection to {} broke off ({cause})", self.settings.endpoint);
        self.error(&what, &format!("try again (the download goes on from where it was), {}", self.without_network()))
    }

    /// The answer is not what a hub says.
    pub(super) fn strange(&self, cause: &dyn Display) -> Error {
        let what = format!("{} does not answer as a hub does: {cause}", self.settings.endpoint);
        self.error(&what, "check HF_ENDPOINT and the proxy")
    }

    /// A file came whole, but is not the one that was described.
    pub(super) fn spoilt(&self, difference: &str) -> Fault {
        let what = format!("what {} sent is not the file that it described: {difference}; it was thrown away", self.settings.endpoint);
        Fault::Spoilt(self.error(&what, "try again; if it happens again, check HF_ENDPOINT and the proxy"))
    }

    /// The cache cannot be written or read.
    pub(super) fn disk(&self, error: &io::Error) -> Error {
        let cache = self.cache.display();
        let advice = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                "free some space there, or set HF_HUB_CACHE to a folder with more"
            }
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                "make it writable, or set HF_HUB_CACHE to a folder that is"
            }
            _ => "set HF_HUB_CACHE to a folder that can be written",
        };
        self.error(&format!("the cache at {cache} cannot take it: {error}"), advice)
    }

    fn without_network(&self) -> &'static str {
        match find_whole(self.wanted, self.cache, "") {
            Ok(_) => "or work offline with HF_HUB_OFFLINE=1: the cache has a copy of this model",
            Err(_) => "or give a folder (the cache has no whole copy of this model)",
        }
    }

    fn error(&self, what: &str, advice: &str) -> Error {
        let subject = match self.subject {
            Subject::Listing => "the list of files".to_owned(),
            Subject::File(name) => format!("`{name}`"),
        };
        Error::new(ErrorKind::Hub, format!("cannot download {subject} of {}: {what}; {advice}", self.wanted))
    }
}

fn is_unreachable(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable)
}

fn is_disk(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    let full = matches!(error.kind(), Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge);
    let closed = matches!(error.kind(), Kind::PermissionDenied | Kind::ReadOnlyFilesystem);
    full || closed || matches!(error.kind(), Kind::NotFound | Kind::NotADirectory | Kind::IsADirectory | Kind::AlreadyExists)
}
