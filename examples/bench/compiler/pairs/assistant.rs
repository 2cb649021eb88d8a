//! What the user wants, and the words that say of what.

use std::borrow::Cow;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

use bert_runtime::bind::{Binder, Size};
use bert_runtime::decode::{Classified, Decoded, Reading, Tagged, decode_argmax, decode_entities, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{IntoTargets, Outcome, Purpose, Target, Targets, labelled};
use bert_runtime::label::{deserialize_label, label_name, parse_label, serialize_label};
use bert_runtime::layers::{Dropout, Linear};
use bert_runtime::losses::{CrossEntropy, Part, some_parts};
use bert_runtime::targets::{IntoTarget, Tags};
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Label, Module, Result, Task, Tensor, Text, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What the user wants, and the words that say of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assistant;

/// The intents, in the order of `id2label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssistantIntent {
    /// `book`
    Book,
    /// `cancel`
    Cancel,
    /// `ask`
    Ask,
}

impl Label for AssistantIntent {
    const NAMES: &'static [&'static str] = &["book", "cancel", "ask"];
    const COUNT: usize = Self::NAMES.len();

    fn from_index(index: usize) -> Option<Self> {
        const ALL: &[AssistantIntent] = &[AssistantIntent::Book, AssistantIntent::Cancel, AssistantIntent::Ask];
        ALL.get(index).copied()
    }

    fn index(self) -> usize {
        self as usize
    }
}

impl Display for AssistantIntent {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.pad(&label_name(*self))
    }
}

impl FromStr for AssistantIntent {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        parse_label(name)
    }
}

impl Serialize for AssistantIntent {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serialize_label(*self, serializer)
    }
}

impl<'de> Deserialize<'de> for AssistantIntent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserialize_label(deserializer)
    }
}

/// The slots, in the order of `id2label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AssistantSlot {
    /// `O`
    O,
    /// `B-CITY`
    BCITY,
    /// `I-CITY`
    ICITY,
    /// `B-DATE`
    BDATE,
}

impl Label for AssistantSlot {
    const NAMES: &'static [&'static str] = &["O", "B-CITY", "I-CITY", "B-DATE"];
    const COUNT: usize = Self::NAMES.len();

    fn from_index(index: usize) -> Option<Self> {
        const ALL: &[AssistantSlot] = &[AssistantSlot::O, AssistantSlot::BCITY, AssistantSlot::ICITY, AssistantSlot::BDATE];
        ALL.get(index).copied()
    }

    fn index(self) -> usize {
        self as usize
    }
}

impl Display for AssistantSlot {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.pad(&label_name(*self))
    }
}

impl FromStr for AssistantSlot {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        parse_label(name)
    }
}

impl Serialize for AssistantSlot {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serialize_label(*self, serializer)
    }
}

impl<'de> Deserialize<'de> for AssistantSlot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserialize_label(deserializer)
    }
}

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct AssistantHead {
    /// In training only: `[batch, hidden]`.
    pub dropout: Dropout,
    /// `[batch, hidden]` to `[batch, intents]`.
    pub intent_classifier: Linear,
    /// In training only: `[batch, token, hidden]`.
    pub dropout_1: Dropout,
    /// `[batch, token, hidden]` to `[batch, token, slots]`.
    pub slot_classifier: Linear,
}

impl AssistantHead {
    fn bind(b: &mut Binder<'_>) -> Self {
        b.source(Source::Pooled);
        b.source(Source::Tokens);
        b.several_label_sets();
        let (hidden, intents, slots) = (b.hidden(), Size::from(AssistantIntent::COUNT), Size::from(AssistantSlot::COUNT));
        Self {
            dropout: Dropout::new("dropout", b.dropout(None)),
            intent_classifier: Linear::new(
                b.parameter("intent_classifier.weight", &[intents, hidden], Init::Normal),
                Some(b.parameter("intent_classifier.bias", &[intents], Init::Zeros)),
            ),
            dropout_1: Dropout::new("dropout_1", b.dropout(None)),
            slot_classifier: Linear::new(
                b.parameter("slot_classifier.weight", &[slots, hidden], Init::Normal),
                Some(b.parameter("slot_classifier.bias", &[slots], Init::Zeros)),
            ),
        }
    }
}

impl Module for AssistantHead {
    fn class(&self) -> Option<String> {
        Some("Assistant".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![
            ("dropout", &self.dropout),
            ("intent_classifier", &self.intent_classifier),
            ("dropout_1", &self.dropout_1),
            ("slot_classifier", &self.slot_classifier),
        ]
    }
}

impl Head for AssistantHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["intent", "slots"]
    }

    fn demand(&self, purpose: Purpose<'_>) -> Demand {
        let rows = match purpose {
            Purpose::Loss(targets) => labelled(targets, "labels.slots"),
            Purpose::Forward | Purpose::Predict => RowChoice::All,
        };
        Demand::of(vec![SourceDemand::new(Source::Pooled, RowChoice::All), SourceDemand::new(Source::Tokens, rows)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let x = encoded.output(0)?;
        let x = if cx.is_training() { self.dropout.forward(cx, &x)? } else { x };
        let intent = self.intent_classifier.forward(cx, &x)?;
        let x = encoded.output(1)?;
        let x = if cx.is_training() { self.dropout_1.forward(cx, &x)? } else { x };
        Ok(vec![intent, self.slot_classifier.forward(cx, &x)?])
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        let mut parts = Vec::new();
        if let Some(wanted) = targets.get("labels.intent") {
            parts.push(CrossEntropy::default().part("intent", 1.0, cx, &outputs[0], wanted)?);
        }
        if let Some(wanted) = targets.get("labels.slots") {
            parts.push(CrossEntropy::default().part("slots", 0.5, cx, &outputs[1], wanted)?);
        }
        some_parts(parts, targets)
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_argmax(&outputs[0], reading)?, decode_entities(&outputs[1], AssistantSlot::NAMES, reading)?])
    }

    fn outcomes(&self) -> Vec<Outcome> {
        vec![
            Outcome::new("intent", &["labels.intent"]).chosen_from::<AssistantIntent>(),
            Outcome::new("slots", &["labels.slots"]).chosen_from::<AssistantSlot>(),
        ]
    }
}

/// What [`Assistant`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct AssistantOutput {
    /// `[batch, intents]`
    pub intent: Tensor,
    /// `[batch, token, slots]`
    pub slots: Tensor,
}

/// What [`Assistant`] says of an example.
#[derive(Debug, Clone)]
pub struct AssistantPrediction {
    /// What the user wants.
    pub intent: Classified<AssistantIntent>,
    /// The words that say of what.
    pub slots: Tagged<AssistantSlot>,
}

/// What an example is trained towards; a loss without a target does not count.
#[derive(Debug, Clone, Default)]
pub struct AssistantTarget {
    /// What the user wants.
    pub intent: Option<AssistantIntent>,
    /// The words that say of what.
    pub slots: Option<Tags<AssistantSlot>>,
}

impl IntoTargets for AssistantTarget {
    fn into_targets(self) -> Vec<(Cow<'static, str>, Target)> {
        let intent = self.intent.map(|intent| (Cow::Borrowed("labels.intent"), intent.into_target()));
        let slots = self.slots.map(|slots| (Cow::Borrowed("labels.slots"), slots.into_target()));
        intent.into_iter().chain(slots).collect()
    }
}

impl Task for Assistant {
    type Head = AssistantHead;
    type Input = Text;
    type Prediction = AssistantPrediction;
    type Output = AssistantOutput;
    type Target = AssistantTarget;
    const NAME: &'static str = "Assistant";
    const OUTPUTS: usize = 2;
    const ANSWERS: usize = 2;

    fn bind(binder: &mut Binder<'_>) -> AssistantHead {
        AssistantHead::bind(binder)
    }

    fn output(outputs: Vec<Value>) -> Result<AssistantOutput> {
        let [intent, slots] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has two outputs")) };
        Ok(AssistantOutput { intent: intent.to_padded()?, slots: slots.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<AssistantPrediction> {
        let mut decoded = decoded.into_iter();
        Ok(AssistantPrediction { intent: next_decoded(&mut decoded)?, slots: next_decoded(&mut decoded)? })
    }
}
