//! How alike two texts are, by their vectors.

use crate::decode::Embedding;
use crate::error::Result;
use crate::metrics::correlation::{pearson, spearman};

/// The cosines of pairs of vectors beside how alike the pairs are said to be: what an embedding head is measured by on sentence pairs
/// such as those of STS.
///
/// ```
/// use bert_runtime::decode::Embedding;
/// use bert_runtime::metrics::Similarity;
///
/// let mut pairs = Similarity::default();
/// let texts = [[1.0, 0.0], [0.9, 0.1], [0.1, 0.9]].map(|vector| Embedding(vector.to_vec()));
/// pairs.add(&texts[0], &texts[1], 4.8);
/// pairs.add(&texts[0], &texts[2], 1.0);
/// pairs.add(&texts[1], &texts[2], 1.5);
/// assert!((pairs.spearman()? - 1.0).abs() < 1e-9);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Similarity {
    cosines: Vec<f64>,
    wanted: Vec<f64>,
}

impl Similarity {
    /// Counts a pair, and how alike it is on any scale that rises.
    pub fn add(&mut self, first: &Embedding, second: &Embedding, wanted: f64) {
        self.cosines.push(f64::from(first.cosine(second)));
        self.wanted.push(wanted);
    }

    /// [`spearman`] of the cosines and what was wanted.
    ///
    /// # Errors
    /// As [`spearman`].
    pub fn spearman(&self) -> Result<f64> {
        spearman(&self.cosines, &self.wanted)
    }

    /// [`pearson`] of the cosines and what was wanted.
    ///
    /// # Errors
    /// As [`pearson`].
    pub fn pearson(&self) -> Result<f64> {
        pearson(&self.cosines, &self.wanted)
    }
}
