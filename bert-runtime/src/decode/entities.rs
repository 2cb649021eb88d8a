//! Entities: neighbouring words that are labelled as one.

use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use bert_dsl::decode::Strategy;

use crate::decode::rows::{Asked, HostRows, by_example, by_token};
use crate::decode::{Aggregation, At, Decoded, DecodedEntity, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::text::Encoding;
use crate::value::{Rows, Value};

/// Merges words into entities: [`decode_entities_by`] the first token of each word.
///
/// # Errors
/// As [`decode_entities_by`].
pub fn decode_entities<S: AsRef<str>>(x: &Value, names: &[S], reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    decode_entities_by(x, names, Aggregation::First, reading)
}

/// Merges words into entities, or tokens where the strategy is `simple`: a [`Decoded::Entities`] an example or choice.
///
/// A word joins the entity before it when its tag is the same and it does not begin one: `I-PER` joins after `B-PER` and
/// after `I-PER`. `I-` after `O` or another tag begins an entity, as in transformers. `O` is no entity. The marks `E-` and
/// `L-` end an entity, `S-` and `U-` are one alone.
///
/// `x` is `[batch, token, labels]` and `names` are the labels' names.
///
/// # Errors
/// An output without a token axis, one with another number of labels or not of the texts in `reading`, and what candle says.
pub fn decode_entities_by<S: AsRef<str>>(x: &Value, names: &[S], by: Aggregation, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    check("entities", x, names.len())?;
    let (rows, layout) = (HostRows::fetch(x)?, x.layout());
    by_example(layout, |sequence| {
        let encoding = reading.encoding(sequence)?;
        let words = by_token(layout, sequence, reading, by.asked(), |row| by.class(&rows, layout, sequence, row, encoding))?;
        Ok(tagged(words, names, by.asked(), encoding))
    })
}

/// # Errors
/// An output that does not have a token axis and then one of so many labels.
pub(super) fn check(word: &str, x: &Value, labels: usize) -> Result<()> {
    if x.rows() == Rows::Token && x.has_features() && x.width() == labels {
        return Ok(());
    }
    let what = format!("`{word}` reads an output with a token axis and the {labels} labels as its last axis");
    Err(Error::new(ErrorKind::Input, what))
}

/// The entities of labelled words, with the words.
pub(super) fn tagged<S: AsRef<str>>(words: Vec<At<Decoded>>, names: &[S], asked: Asked, encoding: &Encoding) -> Decoded {
    let tags: Vec<Tag<'_>> = names.iter().map(|name| Tag::parse(name.as_ref(), names)).collect();
    Decoded::Entities { entities: merge(&words, &tags, asked, encoding), words }
}

/// A label's name taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// What the entity is, `PER`; none for `O`.
    pub(crate) kind: Option<&'a str>,
    pub(super) begins: bool,
    pub(super) ends: bool,
}

impl<'a> Tag<'a> {
    /// `B-PER`, `I-PER`, `O`, or a name without a mark, which counts as `I-`. `E-`, `L-`, `S-` and `U-` are marks only in
    /// sets that have `B-` or `I-` of the same kind.
    pub(crate) fn parse<S: AsRef<str>>(name: &'a str, names: &[S]) -> Self {
        let is_kind =
            |kind: &str| names.iter().any(|other| other.as_ref().strip_prefix("B-").or(other.as_ref().strip_prefix("I-")) == Some(kind));
        let (mark, kind) = match name.split_once('-') {
            Some((mark @ ("B" | "I"), kind)) => (mark, kind),
            Some((mark @ ("E" | "L" | "S" | "U"), kind)) if is_kind(kind) => (mark, kind),
            _ => ("I", name),
        };
        Self { kind: (name != "O").then_some(kind), begins: matches!(mark, "B" | "S" | "U"), ends: matches!(mark, "E" | "L" | "S" | "U") }
    }
}

/// The words of an entity while it grows.
struct Open {
    words: std::ops::Range<usize>,
    score: f32,
}

fn merge(words: &[At<Decoded>], tags: &[Tag<'_>], asked: Asked, encoding: &Encoding) -> Vec<DecodedEntity> {
    let label = |word: &At<Decoded>| match &word.value {
        Decoded::Class { best, scores } => (*best, scores.get(*best).copied().unwrap_or(0.0)),
        _ => (0, 0.0),
    };
    let mut open: Vec<Open> = Vec::new();
    for (number, word) in words.iter().enumerate() {
        let (index, score) = label(word);
        let Some(tag) = tags.get(index).filter(|tag| tag.kind.is_some()) else { continue };
        let joins = |entity: &&mut Open| {
            let before = &words[number - 1];
            let last = tags[label(before).0];
            entity.words.end == number && before.sequence == word.sequence && last.kind == tag.kind && !last.ends && !tag.begins
        };
        match open.last_mut().filter(joins) {
            Some(entity) => *entity = Open { words: entity.words.start..number + 1, score: entity.score + score },
            None => open.push(Open { words: number..number + 1, score }),
        }
    }
    open.iter().map(|entity| close(entity, words, label(&words[entity.words.start]).0, asked, encoding)).collect()
}

fn close(entity: &Open, words: &[At<Decoded>], label: usize, asked: Asked, encoding: &Encoding) -> DecodedEntity {
    let (first, last) = (&words[entity.words.start], &words[entity.words.end - 1]);
    let end = if asked == Asked::Words { encoding.word_pieces(last.token).end } else { last.token + 1 };
    let excerpt = encoding.excerpt(first.token..end);
    let word = |at: &At<Decoded>| at.word.unwrap_or(0);
    DecodedEntity {
        label,
        score: entity.score / entity.words.len() as f32,
        text: excerpt.text,
        sequence: excerpt.sequence,
        chars: excerpt.chars,
        words: word(first)..word(last) + 1,
    }
}

impl DecodeRoom for bert_dsl::decode::Entities {
    fn make(&self, outlet: Outlet) -> Reader {
        let strategy = match self.strategy {
            Strategy::Simple => Aggregation::Simple,
            Strategy::First => Aggregation::First,
            Strategy::Average => Aggregation::Average,
            Strategy::Max => Aggregation::Max,
        };
        Box::new(move |outputs, reading| decode_entities_by(&outputs[0], outlet.labels.names(), strategy, reading))
    }
}
