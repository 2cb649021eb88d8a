//! A task's whole model.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use candle_core::Device;

use crate::context::Context;
use crate::encoder::{Batch, Source};
use crate::error::Result;
use crate::head::{Head, Purpose, Targets, Task};
use crate::losses::Part;
use crate::model::bert::no_answer;
use crate::model::engine::{Answer, encode};
use crate::model::files::{Files, wanted_pooler};
use crate::model::question::Question;
use crate::model::{Bert, BertOptions, Predicted};
use crate::module::{all_parameters, print_tree};
use crate::parameter::Parameter;
use crate::targets::at_tokens;
use crate::value::Value;
use crate::weights::Report;

/// An encoder with the head of a task. Clones share all of it, and it may be used by many threads.
///
/// ```no_run
/// # use bert_runtime::{model::BertFor, Task, text::Text};
/// # use candle_core::Device;
/// # fn example<Sentiment: Task<Input = Text>>() -> bert_runtime::Result<()> {
/// let model = BertFor::<Sentiment>::from_pretrained("path/to/model", &Device::Cpu)?;
/// let answer = model.predict("What a film!")?;
/// # Ok(())
/// # }
/// ```
pub struct BertFor<T: Task> {
    bert: Bert,
    bound: Arc<Bound<T::Head>>,
}

struct Bound<H> {
    head: H,
    seed: Option<u64>,
    report: Report,
}

impl<T: Task> BertFor<T> {
    /// Opens a whole model from a folder in Hugging Face's layout, or from the hub by its id.
    ///
    /// # Errors
    /// As [`Bert::open`] and [`Bert::bind`]; what does not fit of the encoder and of the head is told in one report.
    pub fn from_pretrained(path_or_id: impl AsRef<Path>, device: &Device) -> Result<Self> {
        Bert::options().open_for(path_or_id, device)
    }

    /// Opens an encoder and starts a new head on it; its weights follow from the seed.
    ///
    /// # Errors
    /// As [`Bert::open`] and [`Bert::fresh`].
    pub fn fresh_head(path_or_id: impl AsRef<Path>, seed: u64, device: &Device) -> Result<Self> {
        Bert::options().fresh_for(path_or_id, seed, device)
    }

    pub(super) fn open_files(files: Files, options: &BertOptions, device: &Device, seed: Option<u64>) -> Result<Self> {
        let mut binder = files.binder(seed)?.on(device).with_dtype(options.dtype).trainable(options.trainable);
        let encoder = files.encoder(&mut binder)?;
        let head = T::bind(&mut binder);
        let pooler = wanted_pooler(&head, &encoder, &mut binder);
        let (_, report) = binder.finish()?;
        pooler.map(|pooler| encoder.attach_pooler(pooler)).transpose()?;
        let bert = Bert::assemble(files, encoder, options, device, report.clone())?;
        Ok(Self { bert, bound: Arc::new(Bound { head, seed, report }) })
    }

    pub(super) fn bind(bert: &Bert, seed: Option<u64>) -> Result<Self> {
        let bound = bert.while_binding(|| {
            let (files, options, encoder) = (bert.files(), bert.opened_with(), bert.encoder());
            let binder = files.binder(seed)?.on(bert.device()).with_dtype(options.dtype).trainable(options.trainable);
            let mut binder = binder.with_encoder(encoder);
            let head = T::bind(&mut binder);
            let pooler = wanted_pooler(&head, encoder, &mut binder);
            let (_, report) = binder.finish()?;
            pooler.map(|pooler| encoder.attach_pooler(pooler)).transpose()?;
            Ok(Bound { head, seed, report })
        })?;
        Ok(Self { bert: bert.clone(), bound: Arc::new(bound) })
    }

    /// The prediction for one input: a text, a pair, words, or choices, with what is `given`.
    ///
    /// # Errors
    /// A model without a tokenizer, an input that cannot be tokenized, and what candle says.
    pub fn predict(&self, input: impl Into<T::Input>) -> Result<Predicted<T::Prediction>> {
        let question = self.bert.question(&input.into())?;
        self.answer(&[question])?.pop().ok_or_else(no_answer)
    }

    /// The predictions for many inputs, in their order. They go through the encoder in batches of like length.
    ///
    /// # Errors
    /// As [`BertFor::predict`]; of an input, with its number from 0.
    pub fn predict_many(&self, inputs: impl IntoIterator<Item = impl Into<T::Input>>) -> Result<Vec<Predicted<T::Prediction>>> {
        let questions = self.bert.questions(inputs.into_iter().map(Into::into))?;
        self.answer(&questions)
    }

    fn answer(&self, questions: &[Question]) -> Result<Vec<Predicted<T::Prediction>>> {
        let answers = self.bert.engine()?.answer(&[self.head()], questions)?;
        let typed = |heads: Answer| T::prediction(heads.into_iter().next().unwrap_or_default());
        answers.into_iter().map(|answer| answer.try_map(typed)).collect()
    }

    /// The head's whole outputs for a batch, as named tensors in their padded form, without dropout.
    ///
    /// # Errors
    /// A batch that the encoder cannot read, and what candle says.
    pub fn forward(&self, batch: &Batch) -> Result<T::Output> {
        T::output(self.outputs(&Context::evaluation(), batch)?)
    }

    /// The head's whole outputs for a batch, without padding, in the order of [`Head::outputs`].
    ///
    /// # Errors
    /// As [`BertFor::forward`].
    pub fn outputs(&self, cx: &Context, batch: &Batch) -> Result<Vec<Value>> {
        let (encoded, _) = encode(self.bert.encoder(), cx, batch, &[self.head()], Purpose::Forward)?;
        self.bound.head.forward(cx, &encoded)
    }

    /// The training objective of each pipeline for a batch, as a sum and a count.
    ///
    /// # Errors
    /// As [`BertFor::forward`]; targets that do not fit, and a head without a loss.
    pub fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Vec<Part>> {
        let demand = self.bound.head.demand(Purpose::Forward);
        let reads_words = demand.0.iter().any(|wanted| matches!(wanted.source, Source::Words(_)));
        let targets = if reads_words { targets } else { &at_tokens(targets, batch.layout())? };
        let (encoded, _) = encode(self.bert.encoder(), cx, batch, &[self.head()], Purpose::Loss(targets))?;
        let outputs = self.bound.head.forward(cx, &encoded)?;
        self.bound.head.loss(cx, &outputs, targets)
    }

    /// The encoder that the head is on.
    pub fn bert(&self) -> &Bert {
        &self.bert
    }

    /// The head.
    pub fn head(&self) -> &T::Head {
        &self.bound.head
    }

    /// What was read from the checkpoint, what was initialised, and what is worth knowing.
    pub fn report(&self) -> &Report {
        &self.bound.report
    }

    /// Whether the head is new: its predictions mean nothing before it is trained.
    pub fn is_fresh(&self) -> bool {
        self.bound.seed.is_some()
    }

    /// The head's layers, as PyTorch prints them.
    pub fn tree(&self) -> String {
        print_tree(&self.bound.head)
    }

    /// All weights of the encoder and the head, each once, in the order of the encoder's and the head's text.
    pub fn parameters(&self) -> Vec<&Parameter> {
        let mut names = std::collections::BTreeSet::new();
        let all = all_parameters(self.bert.encoder()).into_iter().chain(all_parameters(&self.bound.head));
        all.filter(|parameter| names.insert(parameter.name())).collect()
    }
}

impl<T: Task> Clone for BertFor<T> {
    fn clone(&self) -> Self {
        Self { bert: self.bert.clone(), bound: self.bound.clone() }
    }
}

impl<T: Task> fmt::Debug for BertFor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BertFor").field("task", &T::NAME).field("folder", &self.bert.folder()).field("fresh", &self.is_fresh()).finish()
    }
}
