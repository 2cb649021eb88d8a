//! The people and places of a text.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use bert_runtime::bind::{Binder, Size};
use bert_runtime::decode::{Decoded, Reading, Tagged, decode_entities, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{Outcome, Purpose, Targets, labelled};
use bert_runtime::label::{deserialize_label, label_name, parse_label, serialize_label};
use bert_runtime::layers::{Dropout, Linear};
use bert_runtime::losses::{CrossEntropy, Part};
use bert_runtime::targets::Tags;
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Label, Module, Result, Task, Tensor, Text, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The people and places of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entities;

/// The tags, in the order of `id2label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntitiesLabel {
    /// `O`
    O,
    /// `B-PER`
    BPER,
    /// `I-PER`
    IPER,
    /// `B-LOC`
    BLOC,
    /// `I-LOC`
    ILOC,
}

impl Label for EntitiesLabel {
    const NAMES: &'static [&'static str] = &["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];
    const COUNT: usize = Self::NAMES.len();

    fn from_index(index: usize) -> Option<Self> {
        const ALL: &[EntitiesLabel] =
            &[EntitiesLabel::O, EntitiesLabel::BPER, EntitiesLabel::IPER, EntitiesLabel::BLOC, EntitiesLabel::ILOC];
        ALL.get(index).copied()
    }

    fn index(self) -> usize {
        self as usize
    }
}

impl Display for EntitiesLabel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.pad(&label_name(*self))
    }
}

impl FromStr for EntitiesLabel {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        parse_label(name)
    }
}

impl Serialize for EntitiesLabel {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serialize_label(*self, serializer)
    }
}

impl<'de> Deserialize<'de> for EntitiesLabel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserialize_label(deserializer)
    }
}

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct EntitiesHead {
    /// In training only: `[batch, token, hidden]`.
    pub dropout: Dropout,
    /// `[batch, token, hidden]` to `[batch, token, labels]`.
    pub classifier: Linear,
}

impl EntitiesHead {
    fn bind(b: &mut Binder<'_>) -> Self {
        b.source(Source::Tokens);
        b.labels("labels", EntitiesLabel::NAMES, Size::from(EntitiesLabel::COUNT));
        let (hidden, labels) = (b.hidden(), Size::from(EntitiesLabel::COUNT));
        Self {
            dropout: Dropout::new("dropout", b.dropout(None)),
            classifier: Linear::new(
                b.parameter("classifier.weight", &[labels, hidden], Init::Normal),
                Some(b.parameter("classifier.bias", &[labels], Init::Zeros)),
            ),
        }
    }
}

impl Module for EntitiesHead {
    fn class(&self) -> Option<String> {
        Some("Entities".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("dropout", &self.dropout), ("classifier", &self.classifier)]
    }
}

impl Head for EntitiesHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["logits"]
    }

    fn demand(&self, purpose: Purpose<'_>) -> Demand {
        let rows = match purpose {
            Purpose::Loss(targets) => labelled(targets, "labels"),
            Purpose::Forward | Purpose::Predict => RowChoice::All,
        };
        Demand::of(vec![SourceDemand::new(Source::Tokens, rows)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let x = encoded.output(0)?;
        let x = if cx.is_training() { self.dropout.forward(cx, &x)? } else { x };
        Ok(vec![self.classifier.forward(cx, &x)?])
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        Ok(vec![CrossEntropy::default().part("logits", 1.0, cx, &outputs[0], targets.require("labels")?)?])
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_entities(&outputs[0], EntitiesLabel::NAMES, reading)?])
    }

    fn windowed(&self) -> Option<Vec<usize>> {
        Some(vec![1])
    }

    fn outcomes(&self) -> Vec<Outcome> {
        vec![Outcome::new("logits", &["labels"]).chosen_from::<EntitiesLabel>()]
    }
}

/// What [`Entities`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct EntitiesOutput {
    /// `[batch, token, labels]`
    pub logits: Tensor,
}

impl Task for Entities {
    type Head = EntitiesHead;
    type Input = Text;
    type Prediction = Tagged<EntitiesLabel>;
    type Output = EntitiesOutput;
    type Target = Tags<EntitiesLabel>;
    const NAME: &'static str = "Entities";

    fn bind(binder: &mut Binder<'_>) -> EntitiesHead {
        EntitiesHead::bind(binder)
    }

    fn output(outputs: Vec<Value>) -> Result<EntitiesOutput> {
        let [logits] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has one output")) };
        Ok(EntitiesOutput { logits: logits.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<Tagged<EntitiesLabel>> {
        next_decoded(&mut decoded.into_iter())
    }
}
