//! One of several classes.

use std::collections::BTreeMap;

use crate::metrics::counts::{Counts, Share, mean};

/// How often each class was predicted where each was wanted.
///
/// As in scikit-learn, the classes are those that were wanted or predicted at least once; a class that never occurs counts in no
/// mean.
///
/// ```
/// use bert_runtime::metrics::Confusion;
///
/// let confusion: Confusion = [(0, 0), (1, 1), (1, 0), (2, 2)].into_iter().collect(); // (wanted, predicted)
/// assert_eq!(confusion.accuracy(), Some(0.75));
/// assert_eq!(confusion.of(1).recall(), 0.5);
/// assert_eq!(confusion.macro_f1(), Some((2.0 / 3.0 + 2.0 / 3.0 + 1.0) / 3.0));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Confusion {
    /// By the wanted class and the predicted.
    counts: BTreeMap<(usize, usize), u64>,
}

impl Confusion {
    /// Counts one answer.
    pub fn add(&mut self, wanted: usize, predicted: usize) {
        *self.counts.entry((wanted, predicted)).or_default() += 1;
    }

    /// How often this class was predicted where that one was wanted.
    pub fn count(&self, wanted: usize, predicted: usize) -> u64 {
        self.counts.get(&(wanted, predicted)).copied().unwrap_or(0)
    }

    /// How many answers are right, of how many.
    pub fn share(&self) -> Share {
        let right = self.counts.iter().filter(|((wanted, predicted), _)| wanted == predicted).map(|(_, count)| count).sum();
        Share { right, all: self.counts.values().sum() }
    }

    /// The share of answers that are right; none where there are no answers.
    pub fn accuracy(&self) -> Option<f64> {
        self.share().value()
    }

    /// The counts of one class against all others, as for F1 of two classes (`average="binary"`), of which one is asked for.
    pub fn of(&self, class: usize) -> Counts {
        self.by_class().remove(&class).unwrap_or_default()
    }

    /// The counts of each class that was wanted or predicted.
    pub fn by_class(&self) -> BTreeMap<usize, Counts> {
        let mut all: BTreeMap<usize, Counts> = BTreeMap::new();
        for (&(wanted, predicted), &count) in &self.counts {
            all.entry(wanted).or_default().wanted += count;
            all.entry(predicted).or_default().predicted += count;
            if wanted == predicted {
                all.entry(wanted).or_default().right += count;
            }
        }
        all
    }

    /// The counts of all classes together (`average="micro"`): of one answer each, all three ratios are the accuracy.
    pub fn micro(&self) -> Counts {
        self.by_class().into_values().sum()
    }

    /// The mean over the classes of their F1 (`average="macro"`); none where there are no answers.
    pub fn macro_f1(&self) -> Option<f64> {
        mean(self.by_class().values().map(Counts::f1))
    }

    /// The mean over the classes of their precision; none where there are no answers.
    pub fn macro_precision(&self) -> Option<f64> {
        mean(self.by_class().values().map(Counts::precision))
    }

    /// The mean over the classes of their recall; none where there are no answers.
    pub fn macro_recall(&self) -> Option<f64> {
        mean(self.by_class().values().map(Counts::recall))
    }

    /// The correlation of what was predicted with what was wanted, from -1 to 1 (Matthews 1975; Gorodkin 2004 for several classes).
    ///
    /// With `c` right answers of `s`, and `t` times wanted and `p` times predicted of each class, `(c s - sum t p) / sqrt((s^2 - sum p^2)
    /// (s^2 - sum t^2))`. It is 0 where one class is all that was wanted, or all that was predicted, as in scikit-learn; none where there
    /// are no answers.
    pub fn matthews(&self) -> Option<f64> {
        let classes = self.by_class();
        let sum = |of: fn(&Counts) -> u128| classes.values().map(of).sum::<u128>() as f64;
        let (right, all) = (sum(|class| class.right.into()), sum(|class| class.wanted.into()));
        let both = sum(|class| u128::from(class.wanted) * u128::from(class.predicted));
        let spread = |squares: f64| all * all - squares;
        let wanted = spread(sum(|class| u128::from(class.wanted).pow(2)));
        let predicted = spread(sum(|class| u128::from(class.predicted).pow(2)));
        let scale = (wanted * predicted).sqrt();
        (all > 0.0).then(|| if scale > 0.0 { (right * all - both) / scale } else { 0.0 })
    }
}

impl FromIterator<(usize, usize)> for Confusion {
    fn from_iter<I: IntoIterator<Item = (usize, usize)>>(answers: I) -> Self {
        let mut confusion = Self::default();
        answers.into_iter().for_each(|(wanted, predicted)| confusion.add(wanted, predicted));
        confusion
    }
}
