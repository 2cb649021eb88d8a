//! The heads that read, and what they make of a batch.

use std::str::FromStr;

use bert_runtime::encoder::{Batch, Demand, Encoder};
use bert_runtime::head::Purpose;
use bert_runtime::{Bert, BertFor, Context, Error, ErrorKind, Head, Result, Task, Value, head};

head! {
    /// `BertForSequenceClassification`, with the labels that its configuration gives where it names none.
    head Classifier {
        labels LABEL_0, LABEL_1;
        input pooled;
        dropout;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    /// The same numbers of the first token's own vector.
    head FirstToken {
        input cls;
        classifier: linear hidden -> 2;
    }

    /// The same numbers of every token.
    head EveryToken {
        input tokens;
        classifier: linear hidden -> 2;
    }

    /// The same numbers of every token at the encoder's middle.
    head MiddleLayer {
        input layers;
        take 6;
        classifier: linear hidden -> 2;
    }

    /// `BertForMaskedLM`.
    head MaskedLm {
        input tokens;
        cls.predictions {
            transform {
                dense: linear hidden -> hidden;
                transform_act_fn: activation;
                LayerNorm: layer_norm;
            }
            decoder: linear hidden -> vocab, tied=word_embeddings;
        }
        loss cross_entropy;
        decode top_k 3;
    }
}

/// What is read of the encoder, by which heads, in how many passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    Classifier,
    Cls,
    All,
    Layer6,
    Heads8,
    All8,
    Passes8,
    Masked,
    Vocabulary,
}

impl Reading {
    const ALL: [Self; 9] =
        [Self::Classifier, Self::Cls, Self::All, Self::Layer6, Self::Heads8, Self::All8, Self::Passes8, Self::Masked, Self::Vocabulary];

    /// Its name after the stroke.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classifier => "classifier",
            Self::Cls => "cls",
            Self::All => "all",
            Self::Layer6 => "layer6",
            Self::Heads8 => "heads8",
            Self::All8 => "all8",
            Self::Passes8 => "passes8",
            Self::Masked => "masked",
            Self::Vocabulary => "vocabulary",
        }
    }

    /// Binds its heads to an encoder.
    pub fn bind(self, bert: &Bert) -> Result<Heads> {
        let heads = match self {
            Self::Classifier => bound::<Classifier>(bert, 1),
            Self::Cls => bound::<FirstToken>(bert, 1),
            Self::All => bound::<EveryToken>(bert, 1),
            Self::Layer6 => bound::<MiddleLayer>(bert, 1),
            Self::Heads8 | Self::Passes8 => bound::<Classifier>(bert, 8),
            Self::All8 => bound::<EveryToken>(bert, 8),
            Self::Masked | Self::Vocabulary => bound::<MaskedLm>(bert, 1),
        };
        let purpose = if self == Self::Vocabulary { Purpose::Forward } else { Purpose::Predict };
        Ok(Heads { bert: bert.clone(), heads: heads?, purpose, together: if self == Self::Passes8 { 1 } else { 8 } })
    }

    /// Whether its texts have masks.
    pub fn has_masks(self) -> bool {
        matches!(self, Self::Masked | Self::Vocabulary)
    }
}

impl FromStr for Reading {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let names = || Self::ALL.map(Self::name).join("`, `");
        let found = Self::ALL.into_iter().find(|reading| reading.name() == name);
        found.ok_or_else(|| Error::new(ErrorKind::Input, format!("no reading is called `{name}`: write one of `{}`", names())))
    }
}

/// Heads on one encoder.
pub struct Heads {
    bert: Bert,
    heads: Vec<Box<dyn Bound>>,
    purpose: Purpose<'static>,
    /// How many are answered in a pass.
    together: usize,
}

impl Heads {
    /// The outputs of all heads, computed as a prediction computes them.
    pub fn outputs(&self, batch: &Batch) -> Result<Vec<Value>> {
        Ok(self.heads.chunks(self.together).map(|some| self.pass(some, batch)).collect::<Result<Vec<_>>>()?.concat())
    }

    fn pass(&self, heads: &[Box<dyn Bound>], batch: &Batch) -> Result<Vec<Value>> {
        let (cx, mut demand) = (Context::evaluation(), Demand::default());
        let shares: Vec<_> = heads.iter().map(|bound| demand.join(bound.head().demand(self.purpose))).collect();
        let encoded = self.bert.encoder().encode(&cx, batch, &demand)?;
        let outputs = heads.iter().zip(shares).map(|(bound, share)| bound.head().forward(&cx, &encoded.part(&share)));
        Ok(outputs.collect::<Result<Vec<_>>>()?.concat())
    }
}

/// A bound task, whichever it is.
trait Bound {
    fn head(&self) -> &dyn Head;
}

impl<T: Task> Bound for BertFor<T> {
    fn head(&self) -> &dyn Head {
        BertFor::head(self)
    }
}

fn bound<T: Task>(bert: &Bert, count: usize) -> Result<Vec<Box<dyn Bound>>> {
    (0..count).map(|_| Ok(Box::new(bert.bind::<T>()?) as Box<dyn Bound>)).collect()
}
