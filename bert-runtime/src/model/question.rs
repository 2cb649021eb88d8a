//! Examples on their way to the encoder.

use crate::encoder::Batch;
use crate::error::{Error, Result};
use crate::text::{Encoding, Example, Tokenizer, Truncation, collate};

/// A tokenized example: its texts, one or one a choice, and what came with it.
#[derive(Debug, Clone)]
pub(super) struct Question {
    pub(super) encodings: Vec<Encoding>,
    is_choices: bool,
    numbers: Vec<(String, Vec<f32>)>,
    positions: Vec<(String, u32)>,
}

impl Question {
    /// Tokenizes an example, to `max_length` tokens a text at most.
    pub(super) fn new(example: &impl Example, tokenizer: &Tokenizer, max_length: usize) -> Result<Self> {
        let encodings = example.texts().iter().map(|text| tokenizer.encode(text, max_length)).collect::<Result<Vec<_>>>()?;
        let numbers = example.numbers().into_iter().map(|(name, numbers)| (name.to_owned(), numbers.to_vec())).collect();
        let mut positions = Vec::new();
        for (name, position) in example.positions() {
            if let Some(text) = encodings.first() {
                positions.push((name.to_owned(), text.token_at(position)? as u32));
            }
        }
        Ok(Self { encodings, is_choices: example.is_choices(), numbers, positions })
    }

    /// Its longest text, in tokens.
    pub(super) fn length(&self) -> usize {
        self.encodings.iter().map(Encoding::len).max().unwrap_or(0)
    }

    /// What was cut off each of its texts.
    pub(super) fn truncations(&self) -> Vec<Option<Truncation>> {
        self.encodings.iter().map(Encoding::truncation).collect()
    }
}

/// The same error, with the number of the example that it is about.
pub(super) fn in_example(number: usize, error: Error) -> Error {
    Error::new(error.kind(), format!("example {number}: {error}")).caused_by(error)
}

/// The batch of some questions, and its texts, one a sequence.
pub(super) fn batch(questions: &[&Question], tokenizer: &Tokenizer) -> Result<(Batch, Vec<Encoding>)> {
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
