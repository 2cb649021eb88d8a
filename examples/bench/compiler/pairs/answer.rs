//! The part of a text that answers a question.

use bert_runtime::bind::{Binder, Size};
use bert_runtime::decode::{Answers, Decoded, Reading, decode_span, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{Outcome, Purpose, Targets};
use bert_runtime::layers::{Linear, Split};
use bert_runtime::losses::{Part, Span as SpanLoss};
use bert_runtime::targets::Span;
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Module, Result, Task, Tensor, Text, Value};

/// The part of a text that answers a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer;

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct AnswerHead {
    /// `[batch, token, hidden]` to `[batch, token, 2]`.
    pub qa_outputs: Linear,
    /// `[batch, token, 2]` to two of `[batch, token]`.
    pub split: Split,
}

impl AnswerHead {
    fn bind(b: &mut Binder<'_>) -> Self {
        b.source(Source::Tokens);
        let (hidden, ends) = (b.hidden(), Size::from(2u64));
        Self {
            qa_outputs: Linear::new(
                b.parameter("qa_outputs.weight", &[ends, hidden], Init::Normal),
                Some(b.parameter("qa_outputs.bias", &[ends], Init::Zeros)),
            ),
            split: Split::new(2),
        }
    }
}

impl Module for AnswerHead {
    fn class(&self) -> Option<String> {
        Some("Answer".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("qa_outputs", &self.qa_outputs), ("split", &self.split)]
    }
}

impl Head for AnswerHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["start", "end"]
    }

    fn demand(&self, _purpose: Purpose<'_>) -> Demand {
        Demand::of(vec![SourceDemand::new(Source::Tokens, RowChoice::All)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let x = self.qa_outputs.forward(cx, &encoded.output(0)?)?;
        self.split.forward(cx, &x)
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        let wanted = [targets.require("labels.start")?, targets.require("labels.end")?];
        SpanLoss.parts(["start", "end"], 1.0, cx, [&outputs[0], &outputs[1]], wanted).map(Vec::from)
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_span(&outputs[0], &outputs[1], 30, 3, reading)?])
    }

    fn windowed(&self) -> Option<Vec<usize>> {
        Some(vec![2])
    }

    fn outcomes(&self) -> Vec<Outcome> {
        vec![Outcome::new("start_end", &["labels.start", "labels.end"])]
    }
}

/// What [`Answer`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct AnswerOutput {
    /// `[batch, token]`
    pub start: Tensor,
    /// `[batch, token]`
    pub end: Tensor,
}

impl Task for Answer {
    type Head = AnswerHead;
    type Input = Text;
    type Prediction = Answers;
    type Output = AnswerOutput;
    type Target = Span;
    const NAME: &'static str = "Answer";
    const OUTPUTS: usize = 2;

    fn bind(binder: &mut Binder<'_>) -> AnswerHead {
        AnswerHead::bind(binder)
    }

    fn output(outputs: Vec<Value>) -> Result<AnswerOutput> {
        let [start, end] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has two outputs")) };
        Ok(AnswerOutput { start: start.to_padded()?, end: end.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<Answers> {
        next_decoded(&mut decoded.into_iter())
    }
}
