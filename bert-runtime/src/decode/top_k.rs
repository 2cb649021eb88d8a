//! What may stand at the mask tokens.

use std::ops::Range;

use serde::Serialize;

use crate::decode::probability::{largest_of, softmax};
use crate::decode::rows::{HostRows, by_example};
use crate::decode::{Decoded, FromDecoded, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::text::Encoding;
use crate::value::{Rows, Value};

/// A token that may stand at a mask.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Its number in the vocabulary.
    pub id: u32,
    /// How it stands in the vocabulary: `##ing` continues a word.
    pub token: String,
    /// Its probability among all tokens of the vocabulary.
    pub score: f32,
}

/// A mask token of a text and what may stand there, the likeliest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MaskedToken {
    /// The token's number in the sequence, with `[CLS]` as number 0.
    pub position: usize,
    /// Which text of a pair it stands in, 0 or 1.
    pub sequence: usize,
    /// Its characters in that text.
    pub chars: Range<usize>,
    /// What may stand there.
    pub candidates: Vec<Candidate>,
}

/// Fills in mask tokens: for each of them the `k` likeliest tokens by the softmax over the vocabulary, a
/// [`Decoded::Masked`] an example or choice. A text without a mask token has none.
///
/// `x` is `[batch, token, vocab]`, of all tokens or of the mask tokens alone.
///
/// # Errors
/// An output without a token axis, one that is not of the texts in `reading`, and what candle says of reading it.
pub fn decode_top_k(x: &Value, k: usize, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    if x.rows() != Rows::Token || !x.has_features() {
        return Err(Error::new(ErrorKind::Input, "`top_k` fills in mask tokens: it reads an output with a token and a vocabulary axis"));
    }
    let (rows, layout) = (HostRows::fetch(x)?, x.layout());
    by_example(layout, |sequence| {
        let encoding = reading.encoding(sequence)?;
        let tokens = layout.rows(sequence).zip(layout.tokens(sequence)).map(|(row, token)| (row, token as usize));
        let masked = tokens.filter(|(_, token)| reading.is_mask(encoding, *token));
        Ok(Decoded::Masked(masked.map(|(row, token)| fill(encoding, token, rows.row(row), k, reading)).collect()))
    })
}

fn fill(encoding: &Encoding, position: usize, logits: &[f32], k: usize, reading: &Reading<'_>) -> MaskedToken {
    let scores = softmax(logits);
    let candidate = |id: usize| Candidate { id: id as u32, token: reading.token(id as u32), score: scores[id] };
    let excerpt = encoding.excerpt(position..position + 1);
    let candidates = largest_of(&scores, k).into_iter().map(candidate).collect();
    MaskedToken { position, sequence: excerpt.sequence, chars: excerpt.chars, candidates }
}

impl FromDecoded for Vec<MaskedToken> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Masked(masked) => Ok(masked),
            other => Err(other.is_not("candidates at mask tokens")),
        }
    }
}

impl DecodeRoom for bert_dsl::decode::TopK {
    fn make(&self, _outlet: Outlet) -> Reader {
        let count = self.count;
        Box::new(move |outputs, reading| decode_top_k(&outputs[0], count, reading))
    }
}
