//! Scores by their names.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::Result;

/// Which way a score gets better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Better {
    /// The higher the better, as an accuracy.
    Higher,
    /// The lower the better, as a loss.
    Lower,
}

impl Better {
    /// Whether a value is better than another. What is no number is better than nothing.
    ///
    /// ```
    /// use bert_runtime::metrics::Better;
    ///
    /// assert!(Better::Higher.is_better(0.9, 0.8) && Better::Lower.is_better(0.8, 0.9));
    /// assert!(!Better::Lower.is_better(f64::NAN, 0.9) && !Better::Higher.is_better(0.9, 0.9));
    /// ```
    pub fn is_better(self, value: f64, than: f64) -> bool {
        match self {
            Self::Higher => value > than,
            Self::Lower => value < than,
        }
    }
}

/// One score.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Its name, such as `accuracy`; `OUTPUT.accuracy` where a head gives several answers.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Which way it gets better.
    pub better: Better,
}

/// Why a score is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmeasured {
    /// The name of the score, or of the output that has none.
    pub name: String,
    /// What is in the way.
    pub why: String,
}

/// Scores in the order in which they are told, and what could not be measured.
///
/// They are written, by serde and by `Display`, as a map from names to numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scores {
    scores: Vec<Score>,
    unmeasured: Vec<Unmeasured>,
}

impl Scores {
    /// The value of a score, by its name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.score(name).map(|score| score.value)
    }

    /// A score, by its name.
    pub fn score(&self, name: &str) -> Option<&Score> {
        self.scores.iter().find(|score| score.name == name)
    }

    /// All scores, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Score> {
        self.scores.iter()
    }

    /// The scores that are not there, and why.
    pub fn unmeasured(&self) -> &[Unmeasured] {
        &self.unmeasured
    }

    /// Whether there is no score.
    pub fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// Adds a score, or that there was nothing to count.
    pub(super) fn push(&mut self, name: String, better: Better, value: Option<f64>) {
        match value {
            Some(value) => self.scores.push(Score { name, value, better }),
            None => self.leave_out(name, "there was nothing to count".to_owned()),
        }
    }

    /// Adds a score, or why it has no value.
    pub(super) fn push_or_tell(&mut self, name: String, better: Better, value: Result<f64>) {
        match value {
            Ok(value) => self.scores.push(Score { name, value, better }),
            Err(why) => self.leave_out(name, why.to_string()),
        }
    }

    /// Tells why there is no score.
    pub(super) fn leave_out(&mut self, name: String, why: String) {
        self.unmeasured.push(Unmeasured { name, why });
    }
}

impl<'a> IntoIterator for &'a Scores {
    type Item = &'a Score;
    type IntoIter = std::slice::Iter<'a, Score>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Serialize for Scores {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.scores.len()))?;
        self.scores.iter().try_for_each(|score| map.serialize_entry(&score.name, &score.value))?;
        map.end()
    }
}

/// `loss 0.3210, accuracy 0.9000`.
impl fmt::Display for Scores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, score) in self.scores.iter().enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            write!(f, "{comma}{} {:.4}", score.name, score.value)?;
        }
        Ok(())
    }
}
