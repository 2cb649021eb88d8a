//! Answers that there are several of: one a word or token, one a choice.

use std::ops::{Deref, Range};

use serde::Serialize;

use crate::decode::rows::Asked;
use crate::decode::{Decoded, FromDecoded};
use crate::error::Result;
use crate::text::Encoding;

/// An answer at a word or token, and where that stands in the text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct At<P> {
    /// The token, with `[CLS]` as number 0; of a word its first token.
    pub token: usize,
    /// Which text of a pair it stands in, 0 or 1.
    pub sequence: usize,
    /// The word of that text, from 0; none for special tokens.
    pub word: Option<usize>,
    /// The text of the word or token, empty for special tokens.
    pub text: String,
    /// Its characters in that text.
    pub chars: Range<usize>,
    /// The answer.
    pub value: P,
}

impl<P> At<P> {
    /// The answer at this token, or at the word that it begins.
    pub(super) fn new(encoding: &Encoding, token: usize, asked: Asked, value: P) -> Self {
        let tokens = if asked == Asked::Words { encoding.word_pieces(token) } else { token..token + 1 };
        let excerpt = encoding.excerpt(tokens);
        let word = encoding.pieces().get(token).and_then(|piece| piece.word);
        Self { token, sequence: excerpt.sequence, word, text: excerpt.text, chars: excerpt.chars, value }
    }

    /// The same place with this answer.
    pub(crate) fn with<Q>(&self, value: Q) -> At<Q> {
        At { token: self.token, sequence: self.sequence, word: self.word, text: self.text.clone(), chars: self.chars.clone(), value }
    }

    /// The same place with another answer.
    pub(super) fn try_map<Q>(self, map: impl FnOnce(P) -> Result<Q>) -> Result<At<Q>> {
        Ok(At { token: self.token, sequence: self.sequence, word: self.word, text: self.text, chars: self.chars, value: map(self.value)? })
    }
}

/// One answer a word, by its first token, or one a token: the decode says which.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PerToken<P>(pub Vec<At<P>>);

impl<P> Deref for PerToken<P> {
    type Target = [At<P>];

    fn deref(&self) -> &[At<P>] {
        &self.0
    }
}

impl<P> IntoIterator for PerToken<P> {
    type Item = At<P>;
    type IntoIter = std::vec::IntoIter<At<P>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<P: FromDecoded> FromDecoded for PerToken<P> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Tokens(tokens) => tokens.into_iter().map(|at| at.try_map(P::from_decoded)).collect::<Result<_>>().map(Self),
            other => Err(other.is_not("an answer a token")),
        }
    }
}

/// One answer a choice, in the order of the choices.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PerChoice<P>(pub Vec<P>);

impl<P> Deref for PerChoice<P> {
    type Target = [P];

    fn deref(&self) -> &[P] {
        &self.0
    }
}

impl<P> IntoIterator for PerChoice<P> {
    type Item = P;
    type IntoIter = std::vec::IntoIter<P>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<P: FromDecoded> FromDecoded for PerChoice<P> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Choices(choices) => choices.into_iter().map(P::from_decoded).collect::<Result<_>>().map(Self),
            other => Err(other.is_not("an answer a choice")),
        }
    }
}
