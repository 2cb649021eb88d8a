//! The likeliest of the last axis.

use crate::decode::probability::{largest, softmax};
use crate::decode::rows::{Asked, HostRows, by_example, by_row, by_token, pair_start};
use crate::decode::{At, Decoded, Reading};
use crate::error::Result;
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::value::{Layout, Rows, Value};

/// Chooses from the last axis by softmax, with the probability of each:
///
/// - `[batch, N]`: a [`Decoded::Class`] an example; `[batch, choice, N]` one a choice;
/// - `[batch, token, N]`: one a word, at its first token;
/// - `[batch, token, token, N]`: one a pair of words, a [`Decoded::Pairs`] an example;
/// - `[batch, choice]` and `[batch, token]` without features: one of the choices, one of the tokens;
/// - `[batch, token, token]` without features: one of the tokens for each word.
///
/// # Errors
/// Outputs that are not of the texts in `reading`, and what candle says of reading them.
pub fn decode_argmax(x: &Value, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    if x.has_features() {
        return by_row(x, reading, Asked::Words, |logits, _| class(logits));
    }
    let (rows, layout) = (HostRows::fetch(x)?, x.layout());
    match x.rows() {
        Rows::Token => by_example(layout, |sequence| Ok(class(&rows.column(layout.rows(sequence))))),
        Rows::Pair => by_example(layout, |sequence| Ok(Decoded::Tokens(partners(&rows, layout, sequence, reading)?))),
        Rows::Sequence => {
            let choices = |example| layout.choices(example).unwrap_or(example..example + 1);
            Ok((0..layout.examples()).map(|example| class(&rows.column(choices(example)))).collect())
        }
    }
}

/// One of the sequence's tokens for each of its words.
fn partners(rows: &HostRows, layout: &Layout, sequence: usize, reading: &Reading<'_>) -> Result<Vec<At<Decoded>>> {
    let (start, length, own) = (pair_start(layout, sequence), layout.length(sequence), layout.rows(sequence).start);
    let first = |row: usize| start + (row - own) * length;
    by_token(layout, sequence, reading, Asked::Words, |row| class(&rows.column(first(row)..first(row) + length)))
}

/// The likeliest of some logits.
pub(super) fn class(logits: &[f32]) -> Decoded {
    let scores = softmax(logits);
    Decoded::Class { best: largest(logits), scores }
}

impl DecodeRoom for bert_dsl::decode::Argmax {
    fn make(&self, _outlet: Outlet) -> Reader {
        Box::new(|outputs, reading| decode_argmax(&outputs[0], reading))
    }
}
