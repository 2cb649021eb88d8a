//! The words that a text leaves out.

use bert_runtime::bind::Binder;
use bert_runtime::decode::{Decoded, MaskedToken, Reading, decode_top_k, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{Purpose, Targets, labelled};
use bert_runtime::layers::{Activation, LayerNorm, Linear};
use bert_runtime::losses::{CrossEntropy, Part};
use bert_runtime::targets::TokenTargets;
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Module, Result, Task, Tensor, Text, Value};

/// The words that a text leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filler;

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct FillerHead {
    /// The layers under `cls`.
    pub cls: FillerCls,
}

/// The layers under `cls`.
#[derive(Debug, Clone)]
pub struct FillerCls {
    /// The layers under `cls.predictions`.
    pub predictions: FillerPredictions,
}

/// The layers under `cls.predictions`.
#[derive(Debug, Clone)]
pub struct FillerPredictions {
    /// The layers under `cls.predictions.transform`.
    pub transform: FillerTransform,
    /// `[batch, token, hidden]` to `[batch, token, vocab]`, by the encoder's word embeddings.
    pub decoder: Linear,
}

/// The layers under `cls.predictions.transform`.
#[derive(Debug, Clone)]
pub struct FillerTransform {
    /// `[batch, token, hidden]`.
    pub dense: Linear,
    /// `[batch, token, hidden]`.
    pub act: Activation,
    /// `[batch, token, hidden]`.
    pub layer_norm: LayerNorm,
}

impl FillerTransform {
    fn bind(b: &mut Binder<'_>) -> Self {
        let hidden = b.hidden();
        Self {
            dense: Linear::new(
                b.parameter("cls.predictions.transform.dense.weight", &[hidden, hidden], Init::Normal),
                Some(b.parameter("cls.predictions.transform.dense.bias", &[hidden], Init::Zeros)),
            ),
            act: Activation::Gelu,
            layer_norm: LayerNorm::new(
                b.parameter("cls.predictions.transform.LayerNorm.weight", &[hidden], Init::Ones),
                b.parameter("cls.predictions.transform.LayerNorm.bias", &[hidden], Init::Zeros),
                b.eps(None),
            ),
        }
    }
}

impl FillerPredictions {
    fn bind(b: &mut Binder<'_>) -> Self {
        let transform = FillerTransform::bind(b);
        let (hidden, vocab) = (b.hidden(), b.vocab());
        let weight = b.tied_word_embeddings("cls.predictions.decoder.weight", &[vocab, hidden]);
        let bias = b.parameter_or("cls.predictions.bias", &["cls.predictions.decoder.bias"], &[vocab], Init::Zeros);
        Self { transform, decoder: Linear::new(weight, Some(bias)) }
    }
}

impl Module for FillerHead {
    fn class(&self) -> Option<String> {
        Some("Filler".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("cls", &self.cls)]
    }
}

impl Module for FillerCls {
    fn class(&self) -> Option<String> {
        Some("BertOnlyMLMHead".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("predictions", &self.predictions)]
    }
}

impl Module for FillerPredictions {
    fn class(&self) -> Option<String> {
        Some("BertLMPredictionHead".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("transform", &self.transform), ("decoder", &self.decoder)]
    }
}

impl Module for FillerTransform {
    fn class(&self) -> Option<String> {
        Some("BertPredictionHeadTransform".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("dense", &self.dense), ("transform_act_fn", &self.act), ("LayerNorm", &self.layer_norm)]
    }
}

impl Head for FillerHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["logits"]
    }

    fn demand(&self, purpose: Purpose<'_>) -> Demand {
        let rows = match purpose {
            Purpose::Forward => RowChoice::All,
            Purpose::Predict => RowChoice::Masked,
            Purpose::Loss(targets) => labelled(targets, "labels"),
        };
        Demand::of(vec![SourceDemand::new(Source::Tokens, rows)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let predictions = &self.cls.predictions;
        let x = predictions.transform.dense.forward(cx, &encoded.output(0)?)?;
        let x = predictions.transform.act.forward(cx, &x)?;
        let x = predictions.transform.layer_norm.forward(cx, &x)?;
        Ok(vec![predictions.decoder.forward(cx, &x)?])
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        Ok(vec![CrossEntropy::default().part("logits", 1.0, cx, &outputs[0], targets.require("labels")?)?])
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_top_k(&outputs[0], 5, reading)?])
    }

    fn windowed(&self) -> Option<Vec<usize>> {
        Some(vec![1])
    }
}

/// What [`Filler`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct FillerOutput {
    /// `[batch, token, vocab]`
    pub logits: Tensor,
}

impl Task for Filler {
    type Head = FillerHead;
    type Input = Text;
    type Prediction = Vec<MaskedToken>;
    type Output = FillerOutput;
    type Target = TokenTargets;
    const NAME: &'static str = "Filler";

    fn bind(binder: &mut Binder<'_>) -> FillerHead {
        FillerHead { cls: FillerCls { predictions: FillerPredictions::bind(binder) } }
    }

    fn output(outputs: Vec<Value>) -> Result<FillerOutput> {
        let [logits] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has one output")) };
        Ok(FillerOutput { logits: logits.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<Vec<MaskedToken>> {
        next_decoded(&mut decoded.into_iter())
    }
}
