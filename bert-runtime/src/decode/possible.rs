//! Answers of texts that may not have one.

use serde::Serialize;

use crate::decode::probability::softmax;
use crate::decode::rows::{HostRows, by_example};
use crate::decode::span::{answer, best_spans, check, context, logits};
use crate::decode::{Answer, Answers, Decoded, FromDecoded, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Layout, Value};

/// As [`decode_span`](crate::decode::decode_span) for models that point at `[CLS]` where the context does not answer, as for
/// SQuAD 2: a [`Decoded::PossibleAnswers`] an example or choice.
///
/// The softmaxes run over the tokens of the context and `[CLS]`, and the score of there being no answer is the product of
/// the probabilities of `[CLS]` as start and as end, as in transformers with `handle_impossible_answer`.
///
/// # Errors
/// As `decode_span`; and outputs without a row for `[CLS]`.
pub fn decode_possible_span(start: &Value, end: &Value, max_len: usize, best: usize, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    check(start, end)?;
    let (starts, ends, layout) = (HostRows::fetch(start)?, HostRows::fetch(end)?, start.layout());
    by_example(layout, |sequence| {
        let encoding = reading.encoding(sequence)?;
        let (mut rows, tokens) = context(layout, sequence, encoding);
        rows.insert(0, cls_row(layout, sequence)?);
        let (starts, ends) = (softmax(&logits(&starts, &rows)), softmax(&logits(&ends, &rows)));
        let spans = best_spans(starts.get(1..).unwrap_or_default(), ends.get(1..).unwrap_or_default(), max_len, best);
        let answers = spans.into_iter().map(|span| answer(layout, encoding, &tokens, span)).collect();
        let no_answer = starts.first().zip(ends.first()).map_or(0.0, |(start, end)| start * end);
        Ok(Decoded::PossibleAnswers { answers, no_answer })
    })
}

/// The row of the first token.
fn cls_row(layout: &Layout, sequence: usize) -> Result<usize> {
    let first = layout.tokens(sequence).first().copied().filter(|&token| token == 0);
    first.map(|_| layout.rows(sequence).start).ok_or_else(|| {
        let what = format!("sequence {sequence} has no output at `[CLS]`, by which `span` with `no_answer` says that there is no answer");
        Error::new(ErrorKind::Input, what)
    })
}

/// The likeliest answers of a text, and how likely it is that there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PossibleAnswers {
    /// The likeliest parts of the text, the best first.
    pub answers: Answers,
    /// The score of there being no answer, to be compared with those of the answers.
    pub no_answer: f32,
}

impl PossibleAnswers {
    /// The likeliest answer; none where it is likelier that there is none.
    pub fn best(&self) -> Option<&Answer> {
        self.answers.best().filter(|answer| answer.score > self.no_answer)
    }
}

impl FromDecoded for PossibleAnswers {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::PossibleAnswers { answers, no_answer } => Ok(Self { answers: Answers(answers), no_answer }),
            other => Err(other.is_not("answers that may be none")),
        }
    }
}
