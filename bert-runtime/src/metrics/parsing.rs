//! Dependency trees: how many words have the right parent, and the right relation to it.

use crate::metrics::counts::Share;

/// The attachment scores of words (CoNLL 2006).
///
/// Every word counts, punctuation too, as in the CoNLL shared tasks of 2017 and 2018; a convention that leaves words out gives
/// [`Attachment::add_where`] the words that count.
///
/// ```
/// use bert_runtime::metrics::Attachment;
///
/// let words = ["Cats", "sleep", "."];
/// let wanted = [(1, "nsubj"), (1, "root"), (1, "punct")]; // the root is its own parent
/// let predicted = [(1, "obj"), (1, "root"), (0, "punct")];
/// let mut all = Attachment::default();
/// all.add(&wanted, &predicted);
/// assert_eq!((all.uas(), all.las()), (Some(2.0 / 3.0), Some(1.0 / 3.0)));
///
/// let mut some = Attachment::default();
/// some.add_where(&wanted, &predicted, |word| !words[word].chars().all(|c| c.is_ascii_punctuation()));
/// assert_eq!((some.uas(), some.las()), (Some(1.0), Some(0.5)));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Attachment {
    attached: Share,
    labelled: Share,
}

impl Attachment {
    /// Counts the words of a text, each with its parent and its relation to it.
    pub fn add<L: PartialEq>(&mut self, wanted: &[(usize, L)], predicted: &[(usize, L)]) {
        self.add_where(wanted, predicted, |_| true);
    }

    /// Counts those words of a text that count, by their numbers.
    pub fn add_where<L: PartialEq>(&mut self, wanted: &[(usize, L)], predicted: &[(usize, L)], counts: impl Fn(usize) -> bool) {
        let some = wanted.iter().zip(predicted).enumerate().filter(|(word, _)| counts(*word));
        some.for_each(|(_, (wanted, predicted))| self.add_word(wanted.0 == predicted.0, Some(wanted.1 == predicted.1)));
    }

    /// Counts one word: whether its parent is right, and whether its relation is, where that was asked.
    pub fn add_word(&mut self, parent: bool, relation: Option<bool>) {
        self.attached.add(parent);
        relation.into_iter().for_each(|relation| self.labelled.add(parent && relation));
    }

    /// The share of words with the right parent; none where there are no words.
    pub fn uas(&self) -> Option<f64> {
        self.attached.value()
    }

    /// The share of words with the right parent and the right relation to it; none where no relation was asked.
    pub fn las(&self) -> Option<f64> {
        self.labelled.value()
    }
}
