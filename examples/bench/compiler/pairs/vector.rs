//! One unit vector a text.

use bert_runtime::bind::{Binder, Size};
use bert_runtime::decode::{Decoded, Embedding, Reading, decode_embedding, next_decoded};
use bert_runtime::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use bert_runtime::head::{Outcome, Purpose, Targets};
use bert_runtime::layers::{Linear, Normalize, Pool};
use bert_runtime::losses::{Part, Ranking};
use bert_runtime::{Context, Error, ErrorKind, Head, Init, Module, Result, Task, Tensor, Text, Value};

/// One unit vector a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vector;

/// The layers, bound to an encoder.
#[derive(Debug, Clone)]
pub struct VectorHead {
    /// `[batch, token, hidden]` to `[batch, hidden]`.
    pub pool: Pool,
    /// `[batch, hidden]` to `[batch, 48]`.
    pub projection: Linear,
    /// `[batch, 48]`.
    pub normalize: Normalize,
}

impl VectorHead {
    fn bind(b: &mut Binder<'_>) -> Self {
        b.source(Source::Tokens);
        let (hidden, width) = (b.hidden(), Size::from(48u64));
        Self {
            pool: Pool::Mean,
            projection: Linear::new(b.parameter("projection.weight", &[width, hidden], Init::Normal), None),
            normalize: Normalize,
        }
    }
}

impl Module for VectorHead {
    fn class(&self) -> Option<String> {
        Some("Vector".to_owned())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![("pool", &self.pool), ("projection", &self.projection), ("normalize", &self.normalize)]
    }
}

impl Head for VectorHead {
    fn outputs(&self) -> Vec<&str> {
        vec!["embedding"]
    }

    fn demand(&self, _purpose: Purpose<'_>) -> Demand {
        Demand::of(vec![SourceDemand::new(Source::Tokens, RowChoice::All)])
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let x = self.pool.forward(cx, &encoded.output(0)?)?;
        let x = self.projection.forward(cx, &x)?;
        Ok(vec![self.normalize.forward(cx, &x)?])
    }

    fn loss(&self, cx: &Context, outputs: &[Value], _targets: &Targets) -> Result<Vec<Part>> {
        Ok(vec![Ranking { scale: 20.0 }.part("embedding", 1.0, cx, &outputs[0])?])
    }

    fn trains_without_targets(&self) -> bool {
        true
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        Ok(vec![decode_embedding(&outputs[0], reading)?])
    }

    fn outcomes(&self) -> Vec<Outcome> {
        vec![Outcome::new("embedding", &[]).read_together(2)]
    }
}

/// What [`Vector`] computes, before it is read.
#[derive(Debug, Clone)]
pub struct VectorOutput {
    /// `[batch, 48]`
    pub embedding: Tensor,
}

impl Task for Vector {
    type Head = VectorHead;
    type Input = Text;
    type Prediction = Embedding;
    type Output = VectorOutput;
    type Target = ();
    const NAME: &'static str = "Vector";

    fn bind(binder: &mut Binder<'_>) -> VectorHead {
        VectorHead::bind(binder)
    }

    fn output(outputs: Vec<Value>) -> Result<VectorOutput> {
        let [embedding] = outputs.as_slice() else { return Err(Error::new(ErrorKind::Input, "this head has one output")) };
        Ok(VectorOutput { embedding: embedding.to_padded()? })
    }

    fn prediction(decoded: Vec<Decoded>) -> Result<Embedding> {
        next_decoded(&mut decoded.into_iter())
    }
}
