//! Vectors of texts that come in pairs.

use crate::decode::{Decoded, Embedding};
use crate::head::{Outcome, Target};
use crate::metrics::Similarity;
use crate::metrics::measure::teller::Teller;

/// The cosines of pairs of texts, one behind the other, beside how alike they should be.
#[derive(Debug, Clone, Default)]
pub(super) struct Vectors {
    pairs: Option<Similarity>,
    /// The first of a pair, until its second comes.
    first: Option<Embedding>,
}

impl Vectors {
    /// Counts a text of a pair, both of which have the pair's target; says whether it is one.
    pub(super) fn add(&mut self, outcome: &Outcome, decoded: &Decoded, target: &Target) -> bool {
        let (Decoded::Embedding(vector), Target::Numbers(numbers), 2) = (decoded, target, outcome.together) else { return false };
        let [wanted] = numbers.as_slice() else { return false };
        let vector = Embedding(vector.clone());
        match self.first.take() {
            None => self.first = Some(vector),
            Some(first) => self.pairs.get_or_insert_default().add(&first, &vector, f64::from(*wanted)),
        }
        true
    }

    pub(super) fn tell(&self, teller: &mut Teller<'_>) {
        let Some(pairs) = &self.pairs else { return };
        teller.higher_or_why("spearman", pairs.spearman());
        teller.higher_or_why("pearson", pairs.pearson());
    }
}
