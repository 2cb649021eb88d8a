//! Words that are hidden for a model to find.

use std::collections::BTreeMap;
use std::ops::Range;

use rand::Rng;
use rand::seq::SliceRandom;

use crate::context::keyed;
use crate::error::{Error, ErrorKind, Result};
use crate::targets::TokenTargets;
use crate::text::{Encoding, Tokenizer};

/// A text with hidden words, and what stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text as the encoder reads it.
    pub encoding: Encoding,
    /// The token that stood at each hidden place, and none elsewhere.
    pub targets: TokenTargets,
}

/// Hides whole words as BERT's pretraining does: 15 of 100 tokens, of which 8 in 10 become `[MASK]`, 1 in 10 any other token, and 1 in 10 stay as
/// they are. Special tokens are never hidden, and of a text one word at least is.
///
/// ```
/// # fn main() -> bert_runtime::Result<()> {
/// # let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tiny-bert");
/// use bert_runtime::data::pretraining::Masking;
/// use bert_runtime::text::{Text, Tokenizer};
///
/// let tokenizer = Tokenizer::open(folder)?;
/// let masking = Masking::new(&tokenizer, 7)?;
/// let text = tokenizer.encode(&Text::from("A man is eating food."), 32)?;
/// let masked = masking.mask(&text, 0, 0);
/// assert_eq!(masked, masking.mask(&text, 0, 0));
/// assert!(masked.targets.0.iter().any(Option::is_some));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Masking {
    seed: u64,
    share: f64,
    whole_words: bool,
    mask: u32,
    special: Vec<u32>,
    vocabulary: u32,
}

/// Of a hidden token: how many times in 10 it becomes the mask, and how many the mask or another token.
const MASKED: u32 = 8;
const CHANGED: u32 = 9;

impl Masking {
    /// Masks with the tokens of a tokenizer.
    ///
    /// # Errors
    /// A tokenizer without a mask token.
    pub fn new(tokenizer: &Tokenizer, seed: u64) -> Result<Self> {
        let known = tokenizer.special();
        let mask =
            known.mask.ok_or_else(|| Error::new(ErrorKind::Tokenizer, "the tokenizer has no mask token, so that no word can be hidden"))?;
        let special = vec![known.cls, known.sep, known.pad, known.unk, mask];
        let vocabulary = u32::try_from(tokenizer.vocab_size()).unwrap_or(u32::MAX);
        Ok(Self { seed, share: 0.15, whole_words: true, mask, special, vocabulary })
    }

    /// The same with another share of the tokens.
    ///
    /// # Errors
    /// A share that is not above 0 and 1 at most.
    pub fn share(self, share: f64) -> Result<Self> {
        if share > 0.0 && share <= 1.0 {
            return Ok(Self { share, ..self });
        }
        Err(Error::new(
            ErrorKind::Input,
            format!("a share of {share} of the tokens cannot be hidden: give one above 0 and 1 at most, such as 0.15"),
        ))
    }

    /// The same with pieces of words hidden each by itself, or whole words, as it is unless said otherwise.
    #[must_use]
    pub fn whole_words(self, whole_words: bool) -> Self {
        Self { whole_words, ..self }
    }

    /// A text with hidden words. What is hidden depends on the seed, the epoch and the example's number alone.
    pub fn mask(&self, text: &Encoding, epoch: u64, example: u64) -> Masked {
        let mut random = keyed(self.seed, epoch, "data.masking", example);
        let mut targets = vec![None; text.len()];
        let mut changes = BTreeMap::new();
        for token in self.hidden(text, &mut random) {
            targets[token] = text.pieces().get(token).map(|piece| piece.id);
            changes.extend(self.instead(&mut random).map(|id| (token, id)));
        }
        Masked { encoding: text.with_ids(&changes), targets: TokenTargets(targets) }
    }

    /// The tokens to hide, in rising order.
    fn hidden(&self, text: &Encoding, random: &mut impl Rng) -> Vec<usize> {
        let mut words = self.words(text);
        let tokens: usize = words.iter().map(Range::len).sum();
        let mut left = ((tokens as f64 * self.share).round() as usize).max(1);
        words.shuffle(random);
        let mut hidden = Vec::new();
        for word in words {
            if word.len() <= left || hidden.is_empty() {
                left = left.saturating_sub(word.len());
                hidden.extend(word);
            }
        }
        hidden.sort_unstable();
        hidden
    }

    /// The words of a text, or their pieces, without special tokens.
    fn words(&self, text: &Encoding) -> Vec<Range<usize>> {
        let mut words: Vec<Range<usize>> = Vec::new();
        for (token, piece) in text.pieces().iter().enumerate() {
            if piece.special || piece.sequence.is_none() || self.special.contains(&piece.id) {
                continue;
            }
            let before = |word: &&mut Range<usize>| word.end == token && same_word(text, token);
            match words.last_mut().filter(|_| self.whole_words).filter(before) {
                Some(word) => word.end = token + 1,
                None => words.push(token..token + 1),
            }
        }
        words
    }

    /// What stands at a hidden token instead; `None` where it stays.
    fn instead(&self, random: &mut impl Rng) -> Option<u32> {
        match random.random_range(0..10u32) {
            chance if chance < MASKED => Some(self.mask),
            chance if chance < CHANGED => self.any_token(random),
            _ => None,
        }
    }

    /// Any token that is not special.
    fn any_token(&self, random: &mut impl Rng) -> Option<u32> {
        let mut special: Vec<u32> = self.special.iter().copied().filter(|id| *id < self.vocabulary).collect();
        special.sort_unstable();
        special.dedup();
        let count = self.vocabulary.checked_sub(special.len() as u32).filter(|count| *count > 0)?;
        let drawn = random.random_range(0..count);
        Some(special.iter().fold(drawn, |id, special| if *special <= id { id + 1 } else { id }))
    }
}

/// Whether a token belongs to the word of the one before it.
fn same_word(text: &Encoding, token: usize) -> bool {
    let word = |token: usize| text.pieces().get(token).and_then(|piece| Some((piece.sequence?, piece.word?)));
    token.checked_sub(1).is_some_and(|before| word(token).is_some() && word(before) == word(token))
}
