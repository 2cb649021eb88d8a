//! Examples to train on: files into rows, and rows into what a head reads and is trained towards.
//!
//! ```text
//! file -> Rows (fields by name, each with its file, line and column) -> Examples (inputs and targets of one head)
//! ```
//!
//! | format | reader |
//! | --- | --- |
//! | CSV, TSV | [`Delimited`] |
//! | JSON lines | [`JsonLines`] |
//! | a text a line | [`Lines`] |
//! | columns of words and tags | [`Conll`], [`Conllu`] |
//! | SQuAD | [`Squad`] |
//! | Parquet, with the feature `parquet` | `Parquet` |
//! | word and tag files side by side | [`Parallel`] |
//! | running text, for [pretraining] | [`Plain`], into [`Documents`] |
//!
//! [`Stream`] gives the rows of the first three one by one, as they come.
//!
//! Everything that is wrong with the data is found before training starts: one error lists the first faults, each with its place.
//!
//! ```
//! use bert_runtime::data::{Delimited, Rows};
//!
//! let rows = Rows::parse("reviews.tsv", "sentence\tlabel\na gem\t1\nno fun\t0\n", &Delimited::tsv())?;
//! assert_eq!(rows.len(), 2);
//! assert_eq!(rows[1].read::<String>("sentence")?, "no fun");
//! assert_eq!(rows[1].place_of("label").to_string(), "reviews.tsv:3:8");
//! # Ok::<(), bert_runtime::Error>(())
//! ```

mod columns;
mod conll;
mod conllu;
mod delimited;
mod documents;
mod example;
mod examples;
mod faults;
mod field;
mod fit;
mod json_lines;
mod lines;
mod parallel;
#[cfg(feature = "parquet")]
mod parquet;
mod plain;
pub mod pretraining;
mod row;
mod rows;
mod source;
mod squad;
mod stream;
#[cfg(test)]
mod tests;
mod warning;

pub use columns::{Columns, Mapping, Unit};
pub use conll::Conll;
pub use conllu::Conllu;
pub use delimited::Delimited;
pub use documents::{Document, Documents};
pub use example::TaskExample;
pub use examples::Examples;
pub use faults::Faults;
pub use field::FromField;
pub use json_lines::JsonLines;
pub use lines::Lines;
pub use parallel::Parallel;
#[cfg(feature = "parquet")]
pub use parquet::Parquet;
pub use plain::{Plain, sentences};
pub use row::{Place, Row};
pub use rows::{Format, Rows};
pub use serde_json::Value as Json;
pub use source::{DataFile, Source};
pub use squad::Squad;
pub use stream::{Stream, Streamed};
pub use warning::Warning;
