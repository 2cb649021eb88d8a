//! The encoder that heads share, and what passes between it and them.

mod attention;
mod batch;
mod bert;
mod check;
mod demand;
mod embeddings;
mod fused;
mod layer;
mod loader;
mod output;
mod packed;
mod pooler;
mod selection;
mod stack;
#[cfg(test)]
mod tests;
mod trained;
mod words;

pub(crate) use stack::States;

pub use batch::Batch;
pub use bert::BertEncoder;
pub use demand::{Demand, Encoded, LayerChoice, Pieces, RowChoice, Share, Source, SourceDemand};
pub use pooler::Pooler;

use crate::context::Context;
use crate::error::Result;
use crate::layers::Activation;
use crate::module::Module;

/// What an encoder is like, as far as heads need to know.
#[derive(Debug, Clone, PartialEq)]
pub struct EncoderFacts {
    /// The width of its outputs, `hidden` in the language.
    pub hidden: usize,
    /// The size of its vocabulary, `vocab` in the language.
    pub vocab: usize,
    /// How many outputs `layers` has, `depth` in the language: the embeddings and every layer.
    pub depth: usize,
    /// How many token types it knows; 1 means that a pair's two texts look alike.
    pub token_types: usize,
    /// The longest sequence, in tokens.
    pub max_length: usize,
    /// How far position numbers are shifted: 0 in BERT, `pad_token_id + 1` in RoBERTa.
    pub position_offset: usize,
    /// The epsilon of its layer norms.
    pub layer_norm_eps: f64,
    /// Its activation, `activation` in the language.
    pub activation: Activation,
    /// The dropout of a head, `dropout` without a number in the language.
    pub head_dropout: f64,
    /// The dropout inside the encoder.
    pub hidden_dropout: f64,
    /// The standard deviation of new weights.
    pub initializer_range: f64,
    /// Whether it has a pooler that can be read.
    pub has_pooler: bool,
}

/// A text encoder: token ids in, vectors out.
pub trait Encoder: Module + Send + Sync {
    /// What it is like.
    fn facts(&self) -> &EncoderFacts;

    /// Computes what is demanded of a batch, and nothing else.
    ///
    /// # Errors
    /// A demand that this encoder cannot meet, ids that it does not know, sequences that are too long, and what candle says.
    fn encode(&self, cx: &Context, batch: &Batch, demand: &Demand) -> Result<Encoded>;

    /// The word embeddings `[vocab, hidden]`, to which a head's output layer may be tied.
    fn word_embeddings(&self) -> &crate::parameter::Parameter;
}
