//! The parts of a text that answer a question.

use crate::decode::decode_possible_span;
use crate::decode::probability::{largest_of, softmax};
use crate::decode::rows::{HostRows, by_example};
use crate::decode::{Answer, Decoded, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::text::Encoding;
use crate::value::{Layout, Rows, Value};

/// Finds the `best` likeliest spans of `max_len` tokens at most: a [`Decoded::Answers`] an example or choice.
///
/// Start and end logits, `[batch, token]` each, are softmaxed over the tokens of the context alone, which is the second
/// text of a pair, or the only text. The score of a span is the product of the probabilities of its start and its end, and
/// no span ends before it starts. Among equal scores the earlier span comes first.
///
/// # Errors
/// Outputs that are not `[batch, token]` of the texts in `reading`, and what candle says of reading them.
pub fn decode_span(start: &Value, end: &Value, max_len: usize, best: usize, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    check(start, end)?;
    let (starts, ends, layout) = (HostRows::fetch(start)?, HostRows::fetch(end)?, start.layout());
    by_example(layout, |sequence| {
        let encoding = reading.encoding(sequence)?;
        let (rows, tokens) = context(layout, sequence, encoding);
        let spans = best_spans(&softmax(&logits(&starts, &rows)), &softmax(&logits(&ends, &rows)), max_len, best);
        Ok(Decoded::Answers(spans.into_iter().map(|span| answer(layout, encoding, &tokens, span)).collect()))
    })
}

/// # Errors
/// Outputs that are not one number a token, of the same tokens.
pub(super) fn check(start: &Value, end: &Value) -> Result<()> {
    if [start, end].iter().any(|value| value.rows() != Rows::Token || value.has_features()) || start.layout() != end.layout() {
        return Err(Error::new(ErrorKind::Input, "`span` reads two outputs with a token axis and no feature axis, of the same tokens"));
    }
    Ok(())
}

/// The logits at some rows.
pub(super) fn logits(values: &HostRows, rows: &[usize]) -> Vec<f32> {
    rows.iter().flat_map(|&row| values.row(row).first().copied()).collect()
}

/// The answer of a span of the context's tokens.
pub(super) fn answer(layout: &Layout, encoding: &Encoding, tokens: &[usize], (from, to, score): (usize, usize, f32)) -> Answer {
    let last = if layout.has_words() { encoding.word_pieces(tokens[to]).end } else { tokens[to] + 1 };
    let tokens = tokens[from]..last;
    let excerpt = encoding.excerpt(tokens.clone());
    Answer { text: excerpt.text, score, sequence: excerpt.sequence, chars: excerpt.chars, tokens }
}

/// The rows and the tokens of the context.
pub(super) fn context(layout: &Layout, sequence: usize, encoding: &Encoding) -> (Vec<usize>, Vec<usize>) {
    let context = encoding.sequences().checked_sub(1);
    let in_context = |token: usize| encoding.pieces().get(token).is_some_and(|piece| !piece.special && piece.sequence == context);
    let all = layout.rows(sequence).zip(layout.tokens(sequence)).map(|(row, token)| (row, token as usize));
    all.filter(|(_, token)| in_context(*token)).unzip()
}

/// The likeliest spans: first and last position, both inclusive, and the score.
pub(super) fn best_spans(starts: &[f32], ends: &[f32], max_len: usize, best: usize) -> Vec<(usize, usize, f32)> {
    let lasts = |from: usize| from..from.saturating_add(max_len).min(ends.len());
    let spans: Vec<_> = (0..starts.len())
        .flat_map(|from| lasts(from).map(move |to| (from, to)))
        .map(|(from, to)| (from, to, starts[from] * ends[to]))
        .collect();
    let scores: Vec<f32> = spans.iter().map(|span| span.2).collect();
    largest_of(&scores, best).into_iter().map(|span| spans[span]).collect()
}

impl DecodeRoom for bert_dsl::decode::Span {
    fn make(&self, _outlet: Outlet) -> Reader {
        let (max_len, best) = (self.max_len, self.best);
        match self.no_answer {
            false => Box::new(move |outputs, reading| decode_span(&outputs[0], &outputs[1], max_len, best, reading)),
            true => Box::new(move |outputs, reading| decode_possible_span(&outputs[0], &outputs[1], max_len, best, reading)),
        }
    }
}
