//! Answers to questions: parts of a text.

use std::ops::{Deref, Range};

use serde::Serialize;

use crate::decode::{Decoded, FromDecoded};
use crate::error::Result;

/// A part of the text that answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What it says, as it stands there.
    pub text: String,
    /// The probability of its first token as start times that of its last token as end.
    pub score: f32,
    /// Which text of a pair it stands in, 0 or 1.
    pub sequence: usize,
    /// Its characters in that text.
    pub chars: Range<usize>,
    /// Its tokens in the sequence, with `[CLS]` as number 0.
    pub tokens: Range<usize>,
}

/// The likeliest answers, the best first; none where the context has no tokens.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Answers(pub Vec<Answer>);

impl Answers {
    /// The likeliest answer.
    pub fn best(&self) -> Option<&Answer> {
        self.0.first()
    }
}

impl Deref for Answers {
    type Target = [Answer];

    fn deref(&self) -> &[Answer] {
        &self.0
    }
}

impl FromDecoded for Answers {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Answers(answers) => Ok(Self(answers)),
            other => Err(other.is_not("answers")),
        }
    }
}
