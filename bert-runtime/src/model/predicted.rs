//! A prediction, and whether all of the text was read for it.

use std::fmt;
use std::ops::Deref;

use crate::error::Result;
use crate::text::Truncation;

/// A prediction, with what was cut off the text, or in how many windows it was read. It is used as the prediction itself.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Predicted<P> {
    prediction: P,
    truncations: Vec<Option<Truncation>>,
    windows: usize,
}

impl<P> Predicted<P> {
    pub(super) fn new(prediction: P, truncations: Vec<Option<Truncation>>, windows: usize) -> Self {
        Self { prediction, truncations, windows }
    }

    /// The same reading with another prediction.
    pub(super) fn try_map<Q>(self, map: impl FnOnce(P) -> Result<Q>) -> Result<Predicted<Q>> {
        Ok(Predicted { prediction: map(self.prediction)?, truncations: self.truncations, windows: self.windows })
    }

    /// What was cut off, if the text was longer than the model reads; of several choices, the first that was cut.
    pub fn truncation(&self) -> Option<Truncation> {
        self.truncations.iter().flatten().next().copied()
    }

    /// What was cut off each text of the example: one, or one a choice.
    pub fn truncations(&self) -> &[Option<Truncation>] {
        &self.truncations
    }

    /// In how many windows the text was read: 1 where it was read at once, be it whole or cut.
    ///
    /// Of several heads that are answered together some may read windows, and others a text that is cut.
    pub fn windows(&self) -> usize {
        self.windows
    }

    /// The prediction alone.
    pub fn into_inner(self) -> P {
        self.prediction
    }
}

impl<P: fmt::Display> fmt::Display for Predicted<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.prediction.fmt(f)
    }
}

impl<P> Deref for Predicted<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.prediction
    }
}
