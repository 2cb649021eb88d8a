//! How a command fails.

use std::io;
use std::process::ExitCode;

use crate::screen::Screen;

/// Why a command ends before its end.
#[derive(Debug)]
pub enum Failure {
    /// Nobody reads the output any more: there is nothing left to do, and nothing to say.
    Unread,
    /// What is wrong was told already.
    Told,
    /// What is wrong, and what to do.
    Said(String),
}

impl Failure {
    /// What is wrong, and what to do.
    pub fn new(what: impl Into<String>) -> Self {
        Self::Said(what.into())
    }

    /// That what is wrong was told, where nobody reads the output any more.
    pub fn or_told(self) -> Self {
        match self {
            Self::Unread => Self::Told,
            other => other,
        }
    }

    /// Tells what is still to be told, and gives the exit code.
    pub fn end(self, screen: &Screen) -> ExitCode {
        match self {
            Self::Unread => ExitCode::SUCCESS,
            Self::Told => ExitCode::FAILURE,
            Self::Said(what) => {
                screen.error(&what);
                ExitCode::FAILURE
            }
        }
    }
}

/// Of the output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Said(format!("the output cannot be written: {error}")),
        }
    }
}

impl From<bert_runtime::Error> for Failure {
    fn from(error: bert_runtime::Error) -> Self {
        Self::Said(error.to_string())
    }
}
