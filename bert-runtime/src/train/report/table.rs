//! What a training came to, to read.

use std::fmt::Write;

use super::log::Record;

/// A row an evaluation; an empty text where there was none.
pub(in crate::train) fn table(records: &[Record]) -> String {
    let evaluations: Vec<&Record> = records.iter().filter(|record| !record.dev.is_empty()).collect();
    let Some(last) = evaluations.last() else { return String::new() };
    let names: Vec<&String> = last.dev.keys().collect();
    let mut rows =
        vec![["step", "epoch"].into_iter().map(str::to_owned).chain(names.iter().map(|name| (*name).clone())).collect::<Vec<_>>()];
    for record in evaluations {
        let values = names.iter().map(|name| record.dev.get(*name).map_or_else(|| "-".to_owned(), |value| format!("{value:.4}")));
        rows.push([record.step.to_string(), format!("{:.2}", record.epoch)].into_iter().chain(values).collect());
    }
    aligned(&rows)
}

/// Rows with their cells below one another.
fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().enumerate().map(|(column, cell)| format!("{cell:>width$}", width = width(column))).collect();
        let _ = writeln!(text, "{}", cells.join("  "));
    }
    text
}
