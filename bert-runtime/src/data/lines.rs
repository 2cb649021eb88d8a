//! Texts, one a line.

use crate::data::{Faults, Format, Row, Source};

/// Files with a text a line, which is the field `text`. Blank lines are passed over.
///
/// ```
/// use bert_runtime::data::{Lines, Rows};
///
/// let rows = Rows::parse("a.txt", "What a film!\n\nWhat a bore.\n", &Lines::new())?;
/// assert_eq!(rows[1].read::<String>("text")?, "What a bore.");
/// assert_eq!(rows[1].place().line, 3);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lines(());

impl Lines {
    /// Texts as they are.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Format for Lines {
    fn rows(&self, source: &Source, _faults: &mut Faults) -> Vec<Row> {
        let filled = source.lines().filter(|(_, line)| !line.trim().is_empty());
        filled.map(|(number, line)| Row::new(source.line(number)).with("text", line)).collect()
    }
}
