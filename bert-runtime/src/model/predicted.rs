//! A prediction, and whether all of the text was read for it.

use std::ops::Deref;

use crate::text::Truncation;

/// A prediction, with what was cut off the text. It is used as the prediction itself.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Predicted<P> {
    prediction: P,
    truncations: Vec<Option<Truncation>>,
}

impl<P> Predicted<P> {
    pub(super) fn new(prediction: P, truncations: Vec<Option<Truncation>>) -> Self {
        Self { prediction, truncations }
    }

    /// What was cut off, if the text was longer than the model reads; of several choices, the first that was cut.
    pub fn truncation(&self) -> Option<Truncation> {
        self.truncations.iter().flatten().next().copied()
    }

    /// What was cut off each text of the example: one, or one a choice.
    pub fn truncations(&self) -> &[Option<Truncation>] {
        &self.truncations
    }

    /// The prediction alone.
    pub fn into_inner(self) -> P {
        self.prediction
    }
}

impl<P> Deref for Predicted<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.prediction
    }
}
