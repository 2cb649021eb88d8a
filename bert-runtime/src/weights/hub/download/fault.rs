//! What went wrong in a download, whether another try may help, and what the user can do.

use std::fmt::Display;
use std::io;
use std::path::Path;
use std::time::Duration;

use ureq::Timeout;
use ureq::http::HeaderMap;

use super::super::cache::find_whole;
use super::super::id::Wanted;
use super::request::{Answer, text};
use super::settings::Settings;
use crate::{Error, ErrorKind};

/// A hub that asks for a longer wait than this is not waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A failed step.
#[derive(Debug)]
pub(super) enum Fault {
    /// Another try would fail in the same way.
    Final(Error),
    /// Another try may succeed, from where this one ended.
    Passing(Error),
    /// Another try may succeed, after the wait that the hub asks for.
    Busy(Error, Duration),
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
    /// No answer came, or only a part of one.
    pub(super) fn unanswered(&self, error: ureq::Error) -> Fault {
        use ureq::Error as Cause;
        match error {
            Cause::Timeout(Timeout::PerRead | Timeout::PerWrite) => Fault::Passing(self.silent().caused_by(error)),
            Cause::Io(error) if is_unreachable(&error) => Fault::Final(self.unreachable(&error).caused_by(error)),
            Cause::HostNotFound | Cause::ConnectionFailed | Cause::Timeout(_) => Fault::Final(self.unreachable(&error).caused_by(error)),
            Cause::Json(json) if !json.is_io() && !json.is_eof() => Fault::Final(self.strange(&json)),
            Cause::Io(_) | Cause::Json(_) | Cause::BodyStalled => Fault::Passing(self.broken_off(&error).caused_by(error)),
            other => Fault::Final(self.strange(&other)),
        }
    }

    /// The hub, or the host that it redirects to, refuses.
    pub(super) fn refused(&self, answer: &Answer) -> Fault {
        let (status, wait) = (answer.status.as_u16(), wait(&answer.headers));
        if let Some(host) = &answer.elsewhere {
            let what = format!("{host}, where {} redirects to, answers HTTP {status}", self.settings.endpoint);
            return Fault::Passing(self.error(&what, &format!("try again later, {}", self.without_network())));
        }
        let error = self.error(&format!("{} answers HTTP {status}", self.settings.endpoint), &self.advice(status, wait));
        match (status, wait) {
            (429 | 503, Some(wait)) if wait <= LONGEST_WAIT => Fault::Busy(error, wait),
            (408 | 500..=599, _) => Fault::Passing(error),
            _ => Fault::Final(error),
        }
    }

    fn advice(&self, status: u16, wait: Option<Duration>) -> String {
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
            (429, _) => {
                let wait = wait.map_or("some minutes".into(), |wait| format!("{} seconds", wait.as_secs()));
                format!("too many requests: wait {wait} and try again; a token in HF_TOKEN raises the limit")
            }
            (408 | 500..=599, _) => format!("the hub has a fault of its own: try again later, {}", self.without_network()),
            _ => format!("check HF_ENDPOINT and {page}"),
        }
    }

    fn unreachable(&self, cause: &dyn Display) -> Error {
        let what = format!("{} cannot be reached ({cause})", self.settings.endpoint);
        self.error(&what, &format!("check the connection, the proxy and HF_ENDPOINT, {}", self.without_network()))
    }

    fn silent(&self) -> Error {
        let what = format!("{} sent nothing for {} seconds", self.settings.endpoint, self.settings.silence.as_secs());
        self.error(&what, &format!("try again, or give it more time with HF_HUB_DOWNLOAD_TIMEOUT, {}", self.without_network()))
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

/// How long the hub asks to wait: `Retry-After: 7`, or as huggingface.co says it, `RateLimit: "api";r=0;t=7`.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let limit = || text(headers, "ratelimit")?.split(';').find_map(|item| item.trim().strip_prefix("t="));
    text(headers, "retry-after").or_else(limit)?.trim().parse().ok().map(Duration::from_secs)
}
