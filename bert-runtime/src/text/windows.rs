//! Texts that are longer than the encoder reads, in windows that overlap.

use std::ops::Range;

use crate::error::{Error, ErrorKind, Result};
use crate::text::Encoding;

/// How a text is read that is longer than the encoder takes.
///
/// Where a head reads a text token by token, a long text is read in windows that overlap, and their outputs are joined:
/// each token's come from the window in which it has most context. In a pair the windows move over the second text, and the
/// first is whole in each of them. Words are cut only where they are longer than a window, and then stand for the part in
/// which they start. Unless said otherwise windows overlap by 128 tokens, or by half a window where that is less, as in
/// transformers' question answering.
///
/// ```
/// use bert_runtime::model::Bert;
/// use bert_runtime::text::Windows;
///
/// let options = Bert::options().max_length(256).windows(Windows::overlapping(64));
/// let cut = Bert::options().windows(Windows::off());
/// # let _ = (options, cut);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Windows(Overlap);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Overlap {
    #[default]
    Usual,
    Of(usize),
    Off,
}

/// The usual overlap of windows, in tokens.
const USUAL: usize = 128;

impl Windows {
    /// Windows that share this many tokens with the window before, or a few more, so that words stay whole.
    #[must_use]
    pub fn overlapping(tokens: usize) -> Self {
        Self(Overlap::Of(tokens))
    }

    /// No windows: what is too long is cut, which every prediction tells.
    #[must_use]
    pub fn off() -> Self {
        Self(Overlap::Off)
    }

    /// By how many tokens windows of `max_length` tokens overlap, of which so many are special; `None` where there are none.
    ///
    /// # Errors
    /// An overlap that leaves a window nothing to read that the one before has not read.
    pub(crate) fn overlap(self, max_length: usize, special: usize) -> Result<Option<usize>> {
        let most = max_length.saturating_sub(special + 1);
        match self.0 {
            Overlap::Usual => Ok(Some(USUAL.min(max_length / 2).min(most))),
            Overlap::Of(tokens) if tokens <= most => Ok(Some(tokens)),
            Overlap::Of(tokens) => {
                let room = most + 1;
                let what = format!(
                    "windows that overlap by {tokens} tokens never move on: with a maximum length of {max_length} they have {room} tokens of a text. Give {most} at most"
                );
                Err(Error::new(ErrorKind::Input, what))
            }
            Overlap::Off => Ok(None),
        }
    }
}

/// A part of a long text that is read by itself, with its special tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    /// Its tokens, by their numbers in the whole text.
    pub(crate) tokens: Vec<usize>,
    /// Those of the whole text that have more context here than in any other window; the earlier of equal windows has them.
    pub(crate) own: Range<usize>,
}

impl Encoding {
    /// The text in windows of `max_length` tokens at most. They begin and end between words, but in words that are longer than
    /// a window. In a pair they move over the second text, and the first is whole in each of them.
    ///
    /// `None` where the rest leaves no more room to the moving text than windows overlap by.
    pub(crate) fn windows(&self, max_length: usize, overlap: usize) -> Option<Vec<Window>> {
        let moving = self.last_text()?;
        let around = self.len() - moving.len();
        let room = max_length.checked_sub(around).filter(|room| *room > overlap)?;
        let parts = Cutter { borders: self.borders(&moving), room, overlap }.parts();
        let tokens = |part: &Range<usize>| (0..moving.start).chain(part.clone()).chain(moving.end..self.len()).collect();
        Some(parts.iter().zip(owned(&parts, self.len())).map(|(part, own)| Window { tokens: tokens(part), own }).collect())
    }

    /// The tokens of the only text, or of the second of a pair.
    fn last_text(&self) -> Option<Range<usize>> {
        let text = self.sequences().checked_sub(1)?;
        let is_of_text = |piece: &super::Piece| piece.sequence == Some(text);
        let first = self.pieces().iter().position(is_of_text)?;
        Some(first..self.pieces().iter().rposition(is_of_text)? + 1)
    }

    /// Between which of these tokens words end and begin, with the start and the end.
    fn borders(&self, tokens: &Range<usize>) -> Vec<usize> {
        let parts_words = |&token: &usize| self.begins_word(token) || self.pieces()[token].word.is_none();
        let inside = (tokens.start + 1..tokens.end).filter(parts_words);
        std::iter::once(tokens.start).chain(inside).chain([tokens.end]).collect()
    }
}

/// What cuts a text into parts of `room` tokens at most.
struct Cutter {
    /// Where a part may begin and end, in rising order: the first is the text's start and the last its end.
    borders: Vec<usize>,
    room: usize,
    overlap: usize,
}

impl Cutter {
    fn parts(&self) -> Vec<Range<usize>> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        let mut end = self.borders.first().copied().unwrap_or(0);
        while let Some(next) = self.first_in(end + 1..usize::MAX) {
            let start = parts.last().map_or(end, |last| self.start_after(last, next));
            end = self.last_in(end + 1..start + self.room + 1).unwrap_or(start + self.room);
            parts.push(start..end);
        }
        parts
    }

    /// Where the part begins that comes after this one, so that it holds the word that ends at `next`, if it can.
    fn start_after(&self, last: &Range<usize>, next: usize) -> usize {
        let holds_next = next.saturating_sub(self.room);
        let earliest = if holds_next > last.end { last.start + 1 } else { holds_next.max(last.start + 1) };
        let wanted = last.end.saturating_sub(self.overlap);
        let border = self.last_in(earliest..wanted + 1).or_else(|| self.first_in(earliest..last.end + 1));
        border.unwrap_or(wanted.max(earliest))
    }

    fn first_in(&self, range: Range<usize>) -> Option<usize> {
        let before = self.borders.partition_point(|&border| border < range.start);
        self.borders.get(before).copied().filter(|border| range.contains(border))
    }

    fn last_in(&self, range: Range<usize>) -> Option<usize> {
        let before = self.borders.partition_point(|&border| border < range.end);
        self.borders[..before].last().copied().filter(|border| range.contains(border))
    }
}

/// The tokens of each part that have more context in it than in any other, by the rule of `run_squad`: context is the lesser of
/// the numbers of tokens at the left and at the right. What is around the moving text goes to the first part and the last.
///
/// Later parts begin and end later, so a token's best part never comes before that of the token before it.
fn owned(parts: &[Range<usize>], total: usize) -> Vec<Range<usize>> {
    let context = |part: &Range<usize>, token: usize| (token - part.start).min(part.end - 1 - token);
    let passes = |one: &Range<usize>, other: &Range<usize>| {
        (other.start..one.end).find(|&token| context(other, token) > context(one, token)).unwrap_or(one.end)
    };
    let mut starts: Vec<usize> = parts.windows(2).map(|two| passes(&two[0], &two[1])).collect();
    starts.insert(0, 0);
    let ends = starts.iter().skip(1).copied().chain([total]);
    starts.iter().zip(ends).map(|(&start, end)| start..end).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::ops::Range;

    use super::{Cutter, Windows, owned};

    /// Words of these lengths after some tokens that do not move, cut in every room and overlap that can be.
    fn each(check: impl Fn(&Cutter, &[Range<usize>])) {
        let lengths =
            (0..60usize).map(|seed| (0..12).map(move |word| 1 + (seed * 7 + word * word * (seed % 5 + 3)) % [1, 4, 9, 23][seed % 4]));
        for lengths in lengths {
            let ends = lengths.scan(5, |end, length| {
                *end += length;
                Some(*end)
            });
            let borders: Vec<usize> = std::iter::once(5).chain(ends).collect();
            for (room, overlap) in (1..14).flat_map(|room| (0..room).map(move |overlap| (room, overlap))) {
                let cutter = Cutter { borders: borders.clone(), room, overlap };
                check(&cutter, &cutter.parts());
            }
        }
    }

    #[test]
    fn parts_follow_on_one_another_and_have_room() {
        each(|cutter, parts| {
            assert_eq!((parts[0].start, parts[parts.len() - 1].end), (5, *cutter.borders.last().unwrap()));
            assert!(parts.iter().all(|part| part.len() <= cutter.room));
            for two in parts.windows(2) {
                assert!(two[0].start < two[1].start && two[1].start <= two[0].end && two[0].end < two[1].end, "{two:?}");
            }
        });
    }

    #[test]
    fn only_a_word_longer_than_a_part_is_cut() {
        each(|cutter, parts| {
            let is_cut =
                |at: &usize| cutter.borders.windows(2).any(|word| word[0] < *at && *at < word[1] && word[1] - word[0] <= cutter.room);
            assert!(!parts.iter().flat_map(|part| [part.start, part.end]).any(|at| is_cut(&at)), "{parts:?}");
        });
    }

    #[test]
    fn parts_overlap_by_what_was_asked_unless_a_word_has_no_room_else() {
        each(|cutter, parts| {
            for two in parts.windows(2) {
                let next = *cutter.borders.iter().find(|&&border| border > two[0].end).unwrap();
                let starts = two[0].start + 1..(two[0].end + 1).saturating_sub(cutter.overlap);
                let holds = |start: usize| cutter.borders.contains(&start) && next <= start + cutter.room;
                assert!(two[0].end - two[1].start >= cutter.overlap || !starts.clone().any(holds), "{two:?} of {:?}", cutter.borders);
            }
        });
        let cutter = Cutter { borders: (0..=20).collect(), room: 6, overlap: 2 };
        assert_eq!(cutter.parts(), [0..6, 4..10, 8..14, 12..18, 16..20]);
    }

    #[test]
    fn a_token_belongs_to_the_first_part_in_which_it_has_most_context() {
        each(|cutter, parts| {
            let total = cutter.borders.last().unwrap() + 1;
            let own = owned(parts, total);
            for token in 0..total {
                let context = |part: &Range<usize>| part.contains(&token).then(|| (token - part.start).min(part.end - 1 - token));
                let most = parts.iter().map(context).max().flatten();
                let best = parts.iter().position(|part| context(part) == most).unwrap();
                let best = if token < 5 {
                    0
                } else if most.is_none() {
                    parts.len() - 1
                } else {
                    best
                };
                assert_eq!(own.iter().position(|own| own.contains(&token)), Some(best), "token {token} of {parts:?}");
            }
        });
    }

    #[test]
    fn the_usual_overlap_is_that_of_transformers_where_it_can_be() {
        let usual = |length| Windows::default().overlap(length, 2).unwrap().unwrap();
        assert_eq!([512, 384, 256, 128, 32, 5, 4, 3].map(usual), [128, 128, 128, 64, 16, 2, 1, 0]);
        assert_eq!(Windows::overlapping(0).overlap(3, 2).unwrap(), Some(0));
        assert_eq!(Windows::overlapping(29).overlap(32, 2).unwrap(), Some(29));
        assert_eq!(Windows::off().overlap(32, 2).unwrap(), None);
        assert!(Windows::overlapping(30).overlap(32, 2).unwrap_err().to_string().ends_with("Give 29 at most"));
    }
}
