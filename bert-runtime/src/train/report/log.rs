//! `metrics.jsonl`: a JSON object a line, for each step and for each evaluation.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::disk;
use crate::error::{Error, ErrorKind, Result};

/// What is known after a step, or of an evaluation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// How many steps were taken.
    pub step: u64,
    /// How many epochs were read, in parts.
    pub epoch: f64,
    /// The mean loss of a step's examples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<f64>,
    /// The losses of a head with several, by their outputs' names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub losses: BTreeMap<String, f64>,
    /// The step's learning rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learning_rate: Option<f64>,
    /// The norm of the step's gradients, before it was cut down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gradient_norm: Option<f64>,
    /// How many steps were skipped so far, since their gradients were too large for F16; none where no step was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<u64>,
    /// How many tokens the step read a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens_per_second: Option<f64>,
    /// What an evaluation measured on the dev examples, by its name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dev: BTreeMap<String, f64>,
}

/// The records of a training, in memory and in its file.
#[derive(Debug)]
pub(in crate::train) struct Log {
    path: PathBuf,
    records: Vec<Record>,
}

impl Log {
    /// The log of a folder up to a step: what came after it is forgotten.
    ///
    /// # Errors
    /// A file that cannot be read or written, and a line that is no record.
    pub fn open(folder: &Path, step: u64) -> Result<Self> {
        let path = folder.join("metrics.jsonl");
        let text = if path.is_file() { disk::at(&path, "cannot be read", fs::read_to_string(&path))? } else { String::new() };
        let read = |(number, line): (usize, &str)| {
            let unfit = |error: serde_json::Error| {
                Error::new(ErrorKind::Input, format!("{}:{}: {error}: remove the file, or this line", path.display(), number + 1))
            };
            serde_json::from_str::<Record>(line).map_err(unfit)
        };
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        let mut records = whole.lines().enumerate().map(read).collect::<Result<Vec<_>>>()?;
        records.retain(|record| record.step <= step);
        let log = Self { path, records };
        disk::replace(&log.path, log.records.iter().map(line).collect::<String>().as_bytes())?;
        Ok(log)
    }

    pub fn push(&mut self, record: Record) -> Result<()> {
        disk::append(&self.path, &line(&record))?;
        self.records.push(record);
        Ok(())
    }

    pub fn records(&self) -> &[Record] {
        &self.records
    }

    pub fn into_records(self) -> Vec<Record> {
        self.records
    }
}

fn line(record: &Record) -> String {
    serde_json::to_string(record).unwrap_or_default() + "\n"
}
