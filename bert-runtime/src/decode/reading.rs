//! What decodes read beside outputs.

use crate::error::{Error, ErrorKind, Result};
use crate::text::{Encoding, Tokenizer};

/// The tokenized texts of a batch, one a sequence, and their tokenizer.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    encodings: &'a [Encoding],
    tokenizer: Option<&'a Tokenizer>,
}

impl<'a> Reading<'a> {
    /// The texts that the batch was made of, in its order.
    pub fn new(encodings: &'a [Encoding]) -> Self {
        Self { encodings, tokenizer: None }
    }

    /// The same with the tokenizer, by which tokens are named.
    #[must_use]
    pub fn with_tokenizer(mut self, tokenizer: &'a Tokenizer) -> Self {
        self.tokenizer = Some(tokenizer);
        self
    }

    /// The text of a sequence.
    ///
    /// # Errors
    /// A sequence that has no text here.
    pub fn encoding(&self, sequence: usize) -> Result<&'a Encoding> {
        self.encodings.get(sequence).ok_or_else(|| {
            let what = format!(
                "sequence {sequence} is to be read and {} texts were given: give the texts that the batch was made of",
                self.encodings.len()
            );
            Error::new(ErrorKind::Input, what)
        })
    }

    /// Whether a token is the tokenizer's mask token.
    pub fn is_mask(&self, encoding: &Encoding, token: usize) -> bool {
        let mask = self.tokenizer.and_then(|tokenizer| tokenizer.special().mask);
        mask.is_some() && encoding.pieces().get(token).map(|piece| piece.id) == mask
    }

    /// The token of this number, as it stands in the vocabulary; its number where there is no tokenizer or no such token.
    pub fn token(&self, id: u32) -> String {
        self.tokenizer.and_then(|tokenizer| tokenizer.token(id)).unwrap_or_else(|| format!("[{id}]"))
    }
}
