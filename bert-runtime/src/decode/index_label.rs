//! Labels that are numbers alone.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::head::Label;

/// One of `N` labels without names, from 0: it cannot be out of range.
///
/// ```
/// use bert_runtime::decode::IndexLabel;
///
/// type Stars = IndexLabel<5>;
/// assert_eq!(Stars::new(4).map(|label| label.to_string()).as_deref(), Some("4"));
/// assert!(Stars::new(5).is_none() && "5".parse::<Stars>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "usize", try_from = "usize")]
pub struct IndexLabel<const N: usize>(usize);

impl<const N: usize> IndexLabel<N> {
    /// The label of this number, if there are more than so many.
    pub fn new(index: usize) -> Option<Self> {
        (index < N).then_some(Self(index))
    }

    /// All labels, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..N).map(Self)
    }
}

impl<const N: usize> Label for IndexLabel<N> {
    const NAMES: &'static [&'static str] = &[];
    const COUNT: usize = N;

    fn from_index(index: usize) -> Option<Self> {
        Self::new(index)
    }

    fn index(self) -> usize {
        self.0
    }
}

impl<const N: usize> From<IndexLabel<N>> for usize {
    fn from(label: IndexLabel<N>) -> usize {
        label.0
    }
}

impl<const N: usize> TryFrom<usize> for IndexLabel<N> {
    type Error = Error;

    fn try_from(index: usize) -> Result<Self, Error> {
        Self::new(index)
            .ok_or_else(|| Error::new(ErrorKind::Input, format!("there is no label {index}: the labels are 0 to {}", N.saturating_sub(1))))
    }
}

impl<const N: usize> FromStr for IndexLabel<N> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let index = text.strip_prefix("LABEL_").unwrap_or(text).parse::<usize>();
        index.map_err(|error| Error::new(ErrorKind::Input, format!("`{text}` is not a label's number")).caused_by(error))?.try_into()
    }
}

impl<const N: usize> fmt::Display for IndexLabel<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
