//! Examples on their way to the encoder.

use crate::encoder::Batch;
use crate::error::{Error, Result};
use crate::text::{Encoding, Example, Tokenizer, Truncation, Window, collate};

/// How much is read at once, and how what is longer is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    /// The longest sequence, in tokens.
    pub(super) max_length: usize,
    /// By how many tokens the windows of a longer text overlap, if it has windows.
    pub(super) overlap: Option<usize>,
}

/// A text that is longer than what is read at once, and its windows.
#[derive(Debug, Clone)]
pub(super) struct Long {
    pub(super) whole: Encoding,
    pub(super) windows: Vec<Window>,
}

/// A tokenized example: its texts, one or one a choice, and what came with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// What is read at once: what is too long is cut.
    pub(crate) encodings: Vec<Encoding>,
    /// The only text in windows, where it is too long.
    pub(super) long: Option<Long>,
    is_choices: bool,
    numbers: Vec<(String, Vec<f32>)>,
    positions: Vec<(String, u32)>,
}

impl Question {
    /// Tokenizes an example, to as many tokens a text as are read at once.
    pub(super) fn new(example: &impl Example, tokenizer: &Tokenizer, reach: Reach) -> Result<Self> {
        let whole = |text| {
            tokenizer.check_room(text, reach.max_length)?;
            tokenizer.encode_whole(text)
        };
        let whole = example.texts().iter().map(whole).collect::<Result<Vec<_>>>()?;
        let long = whole.first().filter(|_| !example.is_choices()).and_then(|text| Long::of(text, reach));
        let encodings: Vec<Encoding> = whole.into_iter().map(|text| text.truncated(reach.max_length)).collect();
        let numbers = example.numbers().into_iter().map(|(name, numbers)| (name.to_owned(), numbers.to_vec())).collect();
        let mut positions = Vec::new();
        for (name, position) in example.positions() {
            if let Some(text) = encodings.first() {
                positions.push((name.to_owned(), text.token_at(position)? as u32));
            }
        }
        Ok(Self { encodings, long, is_choices: example.is_choices(), numbers, positions })
    }

    /// What came with the example.
    pub(crate) fn given(&self) -> impl std::fmt::Debug + '_ {
        (&self.numbers, &self.positions)
    }

    /// A window as a question of its own.
    pub(crate) fn of_window(encoding: Encoding) -> Self {
        Self { encodings: vec![encoding], ..Self::default() }
    }

    /// Its longest text, in tokens.
    pub(super) fn length(&self) -> usize {
        self.encodings.iter().map(Encoding::len).max().unwrap_or(0)
    }

    /// All its tokens, which go through the encoder together.
    pub(crate) fn tokens(&self) -> usize {
        self.encodings.iter().map(Encoding::len).sum()
    }

    /// What was cut off each of its texts.
    pub(super) fn truncations(&self) -> Vec<Option<Truncation>> {
        self.encodings.iter().map(Encoding::truncation).collect()
    }
}

impl Long {
    fn of(text: &Encoding, reach: Reach) -> Option<Self> {
        let overlap = reach.overlap.filter(|_| text.len() > reach.max_length)?;
        let windows = text.windows(reach.max_length, overlap)?;
        Some(Self { whole: text.clone(), windows })
    }
}

/// The same error, with the number of the example that it is about.
pub(super) fn in_example(number: usize, error: Error) -> Error {
    Error::new(error.kind(), format!("example {number}: {error}")).caused_by(error)
}

/// The batch of some questions, and its texts, one a sequence.
pub(crate) fn batch(questions: &[&Question], tokenizer: &Tokenizer) -> Result<(Batch, Vec<Encoding>)> {
    let encodings: Vec<Encoding> = questions.iter().flat_map(|question| question.encodings.iter().cloned()).collect();
    let mut batch = collate(&encodings)?;
    if questions.iter().any(|question| question.is_choices) {
        let counts: Vec<usize> = questions.iter().map(|question| question.encodings.len()).collect();
        batch = batch.with_choices(&counts)?;
    }
    if let Some(mask) = tokenizer.special().mask {
        batch = batch.with_mask_token(mask);
    }
    for (number, (name, _)) in questions.first().map_or(&[][..], |first| &first.numbers).iter().enumerate() {
        let row = |question: &&Question| question.numbers.get(number).map_or(Vec::new(), |(_, numbers)| numbers.clone());
        batch = batch.with_features(name, questions.iter().map(row).collect())?;
    }
    for (number, (name, _)) in questions.first().map_or(&[][..], |first| &first.positions).iter().enumerate() {
        let position = |question: &&Question| question.positions.get(number).map_or(0, |(_, position)| *position);
        batch = batch.with_positions(name, questions.iter().map(position).collect())?;
    }
    Ok((batch, encodings))
}
