//! Examples with what is right of each, for training and measuring.

use std::path::PathBuf;

use bert_runtime::DynamicHead;
use bert_runtime::data::Rows;
use bert_runtime::head::Target;
use bert_runtime::interpret::DynamicInput;

use crate::data::Reading;
use crate::failure::Failure;
use crate::screen::Screen;

/// Inputs, and targets by their names.
pub type Examples = Vec<(DynamicInput, Vec<(String, Target)>)>;

/// The examples of some files, all of them valid.
///
/// # Errors
/// Everything that is wrong with them; what is odd about them is a warning.
pub fn examples(paths: &[PathBuf], reading: &Reading, head: &DynamicHead, screen: &mut Screen) -> Result<Examples, Failure> {
    let rows = reading.rows(paths, screen)?;
    let columns = reading.columns(head)?;
    let rows = if reading.skips() { fitting(rows, reading, head, screen)? } else { rows };
    if rows.is_empty() {
        let files = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        return Err(Failure::new(format!("there are no examples in {files}")));
    }
    let examples = columns.read(&rows, head)?;
    for warning in examples.warnings() {
        screen.warn(&warning.to_string())?;
    }
    Ok(examples.into_pairs())
}

/// The rows that fit the head; the others are skipped with a warning.
fn fitting(rows: Rows, reading: &Reading, head: &DynamicHead, screen: &mut Screen) -> Result<Rows, Failure> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let mapping = reading.columns(head)?.mapping(&rows, head)?;
    let mut kept = Vec::with_capacity(rows.len());
    for row in &rows {
        match mapping.example(row) {
            Ok(_) => kept.push(row.clone()),
            Err(error) => reading.skipped(&error, screen)?,
        }
    }
    Ok(Rows::from_parts(kept, Vec::new()))
}
