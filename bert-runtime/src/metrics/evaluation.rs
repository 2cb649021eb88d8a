//! What an evaluation says of a model.

use std::ops::Deref;

use crate::metrics::Scores;

/// The scores of a model on some examples. It is used as the scores themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// The loss and the metrics.
    pub scores: Scores,
    /// How many examples there were.
    pub examples: usize,
    /// Of how many a part was cut off, of which nothing counts.
    pub truncated: usize,
}

impl Deref for Evaluation {
    type Target = Scores;

    fn deref(&self) -> &Scores {
        &self.scores
    }
}

/// The scores, and how many examples were cut if any were.
impl std::fmt::Display for Evaluation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.scores.fmt(f)?;
        if self.truncated > 0 {
            write!(f, " ({} of {} examples were cut)", self.truncated, self.examples)?;
        }
        Ok(())
    }
}
