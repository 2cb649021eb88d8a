//! How far numbers are from those that were wanted.

/// The distances of numbers from those that were wanted, summed up.
///
/// ```
/// use bert_runtime::metrics::Distances;
///
/// let mut distances = Distances::default();
/// distances.add(2.0, 2.5);
/// distances.add(1.0, -0.5);
/// assert_eq!(distances.mean_absolute(), Some(1.0));
/// assert_eq!(distances.mean_squared(), Some(1.25));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Distances {
    absolute: f64,
    squared: f64,
    count: u64,
}

impl Distances {
    /// Counts one number.
    pub fn add(&mut self, wanted: f64, predicted: f64) {
        let distance = (predicted - wanted).abs();
        self.absolute += distance;
        self.squared += distance * distance;
        self.count += 1;
    }

    /// The mean distance; none where there are no numbers.
    pub fn mean_absolute(&self) -> Option<f64> {
        self.mean(self.absolute)
    }

    /// The mean square of the distance; none where there are no numbers.
    pub fn mean_squared(&self) -> Option<f64> {
        self.mean(self.squared)
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.count > 0).then(|| sum / self.count as f64)
    }
}
