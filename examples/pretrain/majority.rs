//! What a head would reach that always says the same.

use std::collections::BTreeMap;

use bert_runtime::head::Target;

/// How often each label is wanted of some examples.
#[derive(Default)]
pub struct Majority {
    labels: BTreeMap<i64, usize>,
    examples: usize,
}

impl Majority {
    /// The labels of these targets.
    pub fn of(targets: impl IntoIterator<Item = Target>) -> Self {
        targets.into_iter().fold(Self::default(), Self::and)
    }

    fn and(mut self, target: Target) -> Self {
        match target {
            Target::Classes(classes) => classes.into_iter().filter(|class| *class >= 0).for_each(|class| self.count(class)),
            Target::Words(labels) => labels.into_iter().flatten().for_each(|label| self.count(label as i64)),
            Target::Numbers(held) => (0..).zip(held).filter(|(_, held)| *held > 0.5).for_each(|(label, _)| self.count(label)),
            _ => {}
        }
        self.examples += 1;
        self
    }

    fn count(&mut self, label: i64) {
        *self.labels.entry(label).or_default() += 1;
    }

    fn commonest(&self) -> f64 {
        self.labels.values().max().copied().unwrap_or(0) as f64
    }

    fn all(&self) -> usize {
        self.labels.values().sum()
    }

    /// The accuracy of the commonest label.
    pub fn accuracy(&self) -> f64 {
        self.commonest() / self.all().max(1) as f64
    }

    /// The micro F1 of the commonest label as every example's only one.
    pub fn f1_micro(&self) -> f64 {
        2.0 * self.commonest() / (self.examples + self.all()).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commonest_label_is_right_as_often_as_it_is_wanted() {
        let classes = [Target::Classes(vec![3, -100, 5]), Target::Classes(vec![3]), Target::Words(vec![Some(3), None, Some(1)])];
        assert_eq!(Majority::of(classes).accuracy(), 3.0 / 5.0);
        assert_eq!(Majority::default().accuracy(), 0.0);
    }

    #[test]
    fn of_sets_it_is_said_once_an_example() {
        let sets = [vec![1.0, 0.0, 1.0], vec![0.0, 0.0, 1.0], vec![0.0, 1.0, 0.0]].map(Target::Numbers);
        // Label 2 is right of two examples of three, and four labels are wanted: precision 2/3, recall 2/4.
        let (precision, recall) = (2.0 / 3.0, 2.0 / 4.0);
        assert!((Majority::of(sets).f1_micro() - 2.0 * precision * recall / (precision + recall)).abs() < 1e-12);
    }
}
