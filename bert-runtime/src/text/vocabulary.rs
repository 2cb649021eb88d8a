//! Vocabularies that are learned from texts.

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

impl Vocabulary {
    /// Learns the pieces of words that are most useful for texts, in lower case, as WordPiece (Schuster and Nakajima 2012) by the
    /// tokenizers library. Characters beyond the thousand most frequent are left out.
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
        let special = SPECIAL.map(|token| AddedToken::from(token, true)).to_vec();
        let builder = WordPieceTrainer::builder().vocab_size(size).min_frequency(2).limit_alphabet(1000);
        let mut trainer = builder.special_tokens(special).show_progress(false).build();
        trainer.feed(texts.into_iter(), words).map_err(failed)?;
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

/// The words of a text as BERT's tokenizer parts them.
fn words(text: &str) -> tokenizers::Result<Vec<String>> {
    let mut normalized = NormalizedString::from(text);
    BertNormalizer::default().normalize(&mut normalized)?;
    let mut parted = PreTokenizedString::from(normalized);
    BertPreTokenizer.pre_tokenize(&mut parted)?;
    Ok(parted.get_splits(OffsetReferential::Original, OffsetType::Byte).into_iter().map(|(word, ..)| word.to_owned()).collect())
}
