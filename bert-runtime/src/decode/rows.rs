//! The rows of an output on the host, by sequence and example.

use candle_core::DType;

use crate::decode::{At, Decoded, Reading};
use crate::error::{Error, ErrorKind, Result};
use crate::text::Encoding;
use crate::value::{Layout, Rows, Value};

/// An output's numbers in single precision, a slice a row.
pub(super) struct HostRows {
    numbers: Vec<f32>,
    width: usize,
    features: bool,
}

impl HostRows {
    /// Fetches an output.
    pub(super) fn fetch(value: &Value) -> Result<Self> {
        let tensor = value.tensor().to_dtype(DType::F32)?;
        let width = tensor.dims().iter().skip(1).product();
        Ok(Self { numbers: tensor.flatten_all()?.to_vec1()?, width, features: value.has_features() })
    }

    /// The numbers of a row: its features, or the one number.
    pub(super) fn row(&self, row: usize) -> &[f32] {
        let start = row.saturating_mul(self.width);
        self.numbers.get(start..start.saturating_add(self.width)).unwrap_or_default()
    }

    /// The numbers of some rows that are one number each.
    pub(super) fn column(&self, rows: std::ops::Range<usize>) -> Vec<f32> {
        rows.flat_map(|row| self.row(row).first().copied()).collect()
    }

    /// Whether a row is a list of features.
    pub(super) fn has_features(&self) -> bool {
        self.features
    }
}

/// One answer an example, from one a sequence: where examples have choices, their answers together.
pub(super) fn by_example(layout: &Layout, mut answer: impl FnMut(usize) -> Result<Decoded>) -> Result<Vec<Decoded>> {
    let mut example = |number: usize| match layout.choices(number) {
        Some(choices) => Ok(Decoded::Choices(choices.map(&mut answer).collect::<Result<_>>()?)),
        None => answer(number),
    };
    (0..layout.examples()).map(&mut example).collect()
}

/// Which tokens of a sequence are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The first token of each word.
    Words,
    /// Every token of the texts, without the special tokens around them.
    Pieces,
    /// Every token.
    Tokens,
}

impl Asked {
    fn holds(self, encoding: &Encoding, token: usize, first: &[usize]) -> bool {
        match self {
            Self::Words => first.binary_search(&token).is_ok(),
            Self::Pieces => encoding.pieces().get(token).is_some_and(|piece| !piece.special),
            Self::Tokens => true,
        }
    }
}

/// One answer for each row of the output: of the sequence, or of each of its tokens that is asked, or of each pair of these.
pub(super) fn by_row(value: &Value, reading: &Reading<'_>, asked: Asked, answer: impl Fn(&[f32], bool) -> Decoded) -> Result<Vec<Decoded>> {
    let (rows, layout) = (HostRows::fetch(value)?, value.layout());
    let answer = |row: usize| answer(rows.row(row), rows.has_features());
    by_example(layout, |sequence| match value.rows() {
        Rows::Token => Ok(Decoded::Tokens(by_token(layout, sequence, reading, asked, answer)?)),
        Rows::Pair => Ok(Decoded::Pairs(by_pair(layout, sequence, reading, asked, answer)?)),
        Rows::Sequence => Ok(answer(sequence)),
    })
}

/// One answer for each pair of a sequence's tokens that are asked: for each first of a pair a list with each second.
pub(super) fn by_pair<T>(
    layout: &Layout,
    sequence: usize,
    reading: &Reading<'_>,
    asked: Asked,
    answer: impl Fn(usize) -> T,
) -> Result<Vec<At<Vec<T>>>> {
    let (start, length) = (pair_start(layout, sequence), layout.length(sequence));
    let own = layout.rows(sequence).start;
    let tokens = by_token(layout, sequence, reading, asked, |row| row - own)?;
    let seconds: Vec<usize> = tokens.iter().map(|at| at.value).collect();
    let pairs = |first: usize| Ok(seconds.iter().map(|second| answer(start + first * length + second)).collect());
    tokens.into_iter().map(|at| at.try_map(pairs)).collect()
}

/// The first of a sequence's rows in a value with a row for each pair of tokens.
pub(super) fn pair_start(layout: &Layout, sequence: usize) -> usize {
    (0..sequence).map(|before| layout.length(before).pow(2)).sum()
}

/// One answer for each token of a sequence that is asked, with its place in the text.
pub(super) fn by_token<T>(
    layout: &Layout,
    sequence: usize,
    reading: &Reading<'_>,
    asked: Asked,
    answer: impl Fn(usize) -> T,
) -> Result<Vec<At<T>>> {
    let encoding = reading.encoding(sequence)?;
    let first: Vec<usize> = encoding.first_pieces().collect();
    let mut answers = Vec::new();
    let asked = if layout.has_words() { Asked::Words } else { asked };
    for (row, token) in layout.rows(sequence).zip(layout.tokens(sequence)) {
        let token = token as usize;
        if token >= encoding.len() {
            let what = format!(
                "sequence {sequence} has an output at token {token}, and its text has {} tokens: give the texts that the batch was made of",
                encoding.len()
            );
            return Err(Error::new(ErrorKind::Input, what));
        }
        if asked.holds(encoding, token, &first) {
            answers.push(At::new(encoding, token, asked, answer(row)));
        }
    }
    Ok(answers)
}
