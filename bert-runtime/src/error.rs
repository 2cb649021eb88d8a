//! The one error type of this crate.

use crate::value::Layout;
use crate::weights::Report;

/// What kind of thing went wrong, for callers that react to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text of a head has errors, which the message shows.
    Head,
    /// A file or folder cannot be read.
    Io,
    /// `config.json` is missing, malformed or of a model that is not supported.
    Config,
    /// A weights file is malformed or of an unsupported layout.
    Weights,
    /// A head and a checkpoint do not fit; [`Error::report`] lists everything at once.
    Binding,
    /// The tokenizer's files are missing or malformed, or a text cannot be tokenized.
    Tokenizer,
    /// What was given to `predict` or `encode` is not valid.
    Input,
    /// A file of examples, or a row of it, is not valid.
    Data,
    /// A training target is not valid.
    Target,
    /// What was to be measured has no value.
    Metric,
    /// The device that was asked for is not there.
    Device,
    /// A download from the hub failed.
    Hub,
    /// The memory of the device does not suffice for a batch, which the message names.
    Memory,
    /// A tensor operation failed: a fault of this crate.
    Tensor,
}

/// What went wrong, where, and the next step.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    report: Option<Box<Report>>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error of a kind, with a message that names the place and the next step.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), report: None, source: None }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same error with the binding report that it summarises.
    pub(crate) fn with_report(mut self, report: Report) -> Self {
        self.report = Some(Box::new(report));
        self
    }

    /// Of memory that does not suffice, the same error with the batch that was too large, and what to do.
    pub(crate) fn naming(self, layout: &Layout, next: &str) -> Self {
        if self.kind != ErrorKind::Memory {
            return self;
        }
        let longest = (0..layout.sequences()).map(|sequence| layout.length(sequence)).max().unwrap_or(0);
        let (texts, tokens) = (layout.sequences(), layout.total());
        let what = format!("memory does not suffice for a batch of {texts} texts with {tokens} tokens, the longest of {longest}: {next}");
        Self::new(ErrorKind::Memory, what).caused_by(self)
    }

    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What is missing, extra or mis-shaped, where a head and a checkpoint did not fit.
    pub fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        let (kind, what) = match is_out_of_memory(&error) {
            true => (ErrorKind::Memory, format!("the device is out of memory: {error}")),
            false => (ErrorKind::Tensor, format!("a tensor operation failed: {error}")),
        };
        Self::new(kind, what).caused_by(error)
    }
}

/// Whether a device has no memory left, as its driver or one of its libraries says.
fn is_out_of_memory(error: &candle_core::Error) -> bool {
    use candle_core::Error::{Context, Cuda, WithBacktrace, WithPath};
    match error {
        Cuda(error) => {
            let said = error.to_string();
            ["CUDA_ERROR_OUT_OF_MEMORY", "CUBLAS_STATUS_ALLOC_FAILED"].iter().any(|sign| said.contains(sign))
        }
        WithBacktrace { inner, .. } | WithPath { inner, .. } | Context { inner, .. } => is_out_of_memory(inner),
        _ => false,
    }
}
