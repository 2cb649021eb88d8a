//! Vocabularies that are learned from texts.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::repeat_n;

use rayon::iter::{ParallelBridge, ParallelIterator};
use tokenizers::models::wordpiece::{WordPiece, WordPieceTrainer};
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{
    AddedToken, Model, NormalizedString, Normalizer, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer, Trainer,
};

use crate::error::{Error, ErrorKind, Result};

/// The tokens of a BERT, by their numbers: the special ones first.
///
/// ```
/// use bert_runtime::text::Vocabulary;
///
/// let vocabulary = Vocabulary::learn(["the cat sat", "the cats sit"], 40)?;
/// assert_eq!(&vocabulary.tokens()[..5], ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]);
/// assert!(vocabulary.tokens().iter().any(|token| token == "the"));
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary(Vec<String>);

/// The special tokens, in the order of their numbers.
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/// How many characters are learned at most.
const ALPHABET: usize = 1000;

impl Vocabulary {
    /// Learns the pieces of words that are most useful for texts, in lower case, as WordPiece (Schuster and Nakajima 2012) by the
    /// tokenizers library. Words with characters beyond the thousand most frequent are left out. The same texts give the same vocabulary.
    ///
    /// # Errors
    /// A size that leaves no room beside the special tokens, and texts without a word.
    pub fn learn<T: AsRef<str> + Send>(texts: impl IntoIterator<Item = T, IntoIter: Send>, size: usize) -> Result<Self> {
        if size <= SPECIAL.len() {
            return Err(Error::new(
                ErrorKind::Tokenizer,
                format!("a vocabulary of {size} tokens has room for the special ones at most: give more"),
            ));
        }
        let failed = |error: tokenizers::Error| Error::new(ErrorKind::Tokenizer, format!("the vocabulary cannot be learned: {error}"));
        let counts = known(count(texts.into_iter()).map_err(failed)?);
        let special = SPECIAL.map(str::to_owned).into_iter().chain(continuing(&counts));
        let special = special.map(|token| AddedToken::from(token, true)).collect();
        let builder = WordPieceTrainer::builder().vocab_size(size).min_frequency(2);
        let mut trainer = builder.special_tokens(special).show_progress(false).build();
        let all = counts.iter().flat_map(|(word, count)| repeat_n(word.as_str(), *count));
        trainer.feed(all, |word| Ok(vec![word.to_owned()])).map_err(failed)?;
        let mut model = WordPiece::default();
        trainer.train(&mut model).map_err(failed)?;
        let mut tokens: Vec<(u32, String)> = model.get_vocab().into_iter().map(|(token, id)| (id, token)).collect();
        tokens.sort_unstable();
        if tokens.len() <= SPECIAL.len() {
            return Err(Error::new(ErrorKind::Tokenizer, "the texts have no word: a vocabulary cannot be learned of them"));
        }
        Ok(Self(tokens.into_iter().map(|(_, token)| token).collect()))
    }

    /// The tokens, by their numbers.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// The lines of a `vocab.txt`.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|token| format!("{token}\n")).collect()
    }
}

/// How often each word is in the texts.
fn count<T: AsRef<str> + Send>(texts: impl Iterator<Item = T> + Send) -> tokenizers::Result<BTreeMap<String, usize>> {
    let add = |mut counts: BTreeMap<String, usize>, words: Vec<String>| {
        words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        counts
    };
    let join = |mut counts: BTreeMap<String, usize>, others: BTreeMap<String, usize>| {
        others.into_iter().for_each(|(word, count)| *counts.entry(word).or_default() += count);
        Ok(counts)
    };
    let parted = texts.par_bridge().map(|text| words(text.as_ref()));
    parted.try_fold(BTreeMap::new, |counts, words| Ok(add(counts, words?))).try_reduce(BTreeMap::new, join)
}

/// The words of the most frequent characters alone.
fn known(mut counts: BTreeMap<String, usize>) -> BTreeMap<String, usize> {
    let mut letters: BTreeMap<char, usize> = BTreeMap::new();
    for (word, count) in &counts {
        word.chars().for_each(|letter| *letters.entry(letter).or_default() += count);
    }
    let mut letters: Vec<(char, usize)> = letters.into_iter().collect();
    letters.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let rare: BTreeSet<char> = letters.into_iter().skip(ALPHABET).map(|(letter, _)| letter).collect();
    counts.retain(|word, _| !word.contains(|letter| rare.contains(&letter)));
    counts
}

/// The characters inside of words as tokens, in their order: the library would number them as its hash map has the words.
fn continuing(counts: &BTreeMap<String, usize>) -> impl Iterator<Item = String> {
    let letters: BTreeSet<char> = counts.keys().flat_map(|word| word.chars().skip(1)).collect();
    letters.into_iter().map(|letter| format!("##{letter}"))
}

/// The words of a text as BERT's tokenizer parts them.
fn words(text: &str) -> tokenizers::Result<Vec<String>> {
    let mut normalized = NormalizedString::from(text);
    BertNormalizer::default().normalize(&mut normalized)?;
    let mut parted = PreTokenizedString::from(normalized);
    BertPreTokenizer.pre_tokenize(&mut parted)?;
    Ok(parted.get_splits(OffsetReferential::Original, OffsetType::Byte).into_iter().map(|(word, ..)| word.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_texts_give_the_same_vocabulary() -> Result<()> {
        let texts: Vec<String> = (0..400u32).map(|number| ('a'..='z').cycle().skip(number as usize * 7).take(9).collect()).collect();
        let learned = Vocabulary::learn(&texts, 90)?;
        let mut backwards = texts.clone();
        backwards.reverse();
        assert_eq!((Vocabulary::learn(&texts, 90)?, Vocabulary::learn(&backwards, 90)?), (learned.clone(), learned.clone()));
        assert_eq!((learned.tokens().len(), &learned.tokens()[5..7]), (90, &["##a".to_owned(), "##b".to_owned()][..]));
        Ok(())
    }

    #[test]
    fn a_word_of_a_rare_character_is_left_out() -> Result<()> {
        let letters: String = ('\u{4e00}'..).take(1000).flat_map(|letter| [letter, letter]).collect();
        let learned = Vocabulary::learn([letters.as_str(), "\u{431}"], 2000)?;
        let has = |letter: &str| learned.tokens().iter().any(|token| token == letter);
        assert!(has("\u{4e00}") && !has("\u{431}"));
        Ok(())
    }
}
