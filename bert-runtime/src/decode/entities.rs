//! Entities: neighbouring words that are labelled as one.

use crate::decode::argmax::class;
use crate::decode::rows::{Asked, HostRows, by_example, by_token};
use crate::decode::{At, Decoded, DecodedEntity, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::text::Encoding;
use crate::value::{Rows, Value};

/// Merges words into entities: a [`Decoded::Entities`] an example or choice.
///
/// A word has the label of its first token. A word joins the entity before it when its tag is the same and it does not
/// begin one: `I-PER` joins after `B-PER` and after `I-PER`. `I-` after `O` or another tag begins an entity, as in
/// transformers' `simple` strategy. `O` is no entity. The marks `E-` and `L-` end an entity, `S-` and `U-` are one alone.
///
/// `x` is `[batch, token, labels]` and `names` are the labels' names.
///
/// # Errors
/// An output without a token axis, one with another number of labels or not of the texts in `reading`, and what candle says.
pub fn decode_entities<S: AsRef<str>>(x: &Value, names: &[S], reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    if x.rows() != Rows::Token || !x.has_features() || x.width() != names.len() {
        let what = format!("`entities` reads an output with a token axis and the {} labels as its last axis", names.len());
        return Err(Error::new(ErrorKind::Input, what));
    }
    let tags: Vec<Tag<'_>> = names.iter().map(|name| Tag::parse(name.as_ref(), names)).collect();
    let (rows, layout) = (HostRows::fetch(x)?, x.layout());
    by_example(layout, |sequence| {
        let words = by_token(layout, sequence, reading, Asked::Words, |row| class(rows.row(row)))?;
        let entities = merge(&words, &tags, reading.encoding(sequence)?);
        Ok(Decoded::Entities { entities, words })
    })
}

/// A label's name taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// What the entity is, `PER`; none for `O`.
    pub(super) kind: Option<&'a str>,
    begins: bool,
    ends: bool,
}

impl<'a> Tag<'a> {
    /// `B-PER`, `I-PER`, `O`, or a name without a mark, which counts as `I-`. `E-`, `L-`, `S-` and `U-` are marks only in
    /// sets that have `B-` or `I-` of the same kind.
    pub(super) fn parse<S: AsRef<str>>(name: &'a str, names: &[S]) -> Self {
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

fn merge(words: &[At<Decoded>], tags: &[Tag<'_>], encoding: &Encoding) -> Vec<DecodedEntity> {
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
    open.iter().map(|entity| close(entity, words, label(&words[entity.words.start]).0, encoding)).collect()
}

fn close(entity: &Open, words: &[At<Decoded>], label: usize, encoding: &Encoding) -> DecodedEntity {
    let (first, last) = (&words[entity.words.start], &words[entity.words.end - 1]);
    let excerpt = encoding.excerpt(first.token..encoding.word_pieces(last.token).end);
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
