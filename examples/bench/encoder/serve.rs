//! Cases on demand, in a process that stays warm, so that a script can let it and others run in turn.

use std::io::BufRead;
use std::path::Path;

use bert_runtime::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::load::Work;
use crate::record::Record;
use crate::{clock, memory, peak, record};

/// Answers every line of stdin until it ends.
pub fn serve(work: &mut Work) -> Result<()> {
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Error::new(ErrorKind::Io, format!("stdin cannot be read: {error}")))?;
        record::say(&answer(work, &line)?)?;
    }
    Ok(())
}

/// `CASE [RUNS [FILE]]`, with the logits to a file where one is named; `peak`, and `rss`.
fn answer(work: &mut Work, line: &str) -> Result<Value> {
    let mut words = line.split_whitespace();
    let (name, runs, file) = (words.next().unwrap_or_default(), words.next(), words.next());
    match name {
        "peak" => return Ok(record::peak(peak::gflop_s())),
        "rss" => return Ok(record::memory(memory::most_mib())),
        _ => {}
    }
    let case = name.parse()?;
    let load = work.load(case)?;
    file.map(|file| record::write_numbers(Path::new(file), &load.logits()?)).transpose()?;
    let times = clock::times(|| load.run(), Some(runs.map_or(Ok(1), number)?))?;
    Ok(Record::new(case, &load, &times).with_memory(work.memory()?).json())
}

fn number(runs: &str) -> Result<u32> {
    runs.parse().map_err(|_| Error::new(ErrorKind::Input, format!("`{runs}` is no number of runs: write `CASE [RUNS [FILE]]`")))
}
