//! Distributions over labels.

use crate::head::{Label, Target};
use crate::targets::IntoTarget;

/// The share of each label, which sum to 1; a label that is left out has none.
///
/// ```
/// use bert_runtime::decode::IndexLabel;
/// use bert_runtime::head::Target;
/// use bert_runtime::targets::{Distribution, IntoTarget};
///
/// let star = |index| IndexLabel::<3>::new(index);
/// let shares: Option<Vec<_>> = [(2, 0.75), (0, 0.25)].into_iter().map(|(index, share)| Some((star(index)?, share))).collect();
/// assert_eq!(shares.map(|shares| Distribution(shares).into_target()), Some(Target::Numbers(vec![0.25, 0.0, 0.75])));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution<L>(pub Vec<(L, f32)>);

/// A distribution for each word of a text; none where the loss has nothing to say.
#[derive(Debug, Clone, PartialEq)]
pub struct Distributions<L>(pub Vec<Option<Distribution<L>>>);

impl<L: Label> Distribution<L> {
    /// A share for every label of the set.
    fn shares(&self) -> Vec<f32> {
        let share = |index| self.0.iter().filter(|(label, _)| label.index() == index).map(|(_, share)| share).sum();
        (0..L::COUNT).map(share).collect()
    }
}

impl<L: Label> IntoTarget for Distribution<L> {
    fn into_target(self) -> Target {
        Target::Numbers(self.shares())
    }
}

impl<L: Label> IntoTarget for Distributions<L> {
    fn into_target(self) -> Target {
        let words = self.0.iter().map(|word| word.as_ref().map(Distribution::shares)).collect();
        Target::WordNumbers { each: L::COUNT, words }
    }
}
