//! The kind of a text, by windows over its tokens.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use bert_runtime::bind::{Binder, Size};
use bert_runtime::decode::{Classified, Decoded, Reading, decode_argmax, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{Outcome, Purpose, Targets};
use bert_runtime::label::{deserialize_label, label_name, parse_label, serialize_label};
use bert_runtime::layers::{Activation, Concat, Conv, Dropout, Linear, Padding, Pool};
use bert_runtime::losses::{Focal, Part};
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Label, Module, Result, Task, Tensor, Text, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The kind of a text, by windows over its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind;

/// The kinds, in the order of `id2label`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KindLabel {
    /// `question`
    Question,
    /// `request`
    Request,
    /// `remark`
    Remark,
    /// `answer`
    Answer,
}

impl Label for KindLabel {
    const NAMES: &'static [&'static str] = &["question", "request", "remark", "answer"];
    const COUNT: usize = Self::NAMES.len();

    fn from_index(index: usize) -> Option<Self> {
        const ALL: &[KindLabel] = &[KindLabel::Question, KindLabel::Request, KindLabel::Remark, KindLabel::Answer];
        ALL.get(index).copied()
    }

    fn index(self) -> usize {
        self as usize
    }
}

impl Display for KindLabel {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.pad(&label_name(*self))
    }
}

impl FromStr for KindLabel {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        parse_label(name)
    }
}

impl Serialize for KindLabel {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serialize_label(*self, serializer)
    }
}

impl<'de> Deserialize<'de> for KindLabel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserialize_label(deserializer)
    }
}

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct KindHead {
    /// Windows of 3 tokens.
    pub three: KindWindow,
    /// Windows of 5 tokens.
    pub five: KindWindow,
    /// Two of `[batch, 32]` to `[batch, 64]`.
    pub concat: Concat,
    /// In training only: `[batch, 64]`.
    pub dropout: Dropout,
    /// `[batch, 64]` to `[batch, labels]`.
    pub classifier: Linear,
}

/// The greatest of each feature over all windows of some width.
#[derive(Debug, Clone)]
pub struct KindWindow {
    name: &'static str,
    /// `[batch, token, hidden]` to `[batch, token, 32]`.
    pub conv: Conv,
    /// `[batch, token, 32]`.
    pub relu: Activation,
    /// `[batch, token, 32]` to `[batch, 32]`.
    pub pool: Pool,
}

impl KindHead {
    fn bind(b: &mut Binder<'_>) -> Self {
        b.source(Source::Tokens);
        b.labels("labels", KindLabel::NAMES, Size::from(KindLabel::COUNT));
        let (both, labels) = (Size::from(64u64), Size::from(KindLabel::COUNT));
        Self {
            three: KindWindow::bind(b, "three", 3),
            five: KindWindow::bind(b, "five", 5),
            concat: Concat,
            dropout: Dropout::new("dropout", b.dropout(Some(0.5))),
            classifier: Linear::new(
                b.parameter("classifier.weight", &[labels, both], Init::Normal),
                Some(b.parameter("classifier.bias", &[labels], Init::Zeros)),
            ),
        }
    }
}

impl KindWindow {
    fn bind(b: &mut Binder<'_>, name: &'static str, width: u64) -> Self {
        let (hidden, filters) = (b.hidden(), Size::from(32u64));
        let weight = b.parameter(&format!("{name}.conv.weight"), &[filters, hidden, Size::from(width)], Init::Normal);
        let bias = b.parameter(&format!("{name}.conv.bias"), &[filters], Init::Zeros);
        Self { name, conv: Conv::new(weight, bias, Padding::Same, 1), relu: Activation::Relu, pool: Pool::Max }
    }

    fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        let x = self.conv.forward(cx, x)?;
        let x = self.relu.forward(cx, &x)?;
        self.pool.forward(cx, &x)
    }
}

impl Module for KindWindow {
    fn class(&self) -> Option<String> {
        Some(if self.name == "three" { "Three".to_owned() } else { "Five".to_owned() })
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("conv", &self.conv), ("relu", &self.relu), ("pool", &self.pool)]
    }
}

impl Module for KindHead {
    fn class(&self) -> Option<String> {
        Some("Kind".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![
            ("three", &self.three),
            ("five", &self.five),
            ("concat", &self.concat),
            ("dropout", &self.dropout),
            ("classifier", &self.classifier),
        ]
    }
}

impl Head for KindHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["logits"]
    }

    fn demand(&self, _purpose: Purpose<'_>) -> Demand {
        Demand::of(vec![SourceDemand::new(Source::Tokens, RowChoice::All)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let x = encoded.output(0)?;
        let (three, five) = (self.three.forward(cx, &x)?, self.five.forward(cx, &x)?);
        let x = self.concat.forward(cx, &[&three, &five])?;
        let x = if cx.is_training() { self.dropout.forward(cx, &x)? } else { x };
        Ok(vec![self.classifier.forward(cx, &x)?])
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        Ok(vec![Focal::default().part("logits", 1.0, cx, &outputs[0], targets.require("labels")?)?])
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_argmax(&outputs[0], reading)?])
    }

    fn outcomes(&self) -> Vec<Outcome> {
        vec![Outcome::new("logits", &["labels"]).chosen_from::<KindLabel>()]
    }
}

/// What [`Kind`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct KindOutput {
    /// `[batch, labels]`
    pub logits: Tensor,
}

impl Task for Kind {
    type Head = KindHead;
    type Input = Text;
    type Prediction = Classified<KindLabel>;
    type Output = KindOutput;
    type Target = KindLabel;
    const NAME: &'static str = "Kind";

    fn bind(binder: &mut Binder<'_>) -> KindHead {
        KindHead::bind(binder)
    }

    fn output(outputs: Vec<Value>) -> Result<KindOutput> {
        let [logits] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has one output")) };
        Ok(KindOutput { logits: logits.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<Classified<KindLabel>> {
        next_decoded(&mut decoded.into_iter())
    }
}
