//! One tokenized text: what every token is, and where in the text it came from.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::text::Position;

/// One token of an [`Encoding`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its number in the vocabulary.
    pub id: u32,
    /// Its token type: in a pair 0 for the first text and 1 for the second.
    pub type_id: u32,
    /// Which text it came from, 0 or 1; none for the special tokens around the texts.
    pub sequence: Option<usize>,
    /// Which word of that text it belongs to, from 0.
    pub word: Option<usize>,
    /// Its bytes in that text.
    pub bytes: Range<usize>,
    /// Its characters in that text.
    pub chars: Range<usize>,
    /// Whether it is one of the special tokens around the texts, such as `[CLS]`.
    pub special: bool,
}

/// That a text was longer than the encoder reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Truncation {
    /// How many tokens were read, the special ones included.
    pub kept: usize,
    /// How many tokens there would have been.
    pub total: usize,
}

/// One tokenized text or pair, with the way back from tokens to words and characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoding {
    pub(super) pieces: Vec<Piece>,
    pub(super) texts: Vec<Arc<str>>,
    pub(super) words: Vec<usize>,
    pub(super) truncation: Option<Truncation>,
}

#[cfg(test)]
impl Encoding {
    /// So many words of one token each, which is the mask token of [`vocabulary`](crate::testing::vocabulary), the first a special
    /// token or not.
    pub(crate) fn of_words(count: usize, first_is_special: bool) -> Self {
        let is_special = |word: usize| first_is_special && word == 0;
        let word = |word: usize| Piece {
            id: 4,
            type_id: 0,
            sequence: (!is_special(word)).then_some(0),
            word: (!is_special(word)).then_some(word),
            bytes: 2 * word..2 * word + 1,
            chars: 2 * word..2 * word + 1,
            special: is_special(word),
        };
        let text: Arc<str> = vec!["a"; count].join(" ").into();
        Self { pieces: (0..count).map(word).collect(), texts: vec![text], words: vec![count], truncation: None }
    }
}

impl Encoding {
    /// The tokens.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// How many tokens there are, the special ones included.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Whether there is no token at all, which no tokenizer of this crate gives.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The tokens' numbers in the vocabulary.
    pub fn ids(&self) -> Vec<u32> {
        self.pieces.iter().map(|piece| piece.id).collect()
    }

    /// The tokens' types.
    pub fn types(&self) -> Vec<u32> {
        self.pieces.iter().map(|piece| piece.type_id).collect()
    }

    /// How many texts there are: 1, or 2 in a pair.
    pub fn sequences(&self) -> usize {
        self.texts.len()
    }

    /// One of the texts, 0 or 1; words are joined by one space each.
    pub fn text(&self, sequence: usize) -> &str {
        self.texts.get(sequence).map_or("", |text| text)
    }

    /// How many words a text has, before any truncation.
    pub fn words(&self, sequence: usize) -> usize {
        self.words.get(sequence).copied().unwrap_or(0)
    }

    /// What was cut off, if the text was too long.
    pub fn truncation(&self) -> Option<Truncation> {
        self.truncation
    }

    /// The tokens that begin a word, in order.
    pub fn first_pieces(&self) -> impl Iterator<Item = usize> {
        (0..self.pieces.len()).filter(|&token| self.begins_word(token))
    }

    /// The same text with other tokens in some places.
    pub(crate) fn with_ids(&self, ids: &BTreeMap<usize, u32>) -> Self {
        let mut changed = self.clone();
        for (token, id) in ids {
            changed.pieces.get_mut(*token).into_iter().for_each(|piece| piece.id = *id);
        }
        changed
    }

    /// Some of the tokens, in rising order, of the same texts.
    pub(crate) fn part(&self, tokens: &[usize]) -> Self {
        let pieces = tokens.iter().filter_map(|&token| self.pieces.get(token).cloned()).collect();
        Self { pieces, texts: self.texts.clone(), words: self.words.clone(), truncation: None }
    }

    /// Whether a token is the first of a word.
    pub(crate) fn begins_word(&self, token: usize) -> bool {
        let word = |piece: &Piece| (piece.sequence, piece.word);
        let Some(piece) = self.pieces.get(token).filter(|piece| piece.word.is_some() && !piece.special) else { return false };
        token.checked_sub(1).and_then(|before| self.pieces.get(before)).is_none_or(|before| before.special || word(before) != word(piece))
    }

    /// All tokens of the word that this token belongs to; the token alone where it belongs to none.
    pub fn word_pieces(&self, token: usize) -> Range<usize> {
        let Some(piece) = self.pieces.get(token).filter(|piece| piece.word.is_some()) else { return token..token + 1 };
        let same = |other: &&Piece| !other.special && (other.sequence, other.word) == (piece.sequence, piece.word);
        let before = self.pieces[..token].iter().rev().take_while(same).count();
        let after = self.pieces[token..].iter().take_while(same).count();
        token - before..token + after.max(1)
    }

    /// The token that a position names.
    ///
    /// # Errors
    /// A position past the end of the text, or in a part of it that was cut off.
    pub fn token_at(&self, position: Position) -> Result<usize> {
        let found = match position {
            Position::Token(token) => Some(token).filter(|&token| token < self.len()),
            Position::Word(word) => self.find(|piece| piece.word == Some(word)),
            Position::Char(char) => self.find(|piece| piece.chars.contains(&char)),
        };
        found.ok_or_else(|| {
            let place = format!("the text has no token at {position:?}: it has {} tokens and {} words", self.len(), self.words(0));
            let cut = self.truncation.map_or(String::new(), |cut| format!(", and {} of its tokens were cut off", cut.total - cut.kept));
            Error::new(ErrorKind::Input, place + &cut)
        })
    }

    /// The first and the last token of a range of characters of a text; `None` where no token of it was kept.
    pub fn tokens_of(&self, sequence: usize, chars: Range<usize>) -> Option<Range<usize>> {
        let inside = |piece: &Piece| piece.sequence == Some(sequence) && piece.chars.start < chars.end && chars.start < piece.chars.end;
        let first = self.pieces.iter().position(inside)?;
        let last = self.pieces.iter().rposition(inside)?;
        Some(first..last + 1)
    }

    fn find(&self, holds: impl Fn(&Piece) -> bool) -> Option<usize> {
        self.pieces.iter().position(|piece| piece.sequence == Some(0) && holds(piece))
    }

    /// The characters of some tokens of one text, and what stands there.
    pub(crate) fn excerpt(&self, tokens: Range<usize>) -> Excerpt {
        let pieces = self.pieces.get(tokens).unwrap_or_default();
        let sequence = pieces.iter().find_map(|piece| piece.sequence).unwrap_or(0);
        let hull = |range: fn(&Piece) -> &Range<usize>| {
            let start = pieces.iter().map(|piece| range(piece).start).min().unwrap_or(0);
            start..pieces.iter().map(|piece| range(piece).end).max().unwrap_or(0)
        };
        let text = self.text(sequence).get(hull(|piece| &piece.bytes)).unwrap_or_default().to_owned();
        Excerpt { sequence, chars: hull(|piece| &piece.chars), text }
    }
}

/// A part of one of the texts.
pub(crate) struct Excerpt {
    /// Which text, 0 or 1.
    pub(crate) sequence: usize,
    /// Its characters there.
    pub(crate) chars: Range<usize>,
    /// What it says.
    pub(crate) text: String,
}
