//! Answers that are parts of a text.

use crate::decode::{Answer, Decoded};
use crate::head::Target;
use crate::metrics::AnswerScores;
use crate::metrics::measure::teller::Teller;
use crate::text::Encoding;

/// Parts of texts beside those that were wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Spans(Option<AnswerScores>);

impl Spans {
    /// Counts the answer of an example by its text; says whether there is one to be compared.
    ///
    /// An answer that begins past the text's end is not counted, as in the loss.
    pub(super) fn add(&mut self, decoded: &Decoded, targets: &[&Target], texts: &[Encoding]) -> bool {
        let predicted = match decoded {
            Decoded::Answers(answers) => answers.first(),
            Decoded::PossibleAnswers { answers, no_answer } => answers.first().filter(|answer| answer.score > *no_answer),
            _ => return false,
        };
        let ([Target::Classes(start), Target::Classes(end)], [text]) = (targets, texts) else { return false };
        let scores = self.0.get_or_insert_default();
        if let Some(wanted) = wanted(start, end, text) {
            scores.add(predicted.map_or("", |answer: &Answer| &answer.text), &[wanted]);
        }
        true
    }

    pub(super) fn tell(&self, teller: &mut Teller<'_>) {
        let Some(scores) = &self.0 else { return };
        teller.higher("exact_match", scores.exact_match());
        teller.higher("f1", scores.f1());
    }
}

/// The text of the wanted answer, empty where `[CLS]` says that there is none.
fn wanted(start: &[i64], end: &[i64], text: &Encoding) -> Option<String> {
    let token = |list: &[i64]| list.first().and_then(|&token| usize::try_from(token).ok()).filter(|token| *token < text.len());
    let (start, end) = (token(start)?, token(end)?);
    Some(if start == 0 { String::new() } else { text.excerpt(start..end.max(start) + 1).text })
}
