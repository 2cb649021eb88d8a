//! Which field of a row is what a head reads, is given, and is trained towards.

mod inputs;
mod plan;
mod values;

use plan::Plan;

use crate::data::{Examples, Row, Rows};
use crate::error::Result;
use crate::head::Target;
use crate::interpret::{DynamicHead, DynamicInput};
use crate::text::Position;

/// The fields that a head's input and targets are read from, for heads that are read when the program runs.
///
/// What is not said is looked for under the usual names: the text in `text`, `words`, `first` and `second` or `question` and `context`,
/// choices in `choices` with or without a `context`; what is given under its own name; a target under its own (`labels.intent`), its
/// output's (`intent`), or, where a head has one, `labels`, `label`, `target` or, of a span, `answer`.
///
/// A label may be a name or a number, a set of labels a list or a text with a separator between them, and labels of words a list or a
/// text with spaces.
///
/// ```
/// use bert_runtime::DynamicHead;
/// use bert_runtime::data::{Columns, Delimited, Rows};
///
/// let head = DynamicHead::from_source("labels negative, positive; input pooled; linear hidden -> labels; loss cross_entropy;")?;
/// let columns = Columns::new().text("sentence");
/// let rows = Rows::parse("a.tsv", "sentence\tlabel\na gem\tpositive\nno fun\t0\n", &Delimited::tsv())?;
/// assert_eq!(columns.read(&rows, &head)?.len(), 2);
///
/// let rows = Rows::parse("b.tsv", "sentence\tlabel\na gem\tgood\n", &Delimited::tsv())?;
/// let error = columns.read(&rows, &head).unwrap_err().to_string();
/// assert!(error.starts_with("b.tsv:2:7: `label`: one of the labels `negative`, `positive`, or a number below 2, is expected"), "{error}");
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    input: Option<Input>,
    context: Option<String>,
    numbers: Vec<(String, Vec<String>)>,
    positions: Vec<(String, String, Unit)>,
    targets: Vec<(Option<String>, String)>,
    without: Vec<String>,
    separator: Option<char>,
}

/// The fields of the texts.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Input {
    Text(String),
    Words(String),
    Pair(String, String),
    Choices(Vec<String>),
}

/// What the number of a position counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Tokens, with `[CLS]` as number 0.
    Token,
    /// Words of the first text, from 0.
    Word,
    /// Characters of the first text, from 0.
    Char,
}

impl Unit {
    /// The position of this number.
    pub fn at(self, number: usize) -> Position {
        match self {
            Self::Token => Position::Token(number),
            Self::Word => Position::Word(number),
            Self::Char => Position::Char(number),
        }
    }
}

impl Columns {
    /// The usual names.
    pub fn new() -> Self {
        Self::default()
    }

    /// The text in this field; a list is one of words.
    #[must_use]
    pub fn text(self, field: impl Into<String>) -> Self {
        Self { input: Some(Input::Text(field.into())), ..self }
    }

    /// The words of the text in this field: a list, or a text that is parted at its spaces.
    #[must_use]
    pub fn words(self, field: impl Into<String>) -> Self {
        Self { input: Some(Input::Words(field.into())), ..self }
    }

    /// A pair of texts in these fields.
    #[must_use]
    pub fn pair(self, first: impl Into<String>, second: impl Into<String>) -> Self {
        Self { input: Some(Input::Pair(first.into(), second.into())), ..self }
    }

    /// Choices in these fields, one each; or in one field that is a list of them.
    #[must_use]
    pub fn choices<S: Into<String>>(self, fields: impl IntoIterator<Item = S>) -> Self {
        Self { input: Some(Input::Choices(fields.into_iter().map(Into::into).collect())), ..self }
    }

    /// The text in this field in front of each choice.
    #[must_use]
    pub fn context(self, field: impl Into<String>) -> Self {
        Self { context: Some(field.into()), ..self }
    }

    /// The numbers that a head is given by a name, in these fields, one each; or in one field that is a list of them.
    #[must_use]
    pub fn numbers<S: Into<String>>(mut self, given: impl Into<String>, fields: impl IntoIterator<Item = S>) -> Self {
        self.numbers.push((given.into(), fields.into_iter().map(Into::into).collect()));
        self
    }

    /// The position that a head is given by a name, in this field, and what it counts.
    #[must_use]
    pub fn position(mut self, given: impl Into<String>, field: impl Into<String>, unit: Unit) -> Self {
        self.positions.push((given.into(), field.into(), unit));
        self
    }

    /// The only target in this field.
    #[must_use]
    pub fn target(mut self, field: impl Into<String>) -> Self {
        self.targets.push((None, field.into()));
        self
    }

    /// The target of an output in this field.
    #[must_use]
    pub fn target_of(mut self, output: impl Into<String>, field: impl Into<String>) -> Self {
        self.targets.push((Some(output.into()), field.into()));
        self
    }

    /// No target for this output of several.
    #[must_use]
    pub fn without(mut self, output: impl Into<String>) -> Self {
        self.without.push(output.into());
        self
    }

    /// What stands between the labels of a set, or between numbers, in one text; a comma unless it is said.
    #[must_use]
    pub fn separator(self, separator: char) -> Self {
        Self { separator: Some(separator), ..self }
    }

    /// What a head reads of each row, and what it is trained towards.
    ///
    /// # Errors
    /// Of kind [`Data`](crate::ErrorKind::Data), before anything is trained: no rows; fields that are not there; and all rows that do not fit the head,
    /// of which the first 20 are listed with file, line and column.
    pub fn read(&self, rows: &Rows, head: &DynamicHead) -> Result<Examples<DynamicInput>> {
        let (pairs, warnings) = Plan::of(self, rows, head)?.examples(rows)?;
        Examples::of(rows, &format!("{self:?}{}", head.text()), pairs, warnings)
    }

    /// The fields of a head's input and targets, found in some rows, by which those and others can be read one by one.
    ///
    /// # Errors
    /// Fields that are not there.
    pub fn mapping<'h>(&self, rows: &Rows, head: &'h DynamicHead) -> Result<Mapping<'h>> {
        Plan::of(self, rows, head).map(Mapping)
    }

    /// The fields of a head's input alone: rows to be answered have no targets.
    ///
    /// ```
    /// use bert_runtime::DynamicHead;
    /// use bert_runtime::data::{Columns, Lines, Rows};
    ///
    /// let head = DynamicHead::from_source("labels no, yes; input pooled; linear hidden -> labels; loss cross_entropy;")?;
    /// let rows = Rows::parse("a.txt", "Is it so?\n", &Lines::new())?;
    /// let mapping = Columns::new().mapping_of_inputs(&rows, &head)?;
    /// assert!(mapping.input(&rows[0]).is_ok() && Columns::new().mapping(&rows, &head).is_err());
    /// # Ok::<(), bert_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Columns::mapping`].
    pub fn mapping_of_inputs<'h>(&self, rows: &Rows, head: &'h DynamicHead) -> Result<Mapping<'h>> {
        let without = head.targets().into_iter().map(|wanted| wanted.output).collect();
        Plan::of(&Self { targets: Vec::new(), without, ..self.clone() }, rows, head).map(Mapping)
    }
}

/// Which field is what, found out once for many rows.
pub struct Mapping<'h>(Plan<'h>);

impl Mapping<'_> {
    /// What the head reads of a row.
    ///
    /// # Errors
    /// What is wrong with the row, with its file, line and column.
    pub fn input(&self, row: &Row) -> Result<DynamicInput> {
        self.example(row).map(|(input, _)| input)
    }

    /// What the head reads of a row, and what it is trained towards there, by the targets' names.
    ///
    /// # Errors
    /// As [`Mapping::input`].
    pub fn example(&self, row: &Row) -> Result<(DynamicInput, Vec<(String, Target)>)> {
        self.0.one(row)
    }
}
