//! A word a line, in columns.

use std::sync::Arc;

use crate::data::{Faults, Format, Json, Row, Source};

/// Files with a word a line, its tags in columns beside it, and blank lines between sentences, as of the CoNLL tasks.
///
/// A row is a sentence; each column that is named becomes a list. Lines of spaces alone are blank, and sentences whose first column is
/// `-DOCSTART-` are left out.
///
/// ```
/// use bert_runtime::data::{Conll, Rows};
///
/// let rows = Rows::parse("a.conll", "EU NNP B-ORG\nrejects VBZ O\n\t\nGerman JJ B-MISC\n", &Conll::new([(0, "words"), (2, "labels")]))?;
/// assert_eq!(rows[0].read::<Vec<String>>("labels")?, ["B-ORG", "O"]);
/// assert_eq!(rows[1].place_of_item("labels", 0).to_string(), "a.conll:4");
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conll {
    columns: Vec<(usize, String)>,
    separator: Option<char>,
}

impl Conll {
    /// These columns, by their numbers from 0, under these names. Columns are parted by spaces or tabs.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = (usize, S)>) -> Self {
        Self { columns: columns.into_iter().map(|(column, name)| (column, name.into())).collect(), separator: None }
    }

    /// The same with columns that this character alone parts, so that words may hold spaces.
    #[must_use]
    pub fn separated_by(self, separator: char) -> Self {
        Self { separator: Some(separator), ..self }
    }

    fn split<'l>(&self, line: &'l str) -> Vec<&'l str> {
        match self.separator {
            Some(separator) => line.split(separator).collect(),
            None => line.split([' ', '\t']).filter(|part| !part.is_empty()).collect(),
        }
    }

    /// The sentence of some lines; none of a mark of a document's start.
    fn sentence(&self, source: &Source, lines: &[(usize, &str)], faults: &mut Faults) -> Option<Row> {
        let (first, _) = lines.first()?;
        let cells: Vec<(usize, Vec<&str>)> = lines.iter().map(|(number, line)| (*number, self.split(line))).collect();
        if cells.first().is_some_and(|(_, cells)| cells.first() == Some(&"-DOCSTART-")) {
            return None;
        }
        let least = self.columns.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
        let before = faults.count();
        for (number, cells) in cells.iter().filter(|(_, cells)| cells.len() < least) {
            let what = format!("the line has {} columns, and column {} is wanted, counted from 0", cells.len(), least - 1);
            faults.push(&source.line(*number), what);
        }
        if faults.count() > before {
            return None;
        }
        let numbers: Arc<[usize]> = lines.iter().map(|(number, _)| *number).collect();
        let mut row = Row::new(source.line(*first));
        for (column, name) in &self.columns {
            let items = cells.iter().map(|(_, cells)| Json::from(cells.get(*column).copied().unwrap_or_default()));
            row.put(name.as_str().into(), items.collect(), None, Some(numbers.clone()));
        }
        Some(row)
    }
}

impl Format for Conll {
    fn rows(&self, source: &Source, faults: &mut Faults) -> Vec<Row> {
        blocks(source).iter().filter_map(|lines| self.sentence(source, lines, faults)).collect()
    }
}

/// The runs of lines that are not blank.
pub(super) fn blocks(source: &Source) -> Vec<Vec<(usize, &str)>> {
    let mut blocks: Vec<Vec<(usize, &str)>> = vec![Vec::new()];
    for (number, line) in source.lines() {
        match (line.trim_ascii().is_empty(), blocks.last_mut()) {
            (false, Some(block)) => block.push((number, line)),
            _ => blocks.push(Vec::new()),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}
