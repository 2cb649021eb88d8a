//! How good a text is.

use bert_runtime::bind::{Binder, Size};
use bert_runtime::decode::{Decoded, Link, Reading, decode_value, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{Purpose, Targets};
use bert_runtime::layers::{Activation, Linear, Squeeze};
use bert_runtime::losses::{Mse, Part};
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Module, Result, Task, Tensor, Text, Value};

/// How good a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score;

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct ScoreHead {
    /// `[batch, hidden]` to `[batch, 64]`.
    pub dense: Linear,
    /// `[batch, 64]`.
    pub act: Activation,
    /// `[batch, 64]` to `[batch, 1]`.
    pub score: Linear,
    /// `[batch, 1]` to `[batch]`.
    pub squeeze: Squeeze,
}

impl ScoreHead {
    fn bind(b: &mut Binder<'_>) -> Self {
        b.source(Source::Cls);
        let (hidden, inner, one) = (b.hidden(), Size::from(64u64), Size::from(1u64));
        Self {
            dense: Linear::new(
                b.parameter("dense.weight", &[inner, hidden], Init::Normal),
                Some(b.parameter("dense.bias", &[inner], Init::Zeros)),
            ),
            act: Activation::Gelu,
            score: Linear::new(
                b.parameter("score.weight", &[one, inner], Init::Normal),
                Some(b.parameter("score.bias", &[one], Init::Zeros)),
            ),
            squeeze: Squeeze,
        }
    }
}

impl Module for ScoreHead {
    fn class(&self) -> Option<String> {
        Some("Score".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("dense", &self.dense), ("act", &self.act), ("score", &self.score), ("squeeze", &self.squeeze)]
    }
}

impl Head for ScoreHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["logits"]
    }

    fn demand(&self, _purpose: Purpose<'_>) -> Demand {
        Demand::of(vec![SourceDemand::new(Source::Cls, RowChoice::All)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let x = self.dense.forward(cx, &encoded.output(0)?)?;
        let x = self.act.forward(cx, &x)?;
        let x = self.score.forward(cx, &x)?;
        Ok(vec![self.squeeze.forward(cx, &x)?])
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        Ok(vec![Mse.part("logits", 1.0, cx, &outputs[0], targets.require("labels")?)?])
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_value(&outputs[0], Link::Identity, reading)?])
    }
}

/// What [`Score`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct ScoreOutput {
    /// `[batch]`
    pub logits: Tensor,
}

impl Task for Score {
    type Head = ScoreHead;
    type Input = Text;
    type Prediction = f32;
    type Output = ScoreOutput;
    type Target = f32;
    const NAME: &'static str = "Score";

    fn bind(binder: &mut Binder<'_>) -> ScoreHead {
        ScoreHead::bind(binder)
    }

    fn output(outputs: Vec<Value>) -> Result<ScoreOutput> {
        let [logits] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has one output")) };
        Ok(ScoreOutput { logits: logits.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<f32> {
        next_decoded(&mut decoded.into_iter())
    }
}
