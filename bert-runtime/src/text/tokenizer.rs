//! The tokenizer that a checkpoint came with.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use tokenizers::processors::bert::BertProcessing;
use tokenizers::{Encoding as LibraryEncoding, InputSequence, PostProcessor};

use crate::error::{Error, ErrorKind, Result};
use crate::text::encoding::{Encoding, Piece};
use crate::text::files::find;
use crate::text::input::{Segment, Text};
use crate::text::special::{Settings, SpecialTokens};

/// The longest text that is read, in bytes. Longer ones are an error, since nearly all of such a text would be cut off.
const LONGEST_TEXT: usize = 16 << 20;

/// A tokenizer in Hugging Face's format: `tokenizer.json`, or a `vocab.txt` with `tokenizer_config.json`.
#[derive(Debug)]
pub struct Tokenizer {
    library: tokenizers::Tokenizer,
    special: SpecialTokens,
    notes: Vec<String>,
    max_length: Option<usize>,
}

impl Tokenizer {
    /// Opens the tokenizer of a folder.
    ///
    /// # Errors
    /// A folder without `tokenizer.json` and `vocab.txt`, files that are malformed, and a vocabulary without the special
    /// tokens `[CLS]`, `[SEP]`, `[PAD]` and `[UNK]` (or what `tokenizer_config.json` calls them).
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        Self::find(folder)?.ok_or_else(|| missing(folder))
    }

    /// Opens the tokenizer of a folder, if it has one.
    ///
    /// # Errors
    /// As [`Tokenizer::open`], but for a folder that has none.
    pub fn find(folder: &Path) -> Result<Option<Self>> {
        let settings = Settings::open(folder)?;
        let Some(mut found) = find(folder, &settings)? else { return Ok(None) };
        let special = special_tokens(&found.library, &settings, folder)?;
        if found.library.get_post_processor().is_none() {
            let [cls, sep] = ["cls", "sep"].map(|role| settings.token(role));
            found.notes.push(format!("the tokenizer adds no special tokens: {cls} and {sep} are put around texts, as BERT reads them"));
            found.library.with_post_processor(Some(BertProcessing::new((sep, special.sep), (cls, special.cls))));
        }
        Ok(Some(Self { library: found.library, special, notes: found.notes, max_length: settings.max_length() }))
    }

    /// What was found in its files and is done in another way here.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The numbers of the special tokens.
    pub fn special(&self) -> SpecialTokens {
        self.special
    }

    /// The longest sequence that its files speak of, in tokens.
    pub fn max_length(&self) -> Option<usize> {
        self.max_length
    }

    /// How many token numbers there are: the highest one and one.
    pub fn vocab_size(&self) -> usize {
        self.library.get_vocab(true).values().max().map_or(0, |&id| id as usize + 1)
    }

    /// The token of this number, as it stands in the vocabulary.
    pub fn token(&self, id: u32) -> Option<String> {
        self.library.id_to_token(id)
    }

    /// The number of a token, as it stands in the vocabulary.
    pub fn id(&self, token: &str) -> Option<u32> {
        self.library.token_to_id(token)
    }

    /// How many special tokens go around a text, or a pair.
    pub fn special_count(&self, pair: bool) -> usize {
        self.library.get_post_processor().map_or(0, |processor| processor.added_tokens(pair))
    }

    /// Notes or refuses what does not fit an encoder with this many word embeddings.
    pub(crate) fn fit(&mut self, embeddings: usize) -> Result<()> {
        let tokens = self.vocab_size();
        if tokens > embeddings {
            let what =
                format!("the tokenizer has {tokens} tokens and the encoder embeddings for {embeddings}: they do not belong together");
            return Err(Error::new(ErrorKind::Tokenizer, what));
        }
        if tokens < embeddings {
            self.notes.push(format!("the encoder has {embeddings} word embeddings, of which the tokenizer uses the first {tokens}"));
        }
        let probe = self.encode(&Text::pair("", ""), usize::MAX)?;
        match probe.ids().into_iter().find(|&id| id as usize >= embeddings) {
            Some(id) => Err(Error::new(
                ErrorKind::Tokenizer,
                format!("the tokenizer puts token {id} around texts, and the encoder knows {embeddings}"),
            )),
            None => Ok(()),
        }
    }

    /// The tokens of a text, `max_length` at most with the special ones; of a pair the longer text gives way first.
    ///
    /// # Errors
    /// A `max_length` that leaves no room for a token of each text, a text of more than 16 MiB, and what the library says.
    pub fn encode(&self, text: &Text, max_length: usize) -> Result<Encoding> {
        self.check_room(text, max_length)?;
        Ok(self.encode_whole(text)?.truncated(max_length))
    }

    /// All tokens of a text.
    ///
    /// # Errors
    /// A text of more than 16 MiB, and what the library says.
    pub(crate) fn encode_whole(&self, text: &Text) -> Result<Encoding> {
        self.finish(text.segments().map(|segment| self.cut(segment)).collect::<Result<_>>()?)
    }

    /// # Errors
    /// A length that has no room for a token of each text.
    pub(crate) fn check_room(&self, text: &Text, max_length: usize) -> Result<()> {
        let least = self.special_count(text.second().is_some()) + text.segments().count();
        if max_length >= least {
            return Ok(());
        }
        let special = least - text.segments().count();
        let what =
            format!("a maximum length of {max_length} leaves no room for a text: {special} tokens are special. Give {least} at least");
        Err(Error::new(ErrorKind::Input, what))
    }

    /// The tokens of one text, without the special ones.
    fn cut(&self, segment: &Segment) -> Result<Cut> {
        let text = segment.joined();
        if text.len() > LONGEST_TEXT {
            let what =
                format!("a text of {} bytes is longer than the {} MiB that are read: cut it into passages", text.len(), LONGEST_TEXT >> 20);
            return Err(Error::new(ErrorKind::Input, what));
        }
        let input = match segment {
            Segment::Plain(text) => InputSequence::from(text.as_str()),
            Segment::Words(words) => InputSequence::from(words.iter().map(String::as_str).collect::<Vec<_>>()),
        };
        let tokens = self.library.encode(input, false).map_err(refused)?;
        let (starts, words) = match segment {
            Segment::Plain(_) => (None, tokens.get_word_ids().iter().flatten().max().map_or(0, |&word| word as usize + 1)),
            Segment::Words(words) => (Some(word_starts(words)), words.len()),
        };
        Ok(Cut { text: text.into(), tokens, starts, words })
    }

    /// Puts the special tokens around the texts.
    fn finish(&self, parts: Vec<Cut>) -> Result<Encoding> {
        let mut tokens = parts.iter().map(|part| unplaced(&part.tokens));
        let first = tokens.next().unwrap_or_default();
        let whole = self.library.post_process(first, tokens.next(), true).map_err(refused)?;
        let pieces = pieces(&whole, &parts);
        let words = parts.iter().map(|part| part.words).collect();
        Ok(Encoding { pieces, texts: parts.into_iter().map(|part| part.text).collect(), words, truncation: None })
    }
}

/// One text cut into tokens.
struct Cut {
    text: Arc<str>,
    tokens: LibraryEncoding,
    /// Where each word begins in the text, if the text was given as words: the library counts in each word from 0.
    starts: Option<Vec<usize>>,
    words: usize,
}

/// The same tokens without the note that they are a first text, which would hide the real first text of a pair.
fn unplaced(tokens: &LibraryEncoding) -> LibraryEncoding {
    LibraryEncoding::new(
        tokens.get_ids().to_vec(),
        tokens.get_type_ids().to_vec(),
        tokens.get_tokens().to_vec(),
        tokens.get_word_ids().to_vec(),
        tokens.get_offsets().to_vec(),
        tokens.get_special_tokens_mask().to_vec(),
        tokens.get_attention_mask().to_vec(),
        Vec::new(),
        Default::default(),
    )
}

fn word_starts(words: &[String]) -> Vec<usize> {
    let next = |start: &mut usize, word: &String| {
        let here = *start;
        *start += word.len() + 1;
        Some(here)
    };
    words.iter().scan(0, next).collect()
}

fn pieces(whole: &LibraryEncoding, parts: &[Cut]) -> Vec<Piece> {
    let tables: Vec<CharTable> = parts.iter().map(|part| CharTable::new(&part.text)).collect();
    let sequences = whole.get_sequence_ids();
    let piece = |token: usize| {
        let special = whole.get_special_tokens_mask()[token] == 1;
        let sequence = sequences[token].filter(|&sequence| !special && sequence < parts.len());
        let word = whole.get_word_ids()[token].map(|word| word as usize).filter(|_| sequence.is_some());
        let (bytes, chars) = sequence.map_or((0..0, 0..0), |sequence| {
            let start = parts[sequence].starts.as_ref().zip(word).and_then(|(starts, word)| starts.get(word).copied()).unwrap_or(0);
            let (from, to) = whole.get_offsets()[token];
            tables[sequence].ranges(start + from, start + to)
        });
        Piece { id: whole.get_ids()[token], type_id: whole.get_type_ids()[token], sequence, word, bytes, chars, special }
    };
    (0..whole.len()).map(piece).collect()
}

/// From bytes to characters of a text.
struct CharTable {
    /// Where each character begins; none where every character is one byte.
    starts: Option<Vec<usize>>,
    length: usize,
}

impl CharTable {
    fn new(text: &str) -> Self {
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(start, _)| start).collect());
        Self { starts, length: text.len() }
    }

    /// The bytes from `from` to `to`, widened to whole characters, and these characters.
    fn ranges(&self, from: usize, to: usize) -> (Range<usize>, Range<usize>) {
        let (from, to) = (from.min(self.length), to.min(self.length));
        let Some(starts) = &self.starts else { return (from..to, from..to) };
        let first = starts.partition_point(|&start| start <= from).saturating_sub(1);
        let last = starts.partition_point(|&start| start < to).max(first);
        let byte = |char: usize| starts.get(char).copied().unwrap_or(self.length);
        (byte(first)..byte(last), first..last)
    }
}

fn special_tokens(library: &tokenizers::Tokenizer, settings: &Settings, folder: &Path) -> Result<SpecialTokens> {
    let id = |role: &str| {
        let name = settings.token(role);
        library.token_to_id(&name).ok_or_else(|| {
            let what = format!("the tokenizer in {} has no `{name}`, its {role} token: is it the tokenizer of a BERT?", folder.display());
            Error::new(ErrorKind::Tokenizer, what)
        })
    };
    Ok(SpecialTokens { cls: id("cls")?, sep: id("sep")?, pad: id("pad")?, unk: id("unk")?, mask: id("mask").ok() })
}

fn missing(folder: &Path) -> Error {
    let what = format!("{} has neither tokenizer.json nor vocab.txt: texts cannot be read without one of them", folder.display());
    Error::new(ErrorKind::Tokenizer, what)
}

fn refused(error: tokenizers::Error) -> Error {
    Error::new(ErrorKind::Tokenizer, format!("the text cannot be tokenized: {error}")).caused_by(error)
}
