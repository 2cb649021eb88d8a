//! What a text is about.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use bert_runtime::bind::{Binder, Size};
use bert_runtime::decode::{Classified, Decoded, Reading, decode_argmax, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{Outcome, Purpose, Targets};
use bert_runtime::label::{deserialize_label, label_name, parse_label, serialize_label};
use bert_runtime::layers::{Activation, Dropout, Linear};
use bert_runtime::losses::{CrossEntropy, Part};
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Label, Module, Result, Task, Tensor, Text, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic;

/// The topics, in the order of `id2label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TopicLabel {
    /// `sports`
    Sports,
    /// `politics`
    Politics,
    /// `economy`
    Economy,
}

impl Label for TopicLabel {
    const NAMES: &'static [&'static str] = &["sports", "politics", "economy"];
    const COUNT: usize = Self::NAMES.len();

    fn from_index(index: usize) -> Option<Self> {
        const ALL: &[TopicLabel] = &[TopicLabel::Sports, TopicLabel::Politics, TopicLabel::Economy];
        ALL.get(index).copied()
    }

    fn index(self) -> usize {
        self as usize
    }
}

impl Display for TopicLabel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.pad(&label_name(*self))
    }
}

impl FromStr for TopicLabel {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        parse_label(name)
    }
}

impl Serialize for TopicLabel {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serialize_label(*self, serializer)
    }
}

impl<'de> Deserialize<'de> for TopicLabel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserialize_label(deserializer)
    }
}

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct TopicHead {
    /// In training only: `[batch, hidden]`.
    pub dropout: Dropout,
    /// `[batch, hidden]` to `[batch, 96]`.
    pub dense: Linear,
    /// `[batch, 96]`.
    pub act: Activation,
    /// `[batch, 96]` to `[batch, labels]`.
    pub classifier: Linear,
}

impl TopicHead {
    fn bind(b: &mut Binder<'_>) -> Self {
        b.source(Source::Pooled);
        b.labels("labels", TopicLabel::NAMES, Size::from(TopicLabel::COUNT));
        let (hidden, inner, labels) = (b.hidden(), Size::from(96u64), Size::from(TopicLabel::COUNT));
        Self {
            dropout: Dropout::new("dropout", b.dropout(Some(0.1))),
            dense: Linear::new(
                b.parameter("dense.weight", &[inner, hidden], Init::Normal),
                Some(b.parameter("dense.bias", &[inner], Init::Zeros)),
            ),
            act: Activation::Gelu,
            classifier: Linear::new(
                b.parameter("classifier.weight", &[labels, inner], Init::Normal),
                Some(b.parameter("classifier.bias", &[labels], Init::Zeros)),
            ),
        }
    }
}

impl Module for TopicHead {
    fn class(&self) -> Option<String> {
        Some("Topic".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("dropout", &self.dropout), ("dense", &self.dense), ("act", &self.act), ("classifier", &self.classifier)]
    }
}

impl Head for TopicHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["logits"]
    }

    fn demand(&self, _purpose: Purpose<'_>) -> Demand {
        Demand::of(vec![SourceDemand::new(Source::Pooled, RowChoice::All)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let x = encoded.output(0)?;
        let x = if cx.is_training() { self.dropout.forward(cx, &x)? } else { x };
        let x = self.dense.forward(cx, &x)?;
        let x = self.act.forward(cx, &x)?;
        Ok(vec![self.classifier.forward(cx, &x)?])
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        let loss = CrossEntropy { smoothing: 0.05, ..CrossEntropy::default() };
        Ok(vec![loss.part("logits", 1.0, cx, &outputs[0], targets.require("labels")?)?])
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_argmax(&outputs[0], reading)?])
    }

    fn outcomes(&self) -> Vec<Outcome> {
        vec![Outcome::new("logits", &["labels"]).chosen_from::<TopicLabel>()]
    }
}

/// What [`Topic`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct TopicOutput {
    /// `[batch, labels]`
    pub logits: Tensor,
}

impl Task for Topic {
    type Head = TopicHead;
    type Input = Text;
    type Prediction = Classified<TopicLabel>;
    type Output = TopicOutput;
    type Target = TopicLabel;
    const NAME: &'static str = "Topic";

    fn bind(binder: &mut Binder<'_>) -> TopicHead {
        TopicHead::bind(binder)
    }

    fn output(outputs: Vec<Value>) -> Result<TopicOutput> {
        let [logits] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has one output")) };
        Ok(TopicOutput { logits: logits.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<Classified<TopicLabel>> {
        next_decoded(&mut decoded.into_iter())
    }
}
