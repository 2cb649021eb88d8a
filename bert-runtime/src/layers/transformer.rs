//! `transformer heads=N, inner=M`.

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::attention::attention_weights;
use crate::layers::{Activation, Attention, AttentionWeights, Dropout, LayerNorm, Linear, residual};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// The weights of a transformer layer, as PyTorch's `TransformerEncoderLayer` names them.
#[derive(Debug, Clone)]
pub struct TransformerWeights {
    /// `self_attn`.
    pub attention: AttentionWeights,
    /// `[inner, D]`.
    pub linear1_weight: Parameter,
    /// `[inner]`.
    pub linear1_bias: Parameter,
    /// `[D, inner]`.
    pub linear2_weight: Parameter,
    /// `[D]`.
    pub linear2_bias: Parameter,
    /// `[D]`.
    pub norm1_weight: Parameter,
    /// `[D]`.
    pub norm1_bias: Parameter,
    /// `[D]`.
    pub norm2_weight: Parameter,
    /// `[D]`.
    pub norm2_bias: Parameter,
}

/// Attention, then two linear layers with an activation between, each with a residual and a norm after it: PyTorch's
/// `TransformerEncoderLayer` with `norm_first=False` and `batch_first`. Padding is not read.
#[derive(Debug, Clone)]
pub struct Transformer {
    attention: Attention,
    linear1: Linear,
    dropout: Dropout,
    linear2: Linear,
    norm1: LayerNorm,
    norm2: LayerNorm,
    dropout1: Dropout,
    dropout2: Dropout,
    activation: Activation,
}

impl Transformer {
    /// The layer of this path, with the encoder's activation and epsilon, and one probability for all of its dropouts.
    pub fn new(path: &str, weights: TransformerWeights, heads: usize, activation: Activation, eps: f64, dropout: f64) -> Self {
        let of_place = |place: &str| Dropout::new(&format!("{path}.{place}"), dropout);
        Self {
            attention: Attention::with_dropout(weights.attention, heads, of_place("self_attn.dropout")),
            linear1: Linear::new(weights.linear1_weight, Some(weights.linear1_bias)),
            dropout: of_place("dropout"),
            linear2: Linear::new(weights.linear2_weight, Some(weights.linear2_bias)),
            norm1: LayerNorm::new(weights.norm1_weight, weights.norm1_bias, eps),
            norm2: LayerNorm::new(weights.norm2_weight, weights.norm2_bias, eps),
            dropout1: of_place("dropout1"),
            dropout2: of_place("dropout2"),
            activation,
        }
    }

    /// The same shape `[batch, token, D]`.
    ///
    /// # Errors
    /// As [`Attention::forward`].
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        let attended = self.dropout1.forward(cx, &self.attention.forward(cx, x)?)?;
        let attended = self.norm1.forward(cx, &residual(x, &attended)?)?;
        let inner = self.activation.forward(cx, &self.linear1.forward(cx, &attended)?)?;
        let outer = self.linear2.forward(cx, &self.dropout.forward(cx, &inner)?)?;
        self.norm2.forward(cx, &residual(&attended, &self.dropout2.forward(cx, &outer)?)?)
    }
}

impl Module for Transformer {
    fn class(&self) -> Option<String> {
        Some("TransformerEncoderLayer".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![
            ("self_attn", &self.attention),
            ("linear1", &self.linear1),
            ("dropout", &self.dropout),
            ("linear2", &self.linear2),
            ("norm1", &self.norm1),
            ("norm2", &self.norm2),
            ("dropout1", &self.dropout1),
            ("dropout2", &self.dropout2),
        ]
    }
}

impl LayerRoom for bert_dsl::layers::Transformer {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let attention = attention_weights("self_attn.", maker);
        let names = [
            "linear1.weight",
            "linear1.bias",
            "linear2.weight",
            "linear2.bias",
            "norm1.weight",
            "norm1.bias",
            "norm2.weight",
            "norm2.bias",
        ];
        let [linear1_weight, linear1_bias, linear2_weight, linear2_bias, norm1_weight, norm1_bias, norm2_weight, norm2_bias] =
            names.map(|name| maker.weight(name));
        let weights = TransformerWeights {
            attention,
            linear1_weight,
            linear1_bias,
            linear2_weight,
            linear2_bias,
            norm1_weight,
            norm1_bias,
            norm2_weight,
            norm2_bias,
        };
        let (path, binder) = (maker.path(), maker.binder());
        let (activation, eps, dropout) = (binder.activation(), binder.eps(None), binder.encoder_dropout());
        Node::unary(Transformer::new(&path, weights, self.heads, activation, eps, dropout), Transformer::forward)
    }
}
