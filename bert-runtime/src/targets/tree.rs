//! Words that belong to words.

use crate::head::{Label, Target};
use crate::targets::IntoTarget;

/// The word that each word of a text depends on, by its number from 0, and the root's own number for the root; none where
/// the loss has nothing to say. In a pair the second text's words follow the first's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parents(pub Vec<Option<usize>>);

impl From<Vec<usize>> for Parents {
    fn from(parents: Vec<usize>) -> Self {
        Self(parents.into_iter().map(Some).collect())
    }
}

impl IntoTarget for Parents {
    fn into_target(self) -> Target {
        Target::WordParents(self.0)
    }
}

/// The labels of pairs of words, each as the first word, the second word and the label: of a dependency parse the word,
/// its parent and their relation. Pairs that are left out have no target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs<L>(pub Vec<(usize, usize, L)>);

impl<L: Label> IntoTarget for Pairs<L> {
    fn into_target(self) -> Target {
        Target::WordPairs(self.0.into_iter().map(|(first, second, label)| (first, second, label.index())).collect())
    }
}
