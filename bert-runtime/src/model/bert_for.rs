//! A task's whole model.

use std::fmt;
use std::path::Path;

use candle_core::Device;

use crate::context::Context;
use crate::encoder::Batch;
use crate::error::Result;
use crate::head::{IntoTargets, Targets, Task};
use crate::losses::Loss;
use crate::metrics::Evaluation;
use crate::model::files::Files;
use crate::model::on_bert::OnBert;
use crate::model::{Bert, BertOptions, Predicted};
use crate::module::print_tree;
use crate::parameter::Parameter;
use crate::save::{SaveOptions, Saved};
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
pub struct BertFor<T: Task>(OnBert<T::Head>);

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
        OnBert::open(files, options, device, seed, |binder| Ok(T::bind(binder))).map(Self)
    }

    pub(super) fn bind(bert: &Bert, seed: Option<u64>) -> Result<Self> {
        OnBert::bind(bert, seed, |binder| Ok(T::bind(binder))).map(Self)
    }

    /// The prediction for one input: a text, a pair, words, or choices, with what is `given`.
    ///
    /// # Errors
    /// A model without a tokenizer, an input that cannot be tokenized, and what candle says.
    pub fn predict(&self, input: impl Into<T::Input>) -> Result<Predicted<T::Prediction>> {
        let question = self.bert().question(&input.into())?;
        self.0.answer(question, T::prediction)
    }

    /// The predictions for many inputs, in their order. They go through the encoder in batches of like length.
    ///
    /// # Errors
    /// As [`BertFor::predict`]; of an input, with its number from 0.
    pub fn predict_many(&self, inputs: impl IntoIterator<Item = impl Into<T::Input>>) -> Result<Vec<Predicted<T::Prediction>>> {
        self.0.answer_many(inputs.into_iter().map(Into::<T::Input>::into), |input| self.bert().question(input), T::prediction)
    }

    /// How good the model is on examples with their targets: the mean loss, and the [metrics](crate::metrics::Metrics) of its decodes.
    ///
    /// Examples go through the encoder once, as in [`BertFor::predict_many`]: by length, long texts in windows where they can be
    /// joined. The loss of a long text is that of its cut text, as in training. Where a loss reads examples together (`ranking`,
    /// `cosine`, `triplet`) they stay in their order, and each text of a pair comes with the pair's target.
    ///
    /// ```no_run
    /// # use bert_runtime::{BertFor, Task, text::Text};
    /// # fn example<Sentiment: Task<Input = Text>>(model: BertFor<Sentiment>, good: Sentiment::Target) -> bert_runtime::Result<()> {
    /// let evaluation = model.evaluate([("What a film!", good)])?;
    /// println!("{evaluation}"); // loss 0.0021, accuracy 1.0000, ..
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`BertFor::predict_many`] and [`BertFor::loss`]; targets that do not fit, with the example's number from 0.
    pub fn evaluate(&self, examples: impl IntoIterator<Item = (impl Into<T::Input>, T::Target)>) -> Result<Evaluation> {
        self.evaluate_with(examples, None)
    }

    /// The same; `each` is given the prediction of every example, with its number from 0, in their order.
    ///
    /// # Errors
    /// As [`BertFor::evaluate`].
    pub fn evaluate_each(
        &self,
        examples: impl IntoIterator<Item = (impl Into<T::Input>, T::Target)>,
        mut each: impl FnMut(usize, Predicted<T::Prediction>),
    ) -> Result<Evaluation> {
        self.evaluate_with(examples, Some(&mut each))
    }

    fn evaluate_with(
        &self,
        examples: impl IntoIterator<Item = (impl Into<T::Input>, T::Target)>,
        each: Option<&mut dyn FnMut(usize, Predicted<T::Prediction>)>,
    ) -> Result<Evaluation> {
        let examples = examples.into_iter().map(|(input, target)| (Into::<T::Input>::into(input), target.into_targets()));
        self.0.evaluate(examples, |input| self.bert().question(input), T::prediction, each)
    }

    /// The head's whole outputs for a batch, as named tensors in their padded form, without dropout.
    ///
    /// # Errors
    /// A batch that the encoder cannot read, and what candle says.
    pub fn forward(&self, batch: &Batch) -> Result<T::Output> {
        T::output(self.outputs(&Context::evaluation(), batch)?)
    }

    /// The head's whole outputs for a batch, without padding, in the order of [`Head::outputs`](crate::Head::outputs).
    ///
    /// # Errors
    /// As [`BertFor::forward`].
    pub fn outputs(&self, cx: &Context, batch: &Batch) -> Result<Vec<Value>> {
        self.0.outputs(cx, batch)
    }

    /// The training objective for a batch: its total, and the part of each pipeline by its output's name.
    ///
    /// Of several pipelines those count that the batch has targets for.
    ///
    /// # Errors
    /// As [`BertFor::forward`]; targets that do not fit, and a head without a loss.
    pub fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Loss> {
        self.0.loss(cx, batch, targets)
    }

    /// Leaves the model in Hugging Face's layout: `config.json`, `model.safetensors`, the tokenizer's files, the head's source and a
    /// model card. [`BertFor::from_pretrained`] reads it again, and so does transformers where it has such a class.
    ///
    /// # Errors
    /// A folder that has other files in it, and what the disk says: a model that was there is then as it was.
    pub fn save_pretrained(&self, folder: impl AsRef<Path>) -> Result<()> {
        self.save_pretrained_with(folder, &SaveOptions::default())
    }

    /// The same in another number format, or with more on the model card.
    ///
    /// # Errors
    /// As [`BertFor::save_pretrained`].
    pub fn save_pretrained_with(&self, folder: impl AsRef<Path>, options: &SaveOptions) -> Result<()> {
        let saved = Saved { bert: self.bert(), head: self.head(), name: T::NAME, text: T::TEXT, parameters: self.parameters() };
        saved.write(folder.as_ref(), options)
    }

    /// The encoder that the head is on.
    pub fn bert(&self) -> &Bert {
        &self.0.bert
    }

    /// The head.
    pub fn head(&self) -> &T::Head {
        self.0.head()
    }

    /// What was read from the checkpoint, what was initialised, and what is worth knowing.
    pub fn report(&self) -> &Report {
        self.0.report()
    }

    /// Whether the head is new: its predictions mean nothing before it is trained.
    pub fn is_fresh(&self) -> bool {
        self.0.is_fresh()
    }

    /// The head's layers, as PyTorch prints them.
    pub fn tree(&self) -> String {
        print_tree(self.head())
    }

    /// All weights of the encoder and the head, each once, in the order of the encoder's and the head's text.
    pub fn parameters(&self) -> Vec<&Parameter> {
        self.0.parameters()
    }
}

impl<T: Task> Clone for BertFor<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Task> fmt::Debug for BertFor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BertFor").field("task", &T::NAME).field("folder", &self.bert().folder()).field("fresh", &self.is_fresh()).finish()
    }
}
