//! What precision, recall and F1 are counted from.

use std::ops::{Add, AddAssign};

/// How many there should be, how many there are, and how many of these are right.
///
/// Where a ratio divides by nothing it is 0, as scikit-learn and seqeval have it (`zero_division=0`).
///
/// ```
/// use bert_runtime::metrics::Counts;
///
/// let counts = Counts { right: 2, predicted: 4, wanted: 3 };
/// assert_eq!(counts.precision(), 0.5);
/// assert_eq!(counts.recall(), 2.0 / 3.0);
/// assert_eq!(counts.f1(), 4.0 / 7.0);
/// assert_eq!(Counts::default().f1(), 0.0);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many were predicted and wanted.
    pub right: u64,
    /// How many were predicted.
    pub predicted: u64,
    /// How many were wanted.
    pub wanted: u64,
}

impl Counts {
    /// Counts one thing that was predicted, or wanted, or both.
    pub fn add(&mut self, predicted: bool, wanted: bool) {
        self.right += u64::from(predicted && wanted);
        self.predicted += u64::from(predicted);
        self.wanted += u64::from(wanted);
    }

    /// Which share of what was predicted is right, from 0 to 1.
    pub fn precision(&self) -> f64 {
        ratio(self.right, self.predicted)
    }

    /// Which share of what was wanted was predicted, from 0 to 1.
    pub fn recall(&self) -> f64 {
        ratio(self.right, self.wanted)
    }

    /// The harmonic mean of precision and recall, from 0 to 1.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.right, self.predicted + self.wanted)
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let right = self.right + other.right;
        Self { right, predicted: self.predicted + other.predicted, wanted: self.wanted + other.wanted }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

/// How many of all are right.
///
/// ```
/// use bert_runtime::metrics::Share;
///
/// let share: Share = [true, true, false, true].into_iter().collect();
/// assert_eq!(share.value(), Some(0.75));
/// assert_eq!(Share::default().value(), None);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// How many are right.
    pub right: u64,
    /// How many there are.
    pub all: u64,
}

impl Share {
    /// Counts one.
    pub fn add(&mut self, right: bool) {
        self.right += u64::from(right);
        self.all += 1;
    }

    /// The share, from 0 to 1; none of nothing.
    pub fn value(&self) -> Option<f64> {
        (self.all > 0).then(|| ratio(self.right, self.all))
    }
}

impl FromIterator<bool> for Share {
    fn from_iter<I: IntoIterator<Item = bool>>(all: I) -> Self {
        let mut share = Self::default();
        all.into_iter().for_each(|right| share.add(right));
        share
    }
}

/// 0 where it divides by nothing.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The mean of some numbers; none of nothing.
pub(super) fn mean(numbers: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = numbers.into_iter().fold((0.0, 0u64), |(sum, count), number| (sum + number, count + 1));
    (count > 0).then(|| sum / count as f64)
}
