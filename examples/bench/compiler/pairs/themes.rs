//! All that a text touches.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use bert_runtime::bind::{Binder, Size};
use bert_runtime::decode::{Decoded, LabelSet, Reading, decode_threshold, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{Outcome, Purpose, Targets};
use bert_runtime::label::{deserialize_label, label_name, parse_label, serialize_label};
use bert_runtime::layers::{Dropout, Linear};
use bert_runtime::losses::{Bce, Part};
use bert_runtime::targets::Labels;
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Label, Module, Result, Task, Tensor, Text, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// All that a text touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Themes;

/// The themes, in the order of `id2label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ThemesLabel {
    /// `science`
    Science,
    /// `nature`
    Nature,
    /// `history`
    History,
    /// `music`
    Music,
}

impl Label for ThemesLabel {
    const NAMES: &'static [&'static str] = &["science", "nature", "history", "music"];
    const COUNT: usize = Self::NAMES.len();

    fn from_index(index: usize) -> Option<Self> {
        const ALL: &[ThemesLabel] = &[ThemesLabel::Science, ThemesLabel::Nature, ThemesLabel::History, ThemesLabel::Music];
        ALL.get(index).copied()
    }

    fn index(self) -> usize {
        self as usize
    }
}

impl Display for ThemesLabel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.pad(&label_name(*self))
    }
}

impl FromStr for ThemesLabel {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        parse_label(name)
    }
}

impl Serialize for ThemesLabel {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serialize_label(*self, serializer)
    }
}

impl<'de> Deserialize<'de> for ThemesLabel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserialize_label(deserializer)
    }
}

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct ThemesHead {
    /// In training only: `[batch, hidden]`.
    pub dropout: Dropout,
    /// `[batch, hidden]` to `[batch, labels]`.
    pub classifier: Linear,
}

impl ThemesHead {
    fn bind(b: &mut Binder<'_>) -> Self {
        b.source(Source::Pooled);
        b.labels("labels", ThemesLabel::NAMES, Size::from(ThemesLabel::COUNT));
        let (hidden, labels) = (b.hidden(), Size::from(ThemesLabel::COUNT));
        Self {
            dropout: Dropout::new("dropout", b.dropout(Some(0.2))),
            classifier: Linear::new(
                b.parameter("classifier.weight", &[labels, hidden], Init::Normal),
                Some(b.parameter("classifier.bias", &[labels], Init::Zeros)),
            ),
        }
    }
}

impl Module for ThemesHead {
    fn class(&self) -> Option<String> {
        Some("Themes".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("dropout", &self.dropout), ("classifier", &self.classifier)]
    }
}

impl Head for ThemesHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["logits"]
    }

    fn demand(&self, _purpose: Purpose<'_>) -> Demand {
        Demand::of(vec![SourceDemand::new(Source::Pooled, RowChoice::All)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let x = encoded.output(0)?;
        let x = if cx.is_training() { self.dropout.forward(cx, &x)? } else { x };
        Ok(vec![self.classifier.forward(cx, &x)?])
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        Ok(vec![Bce::default().part("logits", 1.0, cx, &outputs[0], targets.require("labels")?)?])
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_threshold(&outputs[0], 0.3, reading)?])
    }

    fn outcomes(&self) -> Vec<Outcome> {
        vec![Outcome::new("logits", &["labels"]).chosen_from::<ThemesLabel>()]
    }
}

/// What [`Themes`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct ThemesOutput {
    /// `[batch, labels]`
    pub logits: Tensor,
}

impl Task for Themes {
    type Head = ThemesHead;
    type Input = Text;
    type Prediction = LabelSet<ThemesLabel>;
    type Output = ThemesOutput;
    type Target = Labels<ThemesLabel>;
    const NAME: &'static str = "Themes";

    fn bind(binder: &mut Binder<'_>) -> ThemesHead {
        ThemesHead::bind(binder)
    }

    fn output(outputs: Vec<Value>) -> Result<ThemesOutput> {
        let [logits] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has one output")) };
        Ok(ThemesOutput { logits: logits.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<LabelSet<ThemesLabel>> {
        next_decoded(&mut decoded.into_iter())
    }
}
