//! Which states, and which of their rows, a demand reads.

use std::collections::BTreeSet;
use std::sync::Arc;

use candle_core::Tensor;

use crate::encoder::demand::not_given;
use crate::encoder::{Batch, Demand, RowChoice, Source, SourceDemand, words};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Layout, Rows, Value, no_token};

/// For each sequence the columns of some of its tokens.
pub(super) type Columns = Vec<Vec<u32>>;

/// For each sequence the numbers of some of its rows, from 0.
type Numbers = Vec<Vec<usize>>;

/// What a batch knows of its rows by other names than columns.
pub(super) struct Known<'a> {
    /// The positions that came with the examples.
    pub(super) positions: &'a [(String, Vec<u32>)],
    /// The columns of each sequence's mask tokens.
    pub(super) masked: &'a [Vec<u32>],
}

/// What the layers have to give.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// The numbers of the states that are read; 0 is the embeddings. No layer above the highest has to run.
    pub(super) states: BTreeSet<usize>,
    /// The columns at which the highest is read; `None` for all of them. Those below it are read everywhere by the next layer.
    pub(super) columns: Option<Columns>,
}

impl Wanted {
    /// What has to be there of the states up to one, for those above it to follow from that one.
    pub(super) fn up_to(&self, last: usize) -> Self {
        if self.states.last().is_none_or(|highest| *highest <= last) {
            return self.clone();
        }
        let below = self.states.iter().copied().filter(|number| *number < last);
        Self { states: below.chain([last]).collect(), columns: None }
    }

    /// Every state at every token.
    pub(super) fn everything(depth: usize) -> Self {
        Self { states: (0..depth).collect(), columns: None }
    }
}

/// What a demand reads of so many states.
///
/// # Errors
/// Layers that there are not, columns for another number of sequences, and mask tokens of a batch that was not told which those are.
pub(super) fn demanded(batch: &Batch, demand: &Demand, depth: usize) -> Result<Wanted> {
    let states = demand.sources.iter().map(|wanted| states_of(wanted, depth)).collect::<Result<Vec<_>>>()?;
    let all: BTreeSet<usize> = states.iter().flatten().copied().collect();
    let Some(highest) = all.last() else { return Ok(Wanted { states: all, columns: Some(vec![Vec::new(); batch.layout().sequences()]) }) };
    let of_highest = demand.sources.iter().zip(&states).filter(|(_, states)| states.contains(highest)).map(|(wanted, _)| wanted);
    let columns = union(batch, of_highest)?;
    Ok(Wanted { states: all, columns })
}

/// The states that an output is made of.
pub(super) fn states_of(wanted: &SourceDemand, depth: usize) -> Result<BTreeSet<usize>> {
    match wanted.source {
        Source::Layers => wanted.layers.numbers(depth),
        Source::Pooled | Source::Cls | Source::Tokens | Source::Words(_) => Ok(BTreeSet::from([depth - 1])),
    }
}

fn union<'a>(batch: &Batch, demands: impl Iterator<Item = &'a SourceDemand>) -> Result<Option<Columns>> {
    let mut union = vec![Vec::new(); batch.layout().sequences()];
    for wanted in demands {
        let Some(columns) = of_source(batch, wanted)? else { return Ok(None) };
        union.iter_mut().zip(columns).for_each(|(all, some)| all.extend(some));
    }
    for columns in &mut union {
        columns.sort_unstable();
        columns.dedup();
    }
    Ok(Some(union))
}

fn of_source(batch: &Batch, wanted: &SourceDemand) -> Result<Option<Columns>> {
    match wanted.source {
        Source::Pooled | Source::Cls => Ok(Some(first(batch.layout()))),
        Source::Tokens | Source::Layers => of_tokens(batch, &wanted.rows),
        Source::Words(pieces) => Ok(Some(words::columns(batch.layout(), &of_words(batch, &wanted.rows)?, pieces))),
    }
}

/// The words of a choice.
///
/// # Errors
/// As [`demanded`]; and a batch that does not know its words.
pub(super) fn of_words(batch: &Batch, rows: &RowChoice) -> Result<words::Words> {
    let all = words::all(batch)?;
    let Some(chosen) = rows_of(rows, &words::layout(batch, &all), &known(batch))? else { return Ok(all) };
    let pick = |(words, rows): (Vec<words::Word>, Vec<usize>)| rows.into_iter().map(|row| words[row].clone()).collect();
    Ok(all.into_iter().zip(chosen).map(pick).collect())
}

/// The columns of a choice of tokens; `None` for all of them.
///
/// # Errors
/// As [`demanded`].
pub(super) fn of_tokens(batch: &Batch, rows: &RowChoice) -> Result<Option<Columns>> {
    Ok(rows_of(rows, batch.layout(), &known(batch))?.map(|rows| columns(batch.layout(), &rows)))
}

fn known(batch: &Batch) -> Known<'_> {
    Known { positions: batch.all_positions(), masked: batch.masked() }
}

/// The columns of these rows.
pub(super) fn columns(layout: &Layout, rows: &[Vec<usize>]) -> Columns {
    rows.iter().enumerate().map(|(sequence, rows)| rows.iter().map(|&row| layout.positions(sequence)[row]).collect()).collect()
}

/// The rows that a choice names, of a value of tokens or words; `None` for all of them.
///
/// # Errors
/// As [`demanded`]; and a column at which there is no row.
pub(super) fn rows_of(choice: &RowChoice, layout: &Layout, known: &Known<'_>) -> Result<Option<Numbers>> {
    Ok(Some(match choice {
        RowChoice::All => return Ok(None),
        RowChoice::First => ends(layout, |_| 0),
        RowChoice::Last => ends(layout, |last| last),
        RowChoice::Position(name) => at_position(name, layout, known)?,
        RowChoice::Masked => at(known.masked, layout, "the batch does not know its mask tokens: call `with_mask_token` on it")?,
        RowChoice::At(columns) => at(columns, layout, OTHER_NUMBER)?,
        RowChoice::Marked(marks) => marked(marks, layout)?,
        RowChoice::Union(choices) => return any_of(choices, layout, known),
    }))
}

/// One row of each sequence that has any, by the number of its last one.
fn ends(layout: &Layout, end: fn(usize) -> usize) -> Numbers {
    (0..layout.sequences()).map(|sequence| layout.length(sequence).checked_sub(1).map(end).into_iter().collect()).collect()
}

const OTHER_NUMBER: &str = "the demand has positions for another number of sequences: give one list a sequence";

fn any_of(choices: &[RowChoice], layout: &Layout, known: &Known<'_>) -> Result<Option<Numbers>> {
    let mut all: Numbers = vec![Vec::new(); layout.sequences()];
    for choice in choices {
        let Some(some) = rows_of(choice, layout, known)? else { return Ok(None) };
        all.iter_mut().zip(some).for_each(|(all, some)| all.extend(some));
    }
    for rows in &mut all {
        rows.sort_unstable();
        rows.dedup();
    }
    Ok(Some(all))
}

fn at_position(name: &str, layout: &Layout, known: &Known<'_>) -> Result<Numbers> {
    let (_, columns) = known.positions.iter().find(|(given, _)| given == name).ok_or_else(|| not_given(name))?;
    let columns: Columns = columns.iter().map(|&column| vec![column]).collect();
    at(&columns, layout, OTHER_NUMBER)
}

/// The rows that hold these columns: tokens in the order of the columns, words each once in the order of the text.
fn at(columns: &[Vec<u32>], layout: &Layout, other_number: &str) -> Result<Numbers> {
    check_sequences(columns.len(), layout, other_number)?;
    let row = |sequence: usize, column: u32| {
        let row = layout.row_at(sequence, column).ok_or_else(|| no_row(layout, sequence, column))?;
        Ok(row - layout.rows(sequence).start)
    };
    let of_sequence = |(sequence, columns): (usize, &Vec<u32>)| {
        let mut rows = columns.iter().map(|&column| row(sequence, column)).collect::<Result<Vec<usize>>>()?;
        if layout.has_words() {
            rows.sort_unstable();
            rows.dedup();
        }
        Ok(rows)
    };
    columns.iter().enumerate().map(of_sequence).collect()
}

fn no_row(layout: &Layout, sequence: usize, column: u32) -> Error {
    let what = format!("sequence {sequence} has no word at position {column}: give the position of a piece of a word");
    if layout.has_words() { Error::new(ErrorKind::Input, what) } else { no_token(sequence, column) }
}

fn marked(marks: &[Vec<bool>], layout: &Layout) -> Result<Numbers> {
    check_sequences(marks.len(), layout, OTHER_NUMBER)?;
    let is_wanted = |sequence: usize, column: u32| marks[sequence].get(column as usize).copied().unwrap_or(true);
    let of_sequence = |sequence| {
        let columns = layout.tokens(sequence);
        columns.into_iter().enumerate().filter(|(_, column)| is_wanted(sequence, *column)).map(|(row, _)| row).collect()
    };
    Ok((0..layout.sequences()).map(of_sequence).collect())
}

fn check_sequences(have: usize, layout: &Layout, other_number: &str) -> Result<()> {
    if have == layout.sequences() { Ok(()) } else { Err(Error::new(ErrorKind::Input, other_number)) }
}

/// The column of each sequence's own first token.
pub(super) fn first(layout: &Layout) -> Columns {
    (0..layout.sequences()).map(|sequence| layout.positions(sequence).first().copied().into_iter().collect()).collect()
}

/// The rows of a token value at these columns.
///
/// # Errors
/// A column at which its sequence has no token.
pub(super) fn select(x: &Value, columns: &[Vec<u32>]) -> Result<Value> {
    let (layout, rows) = x.layout().select(columns)?;
    let rows = Tensor::from_vec(rows, layout.total(), x.tensor().device())?;
    Ok(x.with_rows(x.tensor().contiguous()?.index_select(&rows, 0)?, Rows::Token, Arc::new(layout)))
}
