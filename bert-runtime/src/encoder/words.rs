//! Words in place of tokens: their pieces, and their vectors.

use std::ops::Range;
use std::sync::Arc;

use candle_core::Tensor;

use crate::encoder::Batch;
use crate::encoder::demand::Pieces;
use crate::encoder::selection::Columns;
use crate::error::{Error, ErrorKind, Result};
use crate::layers::ragged::{Segments, pick};
use crate::layers::wide;
use crate::value::{Layout, Rows, Value};

/// A word's number, and the columns of its pieces.
pub(super) type Word = (u32, Range<u32>);

/// For each sequence its words.
pub(super) type Words = Vec<Vec<Word>>;

/// Checks that there is an entry for each token, and that words follow one another.
///
/// # Errors
/// Another number of entries, and numbers that fall.
pub(super) fn check(layout: &Layout, words: &[Vec<Option<u32>>]) -> Result<()> {
    let fault = |what: String| Err(Error::new(ErrorKind::Input, what));
    if words.len() != layout.sequences() {
        return fault(format!("{} lists of words for {} sequences: give one list a sequence", words.len(), layout.sequences()));
    }
    for (sequence, row) in words.iter().enumerate() {
        if row.len() != layout.length(sequence) {
            let tokens = layout.length(sequence);
            return fault(format!("sequence {sequence} has {tokens} tokens and words for {}: give one entry a kept token", row.len()));
        }
        if !row.iter().flatten().is_sorted() {
            return fault(format!("the words of sequence {sequence} do not rise: a pair's second text goes on counting"));
        }
    }
    Ok(())
}

/// For each token the word that it begins.
pub(super) fn begun(words: &[Option<u32>]) -> Vec<Option<u32>> {
    let mut last = None;
    let mut begins = |word: Option<u32>| {
        let new = word.filter(|_| word != last);
        last = word.or(last);
        new
    };
    words.iter().map(|&word| begins(word)).collect()
}

/// All words of a batch.
///
/// # Errors
/// A batch that does not know its words.
pub(super) fn all(batch: &Batch) -> Result<Words> {
    let unknown = "a head reads `words`, and the batch does not know them: call `with_words` on it, or make it with `collate`";
    let words = batch.words().ok_or_else(|| Error::new(ErrorKind::Input, unknown))?;
    Ok(words.iter().enumerate().map(|(sequence, row)| of_sequence(batch.layout().positions(sequence), row)).collect())
}

fn of_sequence(columns: &[u32], words: &[Option<u32>]) -> Vec<(u32, Range<u32>)> {
    let mut found: Vec<(u32, Range<u32>)> = Vec::new();
    for (&column, word) in columns.iter().zip(words) {
        let Some(word) = *word else { continue };
        match found.last_mut() {
            Some((last, pieces)) if *last == word => pieces.end = column + 1,
            _ => found.push((word, column..column + 1)),
        }
    }
    found
}

/// The rows that these words are, as wide as all words of the batch.
pub(super) fn layout(batch: &Batch, words: &Words) -> Layout {
    batch.layout().of_words(words, width(batch))
}

/// The columns that the vectors of these words are made of.
pub(super) fn columns(layout: &Layout, words: &Words, pieces: Pieces) -> Columns {
    let of_word = |sequence: usize, columns: &Range<u32>| match pieces {
        Pieces::First => vec![columns.start],
        Pieces::Mean => kept(layout, sequence, columns),
    };
    let of_words =
        |(sequence, words): (usize, &Vec<(u32, Range<u32>)>)| words.iter().flat_map(|(_, columns)| of_word(sequence, columns)).collect();
    words.iter().enumerate().map(of_words).collect()
}

fn kept(layout: &Layout, sequence: usize, columns: &Range<u32>) -> Vec<u32> {
    let all = layout.positions(sequence);
    let before = |end: u32| all.partition_point(|&column| column < end);
    all[before(columns.start)..before(columns.end)].to_vec()
}

/// The vectors of these words, from a value that has their pieces: `[batch, word, hidden]`.
pub(super) fn vectors(tokens: &Value, batch: &Batch, words: &Words, pieces: Pieces) -> Result<Value> {
    let layout = Arc::new(layout(batch, words));
    let pieces = columns(tokens.layout(), words, pieces);
    let (_, rows) = tokens.layout().select(&pieces)?;
    let picked = pick(tokens.tensor(), &rows.iter().copied().map(Some).collect::<Vec<_>>())?;
    if picked.dim(0)? == layout.total() {
        return Ok(Value::new(picked, Rows::Token, layout));
    }
    Ok(Value::new(means(&picked, &lengths(tokens.layout(), words))?, Rows::Token, layout))
}

/// As many as the text with most words has.
fn width(batch: &Batch) -> usize {
    batch.words().into_iter().flatten().flatten().flatten().max().map_or(0, |&last| last as usize + 1)
}

fn lengths(layout: &Layout, words: &Words) -> Vec<usize> {
    let of_words = |(sequence, words): (usize, &Vec<(u32, Range<u32>)>)| {
        words.iter().map(|(_, columns)| kept(layout, sequence, columns).len()).collect::<Vec<_>>()
    };
    words.iter().enumerate().flat_map(of_words).collect()
}

/// The mean of each run of rows: from `[total, hidden]` to `[runs, hidden]`.
fn means(rows: &Tensor, lengths: &[usize]) -> Result<Tensor> {
    let sum = Segments::of_lengths(lengths).sum(&wide(rows)?)?;
    let counts: Vec<f32> = lengths.iter().map(|&length| length as f32).collect();
    let counts = Tensor::from_vec(counts, (lengths.len(), 1), rows.device())?.to_dtype(sum.dtype())?;
    Ok(sum.broadcast_div(&counts)?.to_dtype(rows.dtype())?)
}
