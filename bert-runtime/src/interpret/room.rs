//! The rooms' twins: how what the compiler has checked becomes what the runtime computes with.
//!
//! Each room of `layers`, `losses` and `decode` implements one of these traits for the checked form of its name. A layer, loss or
//! decode that has no room here does not compile.

use bert_dsl::decode::Decode;
use bert_dsl::layers::Layer;
use bert_dsl::losses::Loss;

use crate::context::Context;
use crate::decode::{Decoded, Reading};
use crate::error::Result;
use crate::head::Target;
use crate::interpret::labels::Labels;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::layers::Crf;
use crate::losses::Part;
use crate::value::Value;

/// A checked layer.
pub(crate) trait LayerRoom {
    /// The runtime's layer, with its weights.
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node;
}

/// A checked loss.
pub(crate) trait LossRoom {
    /// The runtime's loss.
    fn make(&self) -> Objective;
}

/// A checked decode.
pub(crate) trait DecodeRoom {
    /// The runtime's decode of an outlet.
    fn make(&self, outlet: Outlet) -> Reader;
}

/// A loss's function: the output's name, the weight, the context, the output and its targets.
type OnTargets<L> = fn(&L, &str, f64, &Context, &Value, &[Target]) -> Result<Part>;

/// The function of a loss of two outputs, each with its name and targets.
type OnTwo = fn([&str; 2], f64, &Context, [&Value; 2], [&[Target]; 2]) -> Result<[Part; 2]>;

/// The function of a loss that needs no targets.
type OnBatch<L> = fn(&L, &str, f64, &Context, &Value) -> Result<Part>;

/// As [`OnTargets`], of a loss that it holds.
type HeldOnTargets = Box<dyn Fn(&str, f64, &Context, &Value, &[Target]) -> Result<Part> + Send + Sync>;

/// As [`OnBatch`], of a loss that it holds.
type HeldOnBatch = Box<dyn Fn(&str, f64, &Context, &Value) -> Result<Part> + Send + Sync>;

/// A loss by what it is called on.
pub(crate) enum Objective {
    /// On an output and its targets.
    One(HeldOnTargets),
    /// On two outputs, each with targets.
    Two(OnTwo),
    /// On an output alone: the batch says what belongs together.
    Alone(HeldOnBatch),
    /// On what the pipeline's last layer, a chain, has scored.
    Chain,
}

/// What a decode knows beside the outputs.
pub(crate) struct Outlet {
    /// The labels that the last axis is chosen from.
    pub(crate) labels: Labels,
    /// The pipeline's last layer, where it is a chain.
    pub(crate) chain: Option<Crf>,
}

/// Reads the outputs of a pipeline: an answer an example.
pub(crate) type Reader = Box<dyn Fn(&[Value], &Reading<'_>) -> Result<Vec<Decoded>> + Send + Sync>;

impl Objective {
    /// A loss with its function.
    pub(crate) fn one<L: Send + Sync + 'static>(loss: L, part: OnTargets<L>) -> Self {
        Self::One(Box::new(move |name, weight, cx, value, targets| part(&loss, name, weight, cx, value, targets)))
    }

    /// A loss with its function that needs no targets.
    pub(crate) fn alone<L: Send + Sync + 'static>(loss: L, part: OnBatch<L>) -> Self {
        Self::Alone(Box::new(move |name, weight, cx, value| part(&loss, name, weight, cx, value)))
    }
}

/// The room of a layer.
pub(super) fn layer(layer: &Layer) -> &dyn LayerRoom {
    match layer {
        Layer::Linear(room) => room,
        Layer::Activation(room) => room,
        Layer::Dropout(room) => room,
        Layer::LayerNorm(room) => room,
        Layer::RmsNorm(room) => room,
        Layer::Normalize(room) => room,
        Layer::Scale(room) => room,
        Layer::Pool(room) => room,
        Layer::PoolAttention(room) => room,
        Layer::Concat(room) => room,
        Layer::Add(room) => room,
        Layer::Sub(room) => room,
        Layer::Mul(room) => room,
        Layer::Bilinear(room) => room,
        Layer::Biaffine(room) => room,
        Layer::Mix(room) => room,
        Layer::Take(room) => room,
        Layer::Flatten(room) => room,
        Layer::TokenAt(room) => room,
        Layer::Lstm(room) => room,
        Layer::Gru(room) => room,
        Layer::Conv(room) => room,
        Layer::Attention(room) => room,
        Layer::Transformer(room) => room,
        Layer::Residual(room) => room,
        Layer::MultiDropout(room) => room,
        Layer::Squeeze(room) => room,
        Layer::Split(room) => room,
        Layer::Crf(room) => room,
        Layer::Custom(room) => room,
    }
}

/// The room of a loss.
pub(super) fn loss(loss: &Loss) -> &dyn LossRoom {
    match loss {
        Loss::CrossEntropy(room) => room,
        Loss::Bce(room) => room,
        Loss::Mse(room) => room,
        Loss::SpanLoss(room) => room,
        Loss::Ranking(room) => room,
        Loss::Focal(room) => room,
        Loss::L1(room) => room,
        Loss::Huber(room) => room,
        Loss::CrfLoss(room) => room,
        Loss::Ordinal(room) => room,
        Loss::Cosine(room) => room,
        Loss::Triplet(room) => room,
        Loss::Kl(room) => room,
        Loss::TreeLoss(room) => room,
    }
}

/// The room of a decode.
pub(super) fn decode(decode: &Decode) -> &dyn DecodeRoom {
    match decode {
        Decode::Argmax(room) => room,
        Decode::TopK(room) => room,
        Decode::Entities(room) => room,
        Decode::Threshold(room) => room,
        Decode::Value(room) => room,
        Decode::Span(room) => room,
        Decode::Embedding(room) => room,
        Decode::Viterbi(room) => room,
        Decode::Rank(room) => room,
        Decode::Tree(room) => room,
        Decode::Tensor(room) => room,
    }
}
