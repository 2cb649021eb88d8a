//! From what is said of words to what stands at columns: numbers, parents and pairs.

use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::targets::{IGNORED, class, words_before};
use crate::text::Encoding;
use crate::value::Layout;

/// A target with its entries at the first token of each word, from one with numbers, parents or pairs of words; any other as
/// it is.
///
/// # Errors
/// Another number of entries than the texts have words, words that are not there, and words of several texts that point at
/// one another.
pub(super) fn align(target: Target, texts: &[Encoding]) -> Result<Target> {
    match target {
        Target::WordNumbers { each, words } => WordColumns::of(only(texts)?).numbers(each, &words),
        Target::WordParents(parents) => WordColumns::of(only(texts)?).parents(&parents),
        Target::WordPairs(pairs) => WordColumns::of(only(texts)?).pairs(&pairs),
        Target::Answer(end) => Ok(Target::Classes(vec![end.token(texts)?])),
        other => Ok(other),
    }
}

/// A target with its entries at the positions of a sequence, from one with numbers, parents or pairs of words.
///
/// `begun` are the words that the sequence's rows are, or begin.
///
/// # Errors
/// As [`align`]; what `begun` says.
pub(super) fn at_positions(
    target: &Target,
    layout: &Layout,
    sequence: usize,
    begun: impl Fn() -> Result<Vec<Option<u32>>>,
) -> Result<Target> {
    let columns = || Ok::<_, Error>(WordColumns::of_layout(layout, sequence, &begun()?));
    match target {
        Target::WordNumbers { each, words } => columns()?.numbers(*each, words),
        Target::WordParents(parents) => columns()?.parents(parents),
        Target::WordPairs(pairs) => columns()?.pairs(pairs),
        other => Ok(other.clone()),
    }
}

/// The one text of an example.
fn only(texts: &[Encoding]) -> Result<&Encoding> {
    match texts {
        [text] => Ok(text),
        _ => Err(Error::new(ErrorKind::Target, format!("this target is of the words of one text, and the example has {}", texts.len()))),
    }
}

/// The column of each word, none where it was cut off, and how many columns there are.
struct WordColumns {
    columns: Vec<Option<usize>>,
    length: usize,
    /// How many words the text has, where that is known: more than there are columns for if it was cut off.
    words: Option<usize>,
}

impl WordColumns {
    /// Columns are tokens. In a pair the second text's words follow the first's.
    fn of(text: &Encoding) -> Self {
        let mut columns = vec![None; words_before(text, Some(text.sequences()))];
        for token in text.first_pieces() {
            let word = text.pieces().get(token).and_then(|piece| Some(piece.word? + words_before(text, piece.sequence)));
            if let Some(cell) = word.and_then(|word| columns.get_mut(word)) {
                *cell = Some(token);
            }
        }
        Self { words: Some(columns.len()), columns, length: text.len() }
    }

    /// Columns are the positions of a sequence, tokens or words.
    fn of_layout(layout: &Layout, sequence: usize, begun: &[Option<u32>]) -> Self {
        let last = begun.iter().flatten().max().map_or(0, |&last| last as usize + 1);
        let mut columns = vec![None; last];
        for (&position, word) in layout.positions(sequence).iter().zip(begun) {
            if let Some(cell) = word.and_then(|word| columns.get_mut(word as usize)) {
                *cell = Some(position as usize);
            }
        }
        Self { columns, length: layout.width(), words: None }
    }

    fn column(&self, word: usize) -> Result<Option<usize>> {
        match self.words {
            Some(words) if word >= words => {
                Err(Error::new(ErrorKind::Target, format!("there is no word {word}: the text has {words} words, with numbers from 0")))
            }
            _ => Ok(self.columns.get(word).copied().flatten()),
        }
    }

    fn check_count(&self, entries: usize) -> Result<()> {
        let words = self.columns.len();
        if entries == words || (entries > words && self.words.is_none()) {
            return Ok(());
        }
        let what = format!("{entries} entries for {words} words: give one a word, or `None` where there is none");
        Err(Error::new(ErrorKind::Target, what))
    }

    /// Zeros where a column has no word, or a word no numbers.
    fn numbers(&self, each: usize, words: &[Option<Vec<f32>>]) -> Result<Target> {
        self.check_count(words.len())?;
        let mut numbers = vec![0.0; self.length * each];
        for (column, found) in self.columns.iter().zip(words) {
            let Some(found) = found else { continue };
            if found.len() != each {
                return Err(Error::new(ErrorKind::Target, format!("a word has {} numbers, and {each} are wanted", found.len())));
            }
            if let Some(cells) = column.and_then(|column| numbers.get_mut(column * each..(column + 1) * each)) {
                cells.copy_from_slice(found);
            }
        }
        Ok(Target::Numbers(numbers))
    }

    /// A word whose parent was cut off has none.
    fn parents(&self, parents: &[Option<usize>]) -> Result<Target> {
        self.check_count(parents.len())?;
        let mut classes = vec![IGNORED; self.length];
        for (column, parent) in self.columns.iter().zip(parents) {
            let Some(parent) = parent else { continue };
            let parent = self.column(*parent)?;
            if let Some(cell) = column.and_then(|column| classes.get_mut(column)) {
                *cell = parent.map_or(IGNORED, class);
            }
        }
        Ok(Target::Classes(classes))
    }

    /// A square with a class for each pair, by rows.
    fn pairs(&self, pairs: &[(usize, usize, usize)]) -> Result<Target> {
        let mut classes = vec![IGNORED; self.length * self.length];
        for &(first, second, label) in pairs {
            let (Some(row), Some(column)) = (self.column(first)?, self.column(second)?) else { continue };
            match classes.get_mut(row * self.length + column) {
                Some(cell) if *cell == IGNORED => *cell = class(label),
                _ => {
                    return Err(Error::new(
                        ErrorKind::Target,
                        format!("the pair of words {first} and {second} has two labels: give it one"),
                    ));
                }
            }
        }
        Ok(Target::Classes(classes))
    }
}
