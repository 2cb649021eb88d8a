//! Any of several labels.

use crate::metrics::counts::{Counts, Share, mean};

/// How often each label was predicted where it was wanted, and how many answers have exactly the wanted labels.
///
/// ```
/// use bert_runtime::metrics::MultiLabel;
///
/// let mut sets = MultiLabel::default();
/// sets.add(&[true, false, true], &[true, false, true]);
/// sets.add(&[false, true, false], &[true, true, false]);
/// assert_eq!(sets.accuracy(), Some(0.5));
/// assert_eq!(sets.micro().precision(), 0.75);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MultiLabel {
    labels: Vec<Counts>,
    exact: Share,
}

impl MultiLabel {
    /// Counts one answer: whether each label was wanted, and whether it was predicted. A list that is shorter has no more labels.
    pub fn add(&mut self, wanted: &[bool], predicted: &[bool]) {
        let count = wanted.len().max(predicted.len());
        let holds = |list: &[bool], label: usize| list.get(label).copied().unwrap_or(false);
        self.labels.resize(self.labels.len().max(count), Counts::default());
        for (label, counts) in self.labels.iter_mut().enumerate() {
            counts.add(holds(predicted, label), holds(wanted, label));
        }
        self.exact.add((0..count).all(|label| holds(wanted, label) == holds(predicted, label)));
    }

    /// The share of answers with exactly the wanted labels, scikit-learn's `accuracy_score` of label sets; none where there are no
    /// answers.
    pub fn accuracy(&self) -> Option<f64> {
        self.exact.value()
    }

    /// The counts of each label.
    pub fn by_label(&self) -> &[Counts] {
        &self.labels
    }

    /// The counts of all labels together (`average="micro"`).
    pub fn micro(&self) -> Counts {
        self.labels.iter().copied().sum()
    }

    /// The mean over all labels of their F1 (`average="macro"`), of labels that never occur too; none where there are no labels.
    pub fn macro_f1(&self) -> Option<f64> {
        mean(self.labels.iter().map(Counts::f1))
    }
}
