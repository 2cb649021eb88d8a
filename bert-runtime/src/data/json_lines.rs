//! JSON lines.

use crate::data::source::LONGEST_FIELD;
use crate::data::{Faults, Format, Json, Row, Source};

/// Files with a JSON object a line, whose keys are the fields' names. Blank lines are passed over.
///
/// ```
/// use bert_runtime::data::{JsonLines, Rows};
///
/// let rows = Rows::parse("a.jsonl", "{\"text\": \"all\"}\n{\"text\": \"nothing\", \"labels\": [1, 2]}\n", &JsonLines::new())?;
/// assert_eq!(rows[1].read::<Vec<usize>>("labels")?, [1, 2]);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JsonLines(());

impl JsonLines {
    /// Objects as they are.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Format for JsonLines {
    fn rows(&self, source: &Source, faults: &mut Faults) -> Vec<Row> {
        let filled = source.lines().filter(|(_, line)| !line.trim().is_empty());
        filled
            .filter_map(|(number, line)| {
                row(source, number, line).map_err(|(column, what)| faults.push(&source.place(number, column), what)).ok()
            })
            .collect()
    }
}

/// The row of a line, or what is wrong with it and at which character.
fn row(source: &Source, number: usize, line: &str) -> Result<Row, (usize, String)> {
    let indent = 1 + line.chars().take_while(|c| c.is_whitespace()).count();
    if line.len() > LONGEST_FIELD {
        return Err((1, format!("the line has {} MiB, and {} at most are read", line.len() >> 20, LONGEST_FIELD >> 20)));
    }
    match serde_json::from_str(line) {
        Ok(Json::Object(fields)) => {
            let mut row = Row::new(source.line(number));
            fields.into_iter().for_each(|(name, value)| row.put(name.into(), value, None, None));
            Ok(row)
        }
        Ok(Json::Array(_)) => Err((indent, "this is a list: write one object a line, without a list around them".to_owned())),
        Ok(_) => Err((indent, "a JSON object is expected in each line, such as {\"text\": \"..\"}".to_owned())),
        Err(error) => Err((character(line, error.column()), not_json(&error))),
    }
}

/// The character, from 1, that holds a byte, from 1.
fn character(line: &str, byte: usize) -> usize {
    line.char_indices().take_while(|(start, _)| *start < byte.max(1)).count().max(1)
}

fn not_json(error: &serde_json::Error) -> String {
    let what = error.to_string();
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
    format!("not valid JSON: {what}. Each line is an object of its own")
}
