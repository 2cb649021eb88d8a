//! Examples with what is right of each, for training and measuring.

use std::path::PathBuf;

use bert_dsl::losses::Target as Kind;
use bert_runtime::data::pretraining::Pretraining;
use bert_runtime::data::{Documents, Rows};
use bert_runtime::head::Target;
use bert_runtime::interpret::DynamicInput;
use bert_runtime::text::Example as _;
use bert_runtime::train::Mix;
use bert_runtime::{Bert, DynamicBert, DynamicHead};

use crate::check::counted;
use crate::data::Reading;
use crate::failure::Failure;
use crate::screen::Screen;

/// Inputs, and targets by their names.
pub type Examples = Vec<(DynamicInput, Vec<(String, Target)>)>;

/// What a head is trained on, or measured by.
pub enum Data {
    /// Examples with their targets.
    Examples(Examples),
    /// Running text, of which words are hidden and sentences put together.
    Running(Documents),
}

/// What is in some files.
///
/// # Errors
/// Everything that is wrong with them; what is odd about them is a warning.
pub fn data(paths: &[PathBuf], reading: &Reading, head: &DynamicHead, screen: &mut Screen) -> Result<Data, Failure> {
    match reading.running(paths)? {
        Some(documents) => Ok(Data::Running(documents)),
        None => examples(paths, reading, head, screen).map(Data::Examples),
    }
}

impl Data {
    /// Whether it is running text.
    pub fn is_running(&self) -> bool {
        matches!(self, Self::Running(_))
    }

    /// Whether each example is nothing but one text, as `--text` can give.
    pub fn is_of_texts(&self) -> bool {
        let is_a_text = |input: &DynamicInput| {
            let is_alone = input.numbers().is_empty() && input.positions().is_empty();
            is_alone && matches!(input.texts(), [text] if text.second().is_none())
        };
        matches!(self, Self::Examples(examples) if examples.iter().all(|(input, _)| is_a_text(input)))
    }

    /// How much there is.
    pub fn told(&self) -> String {
        match self {
            Self::Examples(examples) => counted(examples.len(), "example"),
            Self::Running(documents) => counted(documents.sentences().count(), "sentence"),
        }
    }

    /// As the trainer reads it.
    ///
    /// # Errors
    /// A head that running text has no targets for.
    pub fn mix<'d>(self, name: &str, head: &DynamicHead, bert: &'d Bert, drawing: Drawing) -> Result<Mix<'d, DynamicBert>, Failure> {
        match self {
            Self::Examples(examples) => Ok(Mix::new().set(name, examples)),
            Self::Running(documents) => Ok(Mix::new().text(name, running(documents, head, bert, drawing)?)),
        }
    }
}

/// How examples are made of running text.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    pub seed: u64,
    /// How many tokens are read together, where single sentences are not.
    pub segments: Option<usize>,
}

/// Running text for a head that finds hidden words.
///
/// # Errors
/// A head of another kind: even one that chooses from two labels is not meant to say whether one sentence follows another. Segments that the
/// encoder has no room for.
pub fn running<'d>(documents: Documents, head: &DynamicHead, bert: &'d Bert, drawing: Drawing) -> Result<Pretraining<'d>, Failure> {
    if head.targets().iter().all(|wanted| wanted.kind != Kind::TokenIds) {
        let rows = "give files of rows with what is right of each: CSV, TSV, JSON lines, CoNLL or SQuAD";
        return Err(Failure::new(format!("running text trains heads that find hidden words, and `{}` finds none: {rows}", head.name())));
    }
    let single = Pretraining::new(head, bert.tokenizer()?, documents, drawing.seed)?;
    match drawing.segments {
        None => Ok(single),
        Some(tokens) if tokens <= bert.max_length() => Ok(single.segments(tokens)?),
        Some(tokens) => {
            let most = bert.max_length();
            Err(Failure::new(format!("`--segments {tokens}`: this encoder reads {most} tokens at most: give {most} or fewer")))
        }
    }
}

/// The examples of some files, all of them valid.
fn examples(paths: &[PathBuf], reading: &Reading, head: &DynamicHead, screen: &mut Screen) -> Result<Examples, Failure> {
    let rows = reading.rows(paths, screen)?;
    let columns = reading.columns(head)?;
    let rows = if reading.skips() { fitting(rows, reading, head, screen)? } else { rows };
    if rows.is_empty() {
        let files = paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
        return Err(Failure::new(format!("there are no examples in {files}")));
    }
    let examples = columns.read(&rows, head)?;
    for warning in examples.warnings() {
        screen.warn(&warning.to_string())?;
    }
    Ok(examples.into_pairs())
}

/// The rows that fit the head; the others are skipped with a warning.
fn fitting(rows: Rows, reading: &Reading, head: &DynamicHead, screen: &mut Screen) -> Result<Rows, Failure> {
    if rows.is_empty() {
        return Ok(rows);
    }
    let mapping = reading.columns(head)?.mapping(&rows, head)?;
    let mut kept = Vec::with_capacity(rows.len());
    for row in &rows {
        match mapping.example(row) {
            Ok(_) => kept.push(row.clone()),
            Err(error) => reading.skipped(&error, screen)?,
        }
    }
    Ok(Rows::from_parts(kept, Vec::new()))
}
