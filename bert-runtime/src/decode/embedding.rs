//! Vectors.

use std::ops::Deref;

use serde::Serialize;

use crate::decode::rows::{Asked, by_row};
use crate::decode::{Decoded, FromDecoded, Reading};
use crate::error::Result;
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::value::Value;

/// Reads vectors: a [`Decoded::Embedding`] for each example or choice, or for every token.
///
/// # Errors
/// Outputs that are not of the texts in `reading`, and what candle says of reading them.
pub fn decode_embedding(x: &Value, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    by_row(x, reading, Asked::Tokens, |row, _| Decoded::Embedding(row.to_vec()))
}

/// A vector that stands for a text, or a token.
///
/// ```
/// use bert_runtime::decode::Embedding;
///
/// let (a, b) = (Embedding(vec![3.0, 4.0]), Embedding(vec![4.0, 3.0]));
/// assert!((a.cosine(&b) - 0.96).abs() < 1e-6);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Embedding(pub Vec<f32>);

impl Embedding {
    /// The cosine of the angle to another vector: 1 for the same direction, 0 where either has no length.
    ///
    /// Of vectors with different numbers of elements only the elements that both have count in the product.
    pub fn cosine(&self, other: &Self) -> f32 {
        let lengths = self.dot(self).sqrt() * other.dot(other).sqrt();
        if lengths > 0.0 { self.dot(other) / lengths } else { 0.0 }
    }

    /// The sum of the products of the elements.
    pub fn dot(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}

impl Deref for Embedding {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl FromDecoded for Embedding {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Embedding(vector) => Ok(Self(vector)),
            other => Err(other.is_not("a vector")),
        }
    }
}

impl DecodeRoom for bert_dsl::decode::Embedding {
    fn make(&self, _outlet: Outlet) -> Reader {
        Box::new(|outputs, reading| decode_embedding(&outputs[0], reading))
    }
}
