//! Answers that are characters of a text.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::{Error, ErrorKind, Result};
use crate::head::{AnswerEnd, IntoTargets, Target};
use crate::targets::{IGNORED, class};
use crate::text::Encoding;

/// An answer as characters, from 0, of the text that holds it: the second of a pair, or the only one.
///
/// [`collate_targets`](crate::targets::collate_targets) makes of them the answer's first and last token. One that was cut off, in whole
/// or in part, counts for nothing. An `Option<AnswerChars>` is for heads whose decode has `no_answer`: where there is none, or it was
/// cut off, both ends are `[CLS]`.
///
/// ```
/// use bert_runtime::targets::AnswerChars;
///
/// let text = "Zoë eats.";
/// assert_eq!(AnswerChars::of(text, "eats"), Some(AnswerChars(4..8)));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AnswerChars(pub Range<usize>);

impl AnswerChars {
    /// The characters of an answer's first occurrence in a text.
    pub fn of(text: &str, answer: &str) -> Option<Self> {
        let start = text[..text.find(answer)?].chars().count();
        Some(Self(start..start + answer.chars().count()))
    }
}

/// The targets of outputs called `start` and `end`.
impl IntoTargets for AnswerChars {
    fn into_targets(self) -> Vec<(Cow<'static, str>, Target)> {
        named(Some(self.0), false)
    }
}

/// The targets of outputs called `start` and `end`, where there may be no answer.
impl IntoTargets for Option<AnswerChars> {
    fn into_targets(self) -> Vec<(Cow<'static, str>, Target)> {
        named(self.map(|answer| answer.0), true)
    }
}

fn named(chars: Option<Range<usize>>, or_cls: bool) -> Vec<(Cow<'static, str>, Target)> {
    let [start, end] = ends(chars, or_cls);
    vec![("labels.start".into(), start), ("labels.end".into(), end)]
}

/// The targets of both ends of an answer.
pub(crate) fn ends(chars: Option<Range<usize>>, or_cls: bool) -> [Target; 2] {
    [false, true].map(|last| Target::Answer(AnswerEnd { chars: chars.clone(), last, or_cls }))
}

impl AnswerEnd {
    /// The number of its token.
    ///
    /// # Errors
    /// An example of several texts, and characters that the text does not have.
    pub(super) fn token(&self, texts: &[Encoding]) -> Result<i64> {
        let fault = |what: String| Err(Error::new(ErrorKind::Target, what));
        let [text] = texts else { return fault(format!("an answer is characters of one text, and the example has {}", texts.len())) };
        let absent = if self.or_cls { 0 } else { IGNORED };
        let Some(chars) = &self.chars else { return Ok(absent) };
        let sequence = text.sequences().saturating_sub(1);
        let length = text.text(sequence).chars().count();
        if chars.is_empty() || chars.end > length {
            return fault(format!("an answer has the characters {} to {} of a text of {length}", chars.start, chars.end));
        }
        let tokens = text.tokens_of(sequence, chars.clone()).filter(|_| !is_cut(text, sequence, chars.end));
        Ok(tokens.map_or(absent, |tokens| class(if self.last { tokens.end - 1 } else { tokens.start })))
    }
}

/// Whether characters in front of this one were cut off with the text's end.
fn is_cut(text: &Encoding, sequence: usize, end: usize) -> bool {
    let kept = text.pieces().iter().filter(|piece| piece.sequence == Some(sequence)).map(|piece| piece.chars.end).max();
    text.truncation().is_some() && kept.is_none_or(|kept| kept < end)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::targets::{Span, collate_targets};
    use crate::testing::vocabulary;
    use crate::text::{Text, Tokenizer};

    fn encode(text: impl Into<Text>, length: usize) -> Vec<Encoding> {
        vec![Tokenizer::open(vocabulary(&[]).path()).unwrap().encode(&text.into(), length).unwrap()]
    }

    /// The tokens that a target becomes beside a text.
    fn tokens(target: impl IntoTargets, texts: &[Encoding]) -> (i64, i64) {
        let targets = collate_targets([target], &[texts.to_vec()]).unwrap();
        let end = |name: &str| match targets.require(name).unwrap() {
            [Target::Classes(class)] => class[0],
            other => unreachable!("{other:?}"),
        };
        (end("labels.start"), end("labels.end"))
    }

    #[test]
    fn characters_become_first_and_last_tokens_of_the_second_text() {
        // [CLS] who eats ? [SEP] a man is eat ##ing zu ##rich . [SEP]
        let (question, context) = ("who eats?", "a man is eating zürich.");
        let texts = encode((question, context), 32);
        assert_eq!(tokens(AnswerChars::of(context, "a man").unwrap(), &texts), (5, 6));
        assert_eq!(tokens(AnswerChars::of(context, "eating zürich").unwrap(), &texts), (8, 11));
        assert_eq!(tokens(AnswerChars::of(context, "zür").unwrap(), &texts), (10, 11));
        assert_eq!(tokens(AnswerChars(0..1), &encode("man", 32)), (1, 1));
        assert_eq!(tokens(Span { start: 5, end: 6 }, &texts), (5, 6));
    }

    #[test]
    fn no_answer_is_cls_where_there_may_be_none() {
        let texts = encode(("who", "a man"), 32);
        assert_eq!(tokens(None::<AnswerChars>, &texts), (0, 0));
        assert_eq!(tokens(Some(AnswerChars(2..5)), &texts), (4, 4));
    }

    #[test]
    fn an_answer_that_is_cut_off_counts_for_nothing_or_is_cls() {
        let context = vec!["man"; 20].join(" ");
        let texts = encode(("who", context.as_str()), 10);
        assert!(texts[0].truncation().is_some());
        assert_eq!(tokens(AnswerChars(0..7), &texts), (3, 4));
        for cut in [40..43, 12..43] {
            assert_eq!(tokens(AnswerChars(cut.clone()), &texts), (-100, -100));
            assert_eq!(tokens(Some(AnswerChars(cut)), &texts), (0, 0));
        }
    }

    #[test]
    fn characters_that_are_not_there_are_told() {
        let told = |chars: Range<usize>, texts: Vec<Encoding>| collate_targets([AnswerChars(chars)], &[texts]).unwrap_err().to_string();
        assert!(told(3..9, encode("a man", 32)).contains("the characters 3 to 9 of a text of 5"));
        assert!(told(3..3, encode("a man", 32)).contains("the characters 3 to 3"));
        assert!(told(0..1, [encode("a", 32), encode("man", 32)].concat()).contains("the example has 2"));
    }
}
