//! Which weights of a checkpoint stay as they are.

use serde::{Deserialize, Serialize};

/// The part of an encoder that does not train. What a head brings along, a new pooler too, always trains.
///
/// ```
/// use bert_runtime::train::Freeze;
///
/// let freeze = Freeze::Layers(2);
/// assert!(freeze.holds("bert.encoder.layer.1.output.dense.weight"));
/// assert!(!freeze.holds("bert.encoder.layer.2.output.dense.weight"));
/// assert!(!freeze.holds("classifier.weight"));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freeze {
    /// Nothing: the whole encoder trains.
    #[default]
    Nothing,
    /// The embeddings.
    Embeddings,
    /// The embeddings and so many layers from the lowest.
    Layers(usize),
    /// The whole encoder, its pooler included.
    Encoder,
}

impl Freeze {
    /// Whether the weight of this name in a checkpoint stays as it is.
    pub fn holds(self, name: &str) -> bool {
        match (self, part_of(name)) {
            (Self::Nothing, _) | (_, Part::Head) => false,
            (Self::Encoder, _) => true,
            (Self::Embeddings | Self::Layers(_), Part::Embeddings) => true,
            (Self::Layers(count), Part::Layer(number)) => number < count,
            (Self::Embeddings, Part::Layer(_)) | (Self::Embeddings | Self::Layers(_), Part::Pooler) => false,
        }
    }
}

impl Freeze {
    /// How many of the encoder's lowest layers run for evaluation, with the embeddings; none where all of it runs for training.
    pub(crate) fn layers(self) -> Option<usize> {
        match self {
            Self::Nothing | Self::Embeddings => None,
            Self::Layers(count) => Some(count),
            Self::Encoder => Some(usize::MAX),
        }
    }
}

/// The part of a model that a weight belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Embeddings,
    /// The encoder's layer of this number, from 0.
    Layer(usize),
    Pooler,
    Head,
}

/// The part that the weight of this name belongs to.
pub(crate) fn part_of(name: &str) -> Part {
    let Some(inside) = name.strip_prefix("bert.") else { return Part::Head };
    let layer = || inside.strip_prefix("encoder.layer.")?.split('.').next()?.parse().ok();
    match layer() {
        Some(number) => Part::Layer(number),
        None if inside.starts_with("embeddings.") => Part::Embeddings,
        None => Part::Pooler,
    }
}
