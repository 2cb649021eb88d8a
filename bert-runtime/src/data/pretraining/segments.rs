//! Sentences in a row that are read as one text.

use std::borrow::Cow;
use std::ops::Range;

use rand::Rng;

use crate::data::{Document, Documents};
use crate::error::Result;

/// Sentences of one document in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub document: usize,
    pub sentences: Range<usize>,
}

impl Segment {
    /// One sentence.
    pub fn of(document: usize, sentence: usize) -> Self {
        Self { document, sentences: sentence..sentence + 1 }
    }

    /// No sentence, in front of this one.
    pub fn empty(document: usize, sentence: usize) -> Self {
        Self { document, sentences: sentence..sentence }
    }

    /// Its sentences with spaces between them. `None` where the documents have no such sentences.
    pub fn text<'d>(&self, documents: &'d Documents) -> Option<Cow<'d, str>> {
        match documents.get(self.document)?.sentences.get(self.sentences.clone())? {
            [one] => Some(Cow::Borrowed(one)),
            several => Some(Cow::Owned(several.join(" "))),
        }
    }
}

/// How many tokens two segments may have together, and how many each sentence has.
#[derive(Debug, Clone)]
pub struct Room {
    tokens: usize,
    lengths: Vec<Vec<usize>>,
}

/// The share of examples that are shorter than they could be, as in BERT's own pretraining (`short_seq_prob` of its `create_pretraining_data.py`):
/// a model is used on short texts too.
const SHORT: f64 = 0.1;

impl Room {
    pub fn new(documents: &Documents, tokens: usize, mut length: impl FnMut(&str) -> Result<usize>) -> Result<Self> {
        let mut of_document = |document: &Document| document.sentences.iter().map(|sentence| length(sentence)).collect();
        Ok(Self { tokens, lengths: documents.iter().map(&mut of_document).collect::<Result<_>>()? })
    }

    /// As many tokens as there is room for, or now and then fewer.
    pub fn draw(&self, random: &mut impl Rng) -> usize {
        let is_short = random.random_bool(SHORT);
        if is_short { random.random_range(0..=self.tokens) } else { self.tokens }
    }

    /// Sentences are added in front of the first segment and behind the second, to the shorter one where both have more, while all fits.
    pub fn fill(&self, first: &mut Segment, second: &mut Segment, tokens: usize) {
        loop {
            let lengths = [self.length(first), self.length(second)];
            let left = tokens.saturating_sub(lengths.iter().sum());
            let fits = |document: usize, sentence: usize| self.lengths[document].get(sentence).is_some_and(|length| *length <= left);
            let before = first.sentences.start.checked_sub(1).filter(|sentence| fits(first.document, *sentence));
            let has_after = fits(second.document, second.sentences.end);
            match before {
                Some(sentence) if !has_after || lengths[0] <= lengths[1] => first.sentences.start = sentence,
                _ if has_after => second.sentences.end += 1,
                _ => return,
            }
        }
    }

    /// A segment with sentences behind it while it has no more tokens than the other one.
    pub fn as_long_as(&self, other: &Segment, segment: Segment) -> Segment {
        let Segment { document, sentences } = &segment;
        let mut left = self.length(other).saturating_sub(self.length(&segment));
        let fits = |length: &&usize| left.checked_sub(**length).map(|rest| left = rest).is_some();
        let added = self.lengths[*document][sentences.end..].iter().take_while(fits).count();
        Segment { document: *document, sentences: sentences.start..sentences.end + added }
    }

    fn length(&self, segment: &Segment) -> usize {
        self.lengths[segment.document][segment.sentences.clone()].iter().sum()
    }
}
