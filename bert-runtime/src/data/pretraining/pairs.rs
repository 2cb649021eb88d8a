//! Pairs of sentences of which the second follows the first, or does not.

use rand::Rng;

use crate::context::keyed;
use crate::data::Documents;
use crate::error::{Error, ErrorKind, Result};
use crate::text::Text;

/// Two sentences, and whether they stand one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SentencePair<'d> {
    /// The first sentence.
    pub first: &'d str,
    /// The next one, or one of another document.
    pub second: &'d str,
    /// Whether the second follows the first.
    pub is_next: bool,
}

impl SentencePair<'_> {
    /// The pair as what a head reads.
    pub fn text(&self) -> Text {
        Text::pair(self.first, self.second)
    }
}

/// Every sentence of some documents that has one after it, with that one in half of the cases, and with any sentence of another document
/// in the others.
///
/// ```
/// use bert_runtime::data::pretraining::SentencePairs;
/// use bert_runtime::data::{Documents, Plain};
///
/// let text = "It rains.\nTake a coat.\n\nCats sleep.\nThey dream.\n";
/// let pairs = SentencePairs::new(Documents::parse("a.txt", text, &Plain::lines())?, 7)?;
/// let pair = pairs.get(0, 1).ok_or("no such pair")?;
/// assert_eq!((pairs.len(), pair.first), (2, "Cats sleep."));
/// assert_eq!(pair.is_next, pair.second == "They dream.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct SentencePairs {
    documents: Documents,
    /// How many pairs begin in the documents up to each, it included.
    ends: Vec<usize>,
    /// How many sentences the documents in front of each have, and all at the end.
    starts: Vec<usize>,
    seed: u64,
}

impl SentencePairs {
    /// The pairs of some documents.
    ///
    /// # Errors
    /// Fewer than two documents, of which none but one could give sentences that do not follow; and documents of one sentence each.
    pub fn new(documents: Documents, seed: u64) -> Result<Self> {
        let fault = |what: &str| Err(Error::new(ErrorKind::Data, what));
        if documents.len() < 2 {
            return fault(
                "sentences that do not follow on one another are taken from other documents, and there are fewer than two: add a file, or part the text into documents",
            );
        }
        let lengths = || documents.iter().map(|document| document.sentences.len());
        let ends = summed(lengths().map(|length| length.saturating_sub(1)));
        let starts = [vec![0], summed(lengths())].concat();
        if ends.last().is_none_or(|pairs| *pairs == 0) {
            return fault(
                "no document has two sentences, so that none follows another: are there blank lines between all lines of the text?",
            );
        }
        Ok(Self { documents, ends, starts, seed })
    }

    /// How many pairs an epoch has.
    pub fn len(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Whether there is none, which cannot be.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The documents.
    pub fn documents(&self) -> &Documents {
        &self.documents
    }

    /// The pair of this number in an epoch; none past the end.
    pub fn get(&self, epoch: u64, index: usize) -> Option<SentencePair<'_>> {
        let document = self.ends.partition_point(|end| *end <= index);
        let before = document.checked_sub(1).map_or(0, |before| self.ends[before]);
        let sentences = &self.documents.get(document)?.sentences;
        let (first, next) = (sentences.get(index - before)?, sentences.get(index - before + 1)?);
        let mut random = keyed(self.seed, epoch, "data.sentence_pairs", index as u64);
        let is_next = random.random::<bool>();
        let second = if is_next { next } else { self.elsewhere(document, &mut random)? };
        Some(SentencePair { first, second, is_next })
    }

    /// Any sentence of any other document.
    fn elsewhere(&self, document: usize, random: &mut impl Rng) -> Option<&String> {
        let (start, end, all) = (self.starts[document], self.starts[document + 1], *self.starts.last()?);
        let drawn = random.random_range(0..all - (end - start));
        let number = if drawn < start { drawn } else { drawn + (end - start) };
        let other = self.starts.partition_point(|start| *start <= number) - 1;
        self.documents.get(other)?.sentences.get(number - self.starts[other])
    }
}

/// The sum of all counts up to each, it included.
fn summed(counts: impl Iterator<Item = usize>) -> Vec<usize> {
    let add = |sum: &mut usize, count: usize| {
        *sum += count;
        Some(*sum)
    };
    counts.scan(0, add).collect()
}
