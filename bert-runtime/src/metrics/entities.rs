//! Entities, as seqeval counts them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::metrics::counts::Counts;

/// The entities that tags mark: the kind of each, and its places in the list.
///
/// These are seqeval's in its default mode, which is that of CoNLL's script: `I-PER` goes on with an entity of kind `PER` and begins
/// one where there is none, `B-` and `S-` begin one, `E-` and `S-` end one, and `O` is outside. The first character is the mark, so a tag
/// without a mark, such as `PER`, is best given one.
///
/// ```
/// use bert_runtime::metrics::marked_entities;
///
/// let found = marked_entities(&["I-PER", "I-PER", "O", "B-LOC", "B-LOC"]);
/// assert_eq!(found, [("PER".to_owned(), 0..2), ("LOC".to_owned(), 3..4), ("LOC".to_owned(), 4..5)]);
/// ```
pub fn marked_entities<S: AsRef<str>>(tags: &[S]) -> Vec<(String, Range<usize>)> {
    let (mut found, mut start, mut before) = (Vec::new(), 0, Mark { mark: 'O', kind: "" });
    for (place, tag) in tags.iter().map(AsRef::as_ref).chain(["O"]).enumerate() {
        let tag = Mark::of(tag);
        if before.ends_before(tag) {
            found.push((before.kind.to_owned(), start..place));
        }
        if tag.begins_after(before) {
            start = place;
        }
        before = tag;
    }
    found
}

/// A tag taken apart: its first character, and what follows the first hyphen after it.
#[derive(Clone, Copy)]
struct Mark<'a> {
    mark: char,
    kind: &'a str,
}

impl<'a> Mark<'a> {
    fn of(tag: &'a str) -> Self {
        let mark = tag.chars().next().unwrap_or('O');
        let rest = tag.get(mark.len_utf8()..).unwrap_or_default();
        let kind = rest.split_once('-').map_or(rest, |(_, kind)| kind);
        Self { mark, kind: if kind.is_empty() { "_" } else { kind } }
    }

    fn is_outside(self) -> bool {
        matches!(self.mark, 'O' | '.')
    }

    fn ends_before(self, next: Self) -> bool {
        let by_mark = match self.mark {
            'E' | 'S' => true,
            'B' | 'I' => matches!(next.mark, 'B' | 'S' | 'O'),
            _ => false,
        };
        by_mark || (!self.is_outside() && self.kind != next.kind)
    }

    fn begins_after(self, last: Self) -> bool {
        let by_mark = match self.mark {
            'B' | 'S' => true,
            'E' | 'I' => matches!(last.mark, 'E' | 'S' | 'O'),
            _ => false,
        };
        by_mark || (!self.is_outside() && self.kind != last.kind)
    }
}

/// How many entities were found, by their kinds: an entity is right if its kind and all its places are.
///
/// ```
/// use bert_runtime::metrics::EntityScores;
///
/// let mut scores = EntityScores::default();
/// scores.add(&["B-PER", "I-PER", "O", "B-LOC"], &["B-PER", "I-PER", "O", "B-ORG"]);
/// assert_eq!(scores.micro().f1(), 0.5);
/// assert_eq!(scores.by_kind()["PER"].f1(), 1.0);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityScores {
    kinds: BTreeMap<String, Counts>,
}

impl EntityScores {
    /// Counts the entities of one text, by the wanted and the predicted tag of each word.
    pub fn add<S: AsRef<str>, P: AsRef<str>>(&mut self, wanted: &[S], predicted: &[P]) {
        let wanted: BTreeSet<_> = marked_entities(wanted).into_iter().map(comparable).collect();
        let predicted: BTreeSet<_> = marked_entities(predicted).into_iter().map(comparable).collect();
        for entity in wanted.union(&predicted) {
            let counts = self.kinds.entry(entity.0.clone()).or_default();
            counts.add(predicted.contains(entity), wanted.contains(entity));
        }
    }

    /// The counts of all entities.
    pub fn micro(&self) -> Counts {
        self.kinds.values().copied().sum()
    }

    /// The counts of each kind.
    pub fn by_kind(&self) -> &BTreeMap<String, Counts> {
        &self.kinds
    }
}

fn comparable((kind, places): (String, Range<usize>)) -> (String, usize, usize) {
    (kind, places.start, places.end)
}
