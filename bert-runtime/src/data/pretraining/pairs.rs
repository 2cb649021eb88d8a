//! Pairs of sentences of which the second follows the first, or does not.

use std::borrow::Cow;

use rand::Rng;

use super::segments::{Room, Segment};
use crate::context::keyed;
use crate::data::Documents;
use crate::error::{Error, ErrorKind, Result};
use crate::text::Text;

/// Two sentences, or two segments of several, and whether they stand one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentencePair<'d> {
    /// The first sentence, behind those that a segment has in front of it.
    pub first: Cow<'d, str>,
    /// The next one, or one of another document, in front of those that a segment has behind it.
    pub second: Cow<'d, str>,
    /// Whether the second follows the first.
    pub is_next: bool,
}

impl SentencePair<'_> {
    /// The pair as what a head reads.
    pub fn text(&self) -> Text {
        Text::pair(self.first.as_ref(), self.second.as_ref())
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
/// assert_eq!((pairs.len(), pair.first.as_ref()), (2, "Cats sleep."));
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
    room: Option<Room>,
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
        Ok(Self { documents, ends, starts, seed, room: None })
    }

    /// The same with segments instead of single sentences: to each pair the sentences in front of the first and behind the second are added
    /// while both have `tokens` together at most, by `length` of a sentence; in one of ten examples while they have fewer, as is drawn.
    /// What does not follow gets further sentences only while it is no longer than what would, so that lengths do not tell which it is.
    ///
    /// # Errors
    /// What `length` says.
    ///
    /// ```
    /// use bert_runtime::data::pretraining::SentencePairs;
    /// use bert_runtime::data::{Documents, Plain};
    ///
    /// let text = "It rains.\nTake a coat.\nWe go.\n\nCats sleep.\nThey dream.\nIt is warm.\n";
    /// let pairs = SentencePairs::new(Documents::parse("a.txt", text, &Plain::lines())?, 7)?;
    /// let pairs = pairs.segments(8, |sentence| Ok(sentence.split(' ').count()))?;
    /// let pair = (0..9).filter_map(|epoch| pairs.get(epoch, 1)).find(|pair| pair.is_next).ok_or("no such pair")?;
    /// assert_eq!((pair.first.as_ref(), pair.second.as_ref()), ("It rains. Take a coat.", "We go."));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn segments(self, tokens: usize, length: impl FnMut(&str) -> Result<usize>) -> Result<Self> {
        let room = Some(Room::new(&self.documents, tokens, length)?);
        Ok(Self { room, ..self })
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
        let (document, sentence) = self.place(index)?;
        let mut random = self.random(epoch, index);
        let is_next = random.random::<bool>();
        let other = if is_next { None } else { Some(self.elsewhere(document, &mut random)?) };
        let [first, next] = self.filled(Segment::of(document, sentence), Segment::of(document, sentence + 1), &mut random);
        let second = match (other, &self.room) {
            (None, _) => next,
            (Some(other), None) => other,
            (Some(other), Some(room)) => room.as_long_as(&next, other),
        };
        Some(SentencePair { first: first.text(&self.documents)?, second: second.text(&self.documents)?, is_next })
    }

    /// What is read of the pair of this number where no question is about two: the first sentence, or the segment around it.
    pub fn passage(&self, epoch: u64, index: usize) -> Option<Cow<'_, str>> {
        let (document, sentence) = self.place(index)?;
        let behind = Segment::empty(document, sentence + 1);
        let [first, behind] = self.filled(Segment::of(document, sentence), behind, &mut self.random(epoch, index));
        Segment { document, sentences: first.sentences.start..behind.sentences.end }.text(&self.documents)
    }

    /// The document that a pair begins in, and the sentence of it.
    fn place(&self, index: usize) -> Option<(usize, usize)> {
        let document = self.ends.partition_point(|end| *end <= index);
        let before = document.checked_sub(1).map_or(0, |before| self.ends[before]);
        (document < self.ends.len()).then(|| (document, index - before))
    }

    fn random(&self, epoch: u64, index: usize) -> impl Rng {
        keyed(self.seed, epoch, "data.sentence_pairs", index as u64)
    }

    fn filled(&self, mut first: Segment, mut second: Segment, random: &mut impl Rng) -> [Segment; 2] {
        if let Some(room) = &self.room {
            room.fill(&mut first, &mut second, room.draw(random));
        }
        [first, second]
    }

    /// Any sentence of any other document.
    fn elsewhere(&self, document: usize, random: &mut impl Rng) -> Option<Segment> {
        let (start, end, all) = (self.starts[document], self.starts[document + 1], *self.starts.last()?);
        let drawn = random.random_range(0..all - (end - start));
        let number = if drawn < start { drawn } else { drawn + (end - start) };
        let other = self.starts.partition_point(|start| *start <= number) - 1;
        Some(Segment::of(other, number - self.starts[other]))
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
