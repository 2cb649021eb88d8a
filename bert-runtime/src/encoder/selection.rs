//! Which tokens a demand reads.

use std::sync::Arc;

use candle_core::Tensor;

use crate::encoder::{Batch, Demand, RowChoice, Source, SourceDemand, words};
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Layout, Rows, Value};

/// For each sequence the columns of some of its tokens.
pub(super) type Columns = Vec<Vec<u32>>;

/// The columns that a demand reads of the last layer; `None` for all of them.
///
/// # Errors
/// Columns for another number of sequences, and mask tokens of a batch that was not told which those are.
pub(super) fn demanded(batch: &Batch, demand: &Demand) -> Result<Option<Columns>> {
    let mut union = vec![Vec::new(); batch.layout().sequences()];
    for wanted in &demand.0 {
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
        Source::Tokens | Source::Layers => of_rows(batch, &wanted.rows),
        Source::Words(pieces) => Ok(Some(words::columns(batch.layout(), &words_of(batch, &wanted.rows)?, pieces))),
    }
}

/// The words of a choice.
///
/// # Errors
/// As [`demanded`]; and a batch that does not know its words.
pub(super) fn words_of(batch: &Batch, rows: &RowChoice) -> Result<words::Words> {
    words::chosen(batch, of_rows(batch, rows)?.as_ref())
}

/// The columns of a choice; `None` for all of them.
///
/// # Errors
/// As [`demanded`].
pub(super) fn of_rows(batch: &Batch, rows: &RowChoice) -> Result<Option<Columns>> {
    let (columns, what) = match rows {
        RowChoice::All => return Ok(None),
        RowChoice::Masked => (batch.masked(), "the batch does not know its mask tokens: call `with_mask_token` on it"),
        RowChoice::At(columns) => (columns, "the demand has positions for another number of sequences: give one list a sequence"),
    };
    if columns.len() != batch.layout().sequences() {
        return Err(Error::new(ErrorKind::Input, what));
    }
    Ok(Some(columns.to_vec()))
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
    Ok(Value::new(x.tensor().contiguous()?.index_select(&rows, 0)?, Rows::Token, Arc::new(layout)))
}
