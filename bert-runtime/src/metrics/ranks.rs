//! Ranks: how often they are right, and by how many they are off.

use crate::metrics::counts::Share;
use crate::metrics::numbers::Distances;

/// How ranks compare with those that were wanted.
///
/// ```
/// use bert_runtime::metrics::RankScores;
///
/// let mut stars = RankScores::default();
/// stars.add(4, 4);
/// stars.add(1, 3);
/// assert_eq!((stars.accuracy(), stars.mean_absolute_error()), (Some(0.5), Some(1.0)));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RankScores {
    exact: Share,
    distances: Distances,
}

impl RankScores {
    /// Counts one rank.
    pub fn add(&mut self, wanted: usize, predicted: usize) {
        self.exact.add(wanted == predicted);
        self.distances.add(wanted as f64, predicted as f64);
    }

    /// The share of ranks that are right; none where there are no ranks.
    pub fn accuracy(&self) -> Option<f64> {
        self.exact.value()
    }

    /// By how many ranks an answer is off, in the mean; none where there are no ranks.
    pub fn mean_absolute_error(&self) -> Option<f64> {
        self.distances.mean_absolute()
    }
}
