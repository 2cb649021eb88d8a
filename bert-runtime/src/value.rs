//! The one type of every value that flows between encoder, layers, losses and decodes.

use std::ops::Range;
use std::sync::Arc;

use candle_core::{DType, Tensor};

use crate::error::{Error, ErrorKind, Result};

/// How the rows of a batch belong to sequences: the shape of a ragged batch, without padding.
///
/// Row `r` of a token value is the token at column `positions[r]` of its sequence; the rows of sequence `i` are
/// `offsets[i]..offsets[i + 1]`. Columns count in the padded batch that the sequences came from, holes and padding at
/// the left included, so a position is the one that Hugging Face would use. Where rows are words, positions are the
/// words' numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    offsets: Vec<usize>,
    positions: Vec<u32>,
    width: usize,
    examples: Option<Vec<usize>>,
    first_sequence: u64,
    words: Option<Arc<Words>>,
}

/// What is known of words.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Words {
    /// Rows are tokens: for each the word that it begins.
    Begun(Vec<Option<u32>>),
    /// Rows are words, at positions that are their numbers: for each the columns of its pieces.
    Rows(Vec<Range<u32>>),
}

impl Layout {
    /// A layout of sequences, each given by the columns of its tokens, in a padded width.
    ///
    /// # Errors
    /// A sequence without any token, columns that do not rise, or a column past `width`.
    pub fn new<'a>(sequences: impl IntoIterator<Item = &'a [u32]>, width: usize) -> Result<Self> {
        let (mut offsets, mut positions) = (vec![0], Vec::new());
        for (row, columns) in sequences.into_iter().enumerate() {
            check_columns(row, columns, width)?;
            positions.extend_from_slice(columns);
            offsets.push(positions.len());
        }
        Ok(Self { offsets, positions, width, examples: None, first_sequence: 0, words: None })
    }

    /// The same sequences, grouped: example `e` owns the sequences `offsets[e]..offsets[e + 1]`, its choices.
    #[must_use]
    pub fn with_choices(mut self, offsets: Vec<usize>) -> Self {
        self.examples = Some(offsets);
        self
    }

    /// The same sequences, the first of which is number `first` of its training step.
    #[must_use]
    pub fn with_first_sequence(mut self, first: u64) -> Self {
        self.first_sequence = first;
        self
    }

    /// The same tokens, each with the word that it begins, which targets a word need. There is one entry a row.
    pub(crate) fn with_begun_words(mut self, begun: Vec<Option<u32>>) -> Self {
        self.words = Some(Arc::new(Words::Begun(begun)));
        self
    }

    /// Words in place of the tokens: for each sequence the words' numbers and the columns of their pieces.
    ///
    /// Positions are the numbers, and the padded form is `width` words wide.
    pub(crate) fn of_words(&self, words: &[Vec<(u32, Range<u32>)>], width: usize) -> Self {
        let (mut offsets, mut positions, mut pieces) = (vec![0], Vec::new(), Vec::new());
        for (number, columns) in words.iter().flat_map(|sequence| sequence.iter().cloned()) {
            positions.push(number);
            pieces.push(columns);
        }
        offsets.extend(words.iter().scan(0, |end, sequence| {
            *end += sequence.len();
            Some(*end)
        }));
        Self { offsets, positions, width, words: Some(Arc::new(Words::Rows(pieces))), ..self.clone() }
    }

    /// Other rows in place of the tokens: so many a sequence, which no token stands for.
    pub(crate) fn of_lengths(&self, lengths: &[usize], width: usize) -> Self {
        let mut made = Self { offsets: vec![0], positions: Vec::new(), width, words: None, ..self.clone() };
        for &length in lengths {
            made.positions.extend(0..length as u32);
            made.offsets.push(made.positions.len());
        }
        made
    }

    /// Whether rows are words.
    pub fn has_words(&self) -> bool {
        matches!(self.words.as_deref(), Some(Words::Rows(_)))
    }

    /// The column of the token that each row of a sequence stands for: of a word its first piece.
    pub fn tokens(&self, sequence: usize) -> Vec<u32> {
        match self.words.as_deref() {
            Some(Words::Rows(pieces)) => pieces[self.rows(sequence)].iter().map(|columns| columns.start).collect(),
            _ => self.positions(sequence).to_vec(),
        }
    }

    /// The row that holds a sequence's token at this column: the token itself, or the word that it is a piece of.
    pub fn row_at(&self, sequence: usize, column: u32) -> Option<usize> {
        let rows = self.rows(sequence);
        match self.words.as_deref() {
            Some(Words::Rows(pieces)) => rows.into_iter().find(|&row| pieces[row].contains(&column)),
            _ => self.positions(sequence).binary_search(&column).ok().map(|index| rows.start + index),
        }
    }

    /// The number of the word that each row of a sequence is, or is the first piece of; `None` where words are not known.
    pub(crate) fn words(&self, sequence: usize) -> Option<Vec<Option<u32>>> {
        match self.words.as_deref()? {
            Words::Rows(_) => Some(self.positions(sequence).iter().copied().map(Some).collect()),
            Words::Begun(begun) => Some(begun[self.rows(sequence)].to_vec()),
        }
    }

    /// How many sequences there are.
    pub fn sequences(&self) -> usize {
        self.offsets.len() - 1
    }

    /// How many examples there are: the sequences, or their groups where an example has several choices.
    pub fn examples(&self) -> usize {
        self.examples.as_ref().map_or(self.sequences(), |offsets| offsets.len() - 1)
    }

    /// The rows of a sequence in a token value.
    pub fn rows(&self, sequence: usize) -> std::ops::Range<usize> {
        self.offsets[sequence]..self.offsets[sequence + 1]
    }

    /// How many rows a token value has.
    pub fn total(&self) -> usize {
        self.positions.len()
    }

    /// How many tokens a sequence has.
    pub fn length(&self, sequence: usize) -> usize {
        self.rows(sequence).len()
    }

    /// The columns of a sequence's tokens.
    pub fn positions(&self, sequence: usize) -> &[u32] {
        &self.positions[self.rows(sequence)]
    }

    /// The columns of all tokens, a row each.
    pub fn all_positions(&self) -> &[u32] {
        &self.positions
    }

    /// The width of the padded form.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The sequences that are the choices of an example, where examples have choices.
    pub fn choices(&self, example: usize) -> Option<std::ops::Range<usize>> {
        self.examples.as_ref().map(|offsets| offsets[example]..offsets[example + 1])
    }

    /// Whether sequences are grouped as choices.
    pub fn has_choices(&self) -> bool {
        self.examples.is_some()
    }

    /// The number of a sequence in its training step, by which dropout masks are keyed.
    pub fn sequence_number(&self, sequence: usize) -> u64 {
        self.first_sequence + sequence as u64
    }

    /// The layout of some rows of this one: for each sequence the columns to keep. A sequence may keep none.
    ///
    /// Returns the rows' indices too. Columns that the sequence has no token at are an error.
    ///
    /// # Errors
    /// A column at which its sequence has no token, with the sequence's number.
    pub fn select(&self, columns: &[Vec<u32>]) -> Result<(Self, Vec<u32>)> {
        let mut picked = Self { offsets: vec![0], positions: Vec::new(), ..self.clone() };
        let mut rows = Vec::new();
        for (sequence, wanted) in columns.iter().enumerate() {
            for &column in wanted {
                rows.push(self.row_of(sequence, column)?);
                picked.positions.push(column);
            }
            picked.offsets.push(picked.positions.len());
        }
        picked.words = self.words.as_deref().map(|words| Arc::new(words.select(&rows)));
        Ok((picked, rows))
    }

    fn row_of(&self, sequence: usize, column: u32) -> Result<u32> {
        let index = self.positions(sequence).binary_search(&column).map_err(|_| no_token(sequence, column))?;
        Ok((self.offsets[sequence] + index) as u32)
    }
}

impl Words {
    fn select(&self, rows: &[u32]) -> Self {
        let at = |row: &u32| *row as usize;
        match self {
            Self::Begun(begun) => Self::Begun(rows.iter().map(|row| begun[at(row)]).collect()),
            Self::Rows(pieces) => Self::Rows(rows.iter().map(|row| pieces[at(row)].clone()).collect()),
        }
    }
}

/// The error of a position at which a sequence has no token.
pub(crate) fn no_token(sequence: usize, column: u32) -> Error {
    Error::new(ErrorKind::Input, format!("sequence {sequence} has no token at position {column}: give a position that is not padding"))
}

fn check_columns(row: usize, columns: &[u32], width: usize) -> Result<()> {
    let fault = |what: &str| Err(Error::new(ErrorKind::Input, format!("row {row} {what}")));
    if columns.is_empty() {
        return fault("has no token: its attention mask is all zero. Give it at least one token or leave the row out");
    }
    if !columns.is_sorted_by(|a, b| a < b) {
        return fault("has token positions that do not rise");
    }
    match columns.last() {
        Some(&last) if last as usize >= width => fault(&format!("has a token at {last}, past the width {width}")),
        _ => Ok(()),
    }
}

/// What a row of a [`Value`] stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rows {
    /// A row is a whole sequence: axes `[batch]`, or `[batch, choice]`.
    Sequence,
    /// A row is a token: axes `[batch, token]`.
    Token,
    /// A row is a pair of tokens of one sequence, `n * n` rows a sequence of `n`: axes `[batch, token, token]`.
    Pair,
}

/// The layer axis of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Layers {
    /// There is none.
    None,
    /// All layers are there.
    Whole,
    /// The layers of these numbers, which rise, are there, of so many.
    Some { numbers: Arc<[usize]>, depth: usize },
}

/// A tensor whose first dimension is rows without padding, with the layout that says whose rows they are.
///
/// After the rows come, where the value has them, a layer axis and a feature axis.
#[derive(Debug, Clone)]
pub struct Value {
    tensor: Tensor,
    rows: Rows,
    layers: Layers,
    features: bool,
    layout: Arc<Layout>,
}

impl Value {
    /// A value with a feature axis: `tensor` is `[rows, features]`.
    pub fn new(tensor: Tensor, rows: Rows, layout: Arc<Layout>) -> Self {
        Self { tensor, rows, layers: Layers::None, features: true, layout }
    }

    /// A value with a layer axis: `tensor` is `[rows, layers, features]`.
    pub fn with_layers(tensor: Tensor, rows: Rows, layout: Arc<Layout>) -> Self {
        Self { tensor, rows, layers: Layers::Whole, features: true, layout }
    }

    /// The same tensor, whose layers are these of so many: each keeps its number.
    pub(crate) fn keeping_layers(self, numbers: Vec<usize>, depth: usize) -> Self {
        Self { layers: Layers::Some { numbers: numbers.into(), depth }, ..self }
    }

    /// How many layers there are, those that were not kept included; `None` without a layer axis.
    pub(crate) fn depth(&self) -> Option<usize> {
        match &self.layers {
            Layers::None => None,
            Layers::Whole => self.tensor.dims().get(1).copied(),
            Layers::Some { depth, .. } => Some(*depth),
        }
    }

    /// The places on the layer axis of the layers of these numbers; `None` where one of them was not kept.
    pub(crate) fn places_of_layers(&self, wanted: Range<usize>) -> Option<Range<usize>> {
        let Layers::Some { numbers, .. } = &self.layers else { return Some(wanted) };
        let start = numbers.binary_search(&wanted.start).ok()?;
        let places = start..start + wanted.len();
        numbers.get(places.clone())?.iter().copied().eq(wanted).then_some(places)
    }

    /// The same rows with a layer axis of which every layer is there.
    pub(crate) fn with_whole_layers(&self, tensor: Tensor) -> Self {
        Self { tensor, layers: Layers::Whole, ..self.clone() }
    }

    /// The same axes after other rows.
    pub(crate) fn with_rows(&self, tensor: Tensor, rows: Rows, layout: Arc<Layout>) -> Self {
        Self { tensor, rows, layout, layers: self.layers.clone(), features: self.features }
    }

    /// The same rows without the layer axis: `tensor` is `[rows, features]`, or `[rows]` where there is no feature axis.
    pub(crate) fn without_layers(&self, tensor: Tensor) -> Self {
        Self { tensor, layers: Layers::None, ..self.clone() }
    }

    /// The same rows with another tensor of as many dimensions.
    #[must_use]
    pub fn with_tensor(&self, tensor: Tensor) -> Self {
        Self { tensor, ..self.clone() }
    }

    /// The same value without its feature axis: `tensor` is `[rows]`.
    #[must_use]
    pub fn without_features(&self, tensor: Tensor) -> Self {
        Self { tensor, features: false, ..self.clone() }
    }

    /// The rows, `[rows, ..]`.
    pub fn tensor(&self) -> &Tensor {
        &self.tensor
    }

    /// What a row stands for.
    pub fn rows(&self) -> Rows {
        self.rows
    }

    /// Whether the dimension after the rows is a layer axis.
    pub fn has_layers(&self) -> bool {
        self.depth().is_some()
    }

    /// Whether the last dimension is a feature axis.
    pub fn has_features(&self) -> bool {
        self.features
    }

    /// Whose rows these are.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// The size of the last dimension.
    pub fn width(&self) -> usize {
        self.tensor.dims().last().copied().unwrap_or(1)
    }

    /// The value in another number format.
    ///
    /// # Errors
    /// What candle says of the conversion.
    pub fn to_dtype(&self, dtype: DType) -> Result<Self> {
        Ok(self.with_tensor(self.tensor.to_dtype(dtype)?))
    }

    /// The value as transformers would return it, zeros where a sequence has no token: `[batch, ..]`,
    /// `[batch, token, ..]`, `[batch, token, token, ..]`, with `choice` after `batch` where examples have choices of one number,
    /// and with `layer` before all of them where there is a layer axis.
    ///
    /// # Errors
    /// Examples with different numbers of choices, which no rectangular tensor can hold.
    pub fn to_padded(&self) -> Result<Tensor> {
        crate::padding::padded(self)
    }
}
