//! Predictions as a table, as JSON lines or as CSV.

use std::io::Write as _;

use bert_runtime::Predicted;
use bert_runtime::data::{Json, Row};
use bert_runtime::interpret::DynamicPrediction;
use clap::ValueEnum;
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::cells::cells;
use super::table::Table;
use crate::failure::Failure;
use crate::screen::Screen;

/// How predictions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people: columns, and long texts cut.
    Table,
    /// One JSON object a line: the row's own fields, and all of the prediction in `prediction`.
    Jsonl,
    /// The row's own fields and the prediction in columns.
    Csv,
}

/// Writes predictions in their order.
pub struct Writer {
    output: Output,
    table: Table,
    /// The columns of a CSV: of each row the same.
    columns: Vec<String>,
}

impl Writer {
    pub fn new(output: Output) -> Self {
        Self { output, table: Table::default(), columns: Vec::new() }
    }

    /// One more.
    pub fn add(&mut self, row: &Row, prediction: &Predicted<DynamicPrediction>, screen: &mut Screen) -> Result<(), Failure> {
        match self.output {
            Output::Table => self.tabled(row, prediction),
            Output::Jsonl => screen.write_all(json_line(row, prediction).as_bytes())?,
            Output::Csv => self.csv(row, prediction, screen)?,
        }
        Ok(())
    }

    /// Lets what was added be seen.
    pub fn end_of_part(&mut self, screen: &mut Screen) -> Result<(), Failure> {
        if self.output == Output::Table {
            screen.write_all(self.table.part().as_bytes())?;
        }
        Ok(screen.flush()?)
    }

    /// The prediction first: a row's own fields may be long.
    fn tabled(&mut self, row: &Row, prediction: &DynamicPrediction) {
        let own = row.names().map(|name| (name.to_owned(), cell(row, name)));
        let (names, values) = cells(prediction).into_iter().chain(own).unzip();
        self.table.add(names, values);
    }

    fn csv(&mut self, row: &Row, prediction: &DynamicPrediction, screen: &mut Screen) -> Result<(), Failure> {
        let cells = cells(prediction);
        if self.columns.is_empty() {
            self.columns = row.names().map(str::to_owned).collect();
            let header = self.columns.iter().cloned().chain(cells.iter().map(|(name, _)| name.clone()));
            record(header, screen)?;
        }
        let own: Vec<String> = self.columns.iter().map(|name| cell(row, name)).collect();
        record(own.into_iter().chain(cells.into_iter().map(|(_, value)| value)), screen)
    }
}

fn record(cells: impl Iterator<Item = String>, screen: &mut Screen) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let unwritable = |error: &dyn std::fmt::Display| Failure::new(format!("a row cannot be written as CSV: {error}"));
    writer.write_record(cells.map(String::into_bytes)).map_err(|error| unwritable(&error))?;
    let bytes = writer.into_inner().map_err(|error| unwritable(&error))?;
    Ok(screen.write_all(&bytes)?)
}

/// A field as a text: what is no text is JSON.
fn cell(row: &Row, name: &str) -> String {
    match row.get(name).as_deref() {
        Some(Json::String(text)) => text.clone(),
        Some(Json::Null) | None => String::new(),
        Some(other) => other.to_string(),
    }
}

fn json_line(row: &Row, prediction: &Predicted<DynamicPrediction>) -> String {
    serde_json::to_string(&Line { row, prediction }).unwrap_or_default() + "\n"
}

/// A row's own fields in their order, and what is predicted.
struct Line<'a> {
    row: &'a Row,
    prediction: &'a Predicted<DynamicPrediction>,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for name in self.row.names().filter(|name| !["prediction", "truncated"].contains(name)) {
            map.serialize_entry(name, &self.row.get(name))?;
        }
        let prediction: &DynamicPrediction = self.prediction;
        map.serialize_entry("prediction", prediction)?;
        if self.prediction.truncation().is_some() {
            map.serialize_entry("truncated", &true)?;
        }
        map.end()
    }
}
