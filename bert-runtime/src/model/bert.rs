//! An encoder that is opened once and shared by the heads on it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::Device;

use crate::config::BertConfig;
use crate::encoder::{BertEncoder, Encoder, EncoderFacts};
use crate::error::{Error, ErrorKind, Result};
use crate::freeze::Freeze;
use crate::head::{Head, Task};
use crate::interpret::DynamicHead;
use crate::model::engine::{Answer, Engine};
use crate::model::files::Files;
use crate::model::question::{Question, Reach, batch, in_example};
use crate::model::{BertFor, BertOptions, DynamicBert, HeadSet, Predicted, RawOutputs};
use crate::text::{Encoding, Example, Text, Tokenizer};
use crate::weights::{Checkpoint, Report};

/// An opened encoder with its tokenizer and its checkpoint. Clones share all of it, and it may be used by many threads.
///
/// ```no_run
/// use bert_runtime::model::Bert;
/// use candle_core::Device;
///
/// let bert = Bert::open("sentence-transformers/all-MiniLM-L6-v2", &Device::Cpu)?;
/// let raw = bert.encode(["A man is eating food."])?;
/// assert_eq!(raw.last_hidden_state.dims(), [1, 8, 384]);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Bert {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    files: Files,
    encoder: BertEncoder,
    options: BertOptions,
    device: Device,
    reach: Reach,
    report: Report,
    /// Held while a head is bound, since the first head that reads `pooled` gives the encoder its pooler.
    binding: Mutex<()>,
}

impl Bert {
    /// Opens the encoder of a folder in Hugging Face's layout, or of a model on the hub by its id.
    ///
    /// # Errors
    /// A folder or model that is not there, files that are malformed, a checkpoint without every tensor of the encoder, and
    /// a tokenizer that does not belong to it.
    pub fn open(path_or_id: impl AsRef<Path>, device: &Device) -> Result<Self> {
        Self::options().open(path_or_id, device)
    }

    /// How a model is opened, to be changed: number format, maximum length, revision and the like.
    pub fn options() -> BertOptions {
        BertOptions::default()
    }

    /// The same encoder, read again, whose weights are variables but for those that are frozen. New heads on it may have the weights that the
    /// checkpoint has of them.
    ///
    /// # Errors
    /// As [`Bert::open`].
    pub(crate) fn for_training(&self, freeze: Freeze, extends: bool) -> Result<Self> {
        let options = BertOptions { extends, ..self.shared.options.clone().trainable(true).freeze(freeze) };
        Self::open_files(Files::open(self.folder(), &options)?, &options, self.device())
    }

    pub(super) fn open_files(files: Files, options: &BertOptions, device: &Device) -> Result<Self> {
        let mut binder = options.binder(&files, None, device)?;
        let encoder = files.encoder(&mut binder)?;
        let (_, report) = binder.finish()?;
        Self::assemble(files, encoder, options, device, report)
    }

    pub(super) fn assemble(files: Files, encoder: BertEncoder, options: &BertOptions, device: &Device, report: Report) -> Result<Self> {
        let tokenizer = files.tokenizer.as_ref().and_then(Tokenizer::max_length);
        let max_length = options.longest(encoder.facts().max_length, tokenizer)?;
        let special = files.tokenizer.as_ref().map_or(2, |tokenizer| tokenizer.special_count(false));
        let reach = Reach { max_length, overlap: options.windows.overlap(max_length, special)? };
        let shared = Shared { files, encoder, options: options.clone(), device: device.clone(), reach, report, binding: Mutex::new(()) };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Binds a head to this encoder: every tensor of the head comes from the checkpoint.
    ///
    /// # Errors
    /// Of kind [`Binding`](ErrorKind::Binding), with everything that does not fit: missing and misshaped tensors, other
    /// labels, and an encoder output that this checkpoint does not have.
    pub fn bind<T: Task>(&self) -> Result<BertFor<T>> {
        BertFor::bind(self, None)
    }

    /// Starts a new head on this encoder; its weights follow from the seed. What was initialised is in [`BertFor::report`].
    ///
    /// # Errors
    /// Of kind [`Binding`](ErrorKind::Binding): sizes that do not fit, and an encoder output that this checkpoint does not have.
    pub fn fresh<T: Task>(&self, seed: u64) -> Result<BertFor<T>> {
        BertFor::bind(self, Some(seed))
    }

    /// Binds a head that is read when the program runs.
    ///
    /// # Errors
    /// As [`Bert::bind`].
    pub fn bind_dynamic(&self, head: &DynamicHead) -> Result<DynamicBert> {
        DynamicBert::bind(head, self, None)
    }

    /// Starts a new head that is read when the program runs; its weights follow from the seed.
    ///
    /// # Errors
    /// As [`Bert::fresh`].
    pub fn fresh_dynamic(&self, head: &DynamicHead, seed: u64) -> Result<DynamicBert> {
        DynamicBert::bind(head, self, Some(seed))
    }

    /// The predictions of several heads for one input, in one encoder pass.
    ///
    /// ```no_run
    /// # use bert_runtime::{model::Bert, Task, text::Text};
    /// # fn example<A: Task<Input = Text>, B: Task<Input = Text>>(bert: &Bert) -> bert_runtime::Result<()> {
    /// let (mood, topic) = (bert.bind::<A>()?, bert.bind::<B>()?);
    /// let both = bert.predict_with((&mood, &topic), "What a film!")?;
    /// let (mood, topic) = both.into_inner();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`BertFor::predict`]; and heads that are on another encoder.
    pub fn predict_with<I: Example, S: HeadSet<I>>(&self, heads: S, input: impl Into<I>) -> Result<Predicted<S::Prediction>> {
        let bound = self.on_this(&heads)?;
        let answers = self.engine()?.answer(&bound, &[self.question(&input.into())?])?;
        predictions(&heads, answers)?.pop().ok_or_else(no_answer)
    }

    /// The predictions of several heads for many inputs, in their order.
    ///
    /// # Errors
    /// As [`Bert::predict_with`]; of an input, with its number from 0.
    pub fn predict_many_with<I: Example, S: HeadSet<I>>(
        &self,
        heads: S,
        inputs: impl IntoIterator<Item = impl Into<I>>,
    ) -> Result<Vec<Predicted<S::Prediction>>> {
        let bound = self.on_this(&heads)?;
        let answers = self.answer_many(&bound, inputs.into_iter().map(Into::into))?;
        predictions(&heads, answers)
    }

    /// The heads of a set, which must be on this encoder.
    fn on_this<'s, I: Example, S: HeadSet<I>>(&self, heads: &'s S) -> Result<Vec<&'s dyn Head>> {
        let bound = heads.heads();
        if bound.iter().any(|(bert, _)| !Arc::ptr_eq(&bert.shared, &self.shared)) {
            return Err(Error::new(
                ErrorKind::Input,
                "the heads are on different encoders: bind them to this one to have them answered in one pass",
            ));
        }
        Ok(bound.into_iter().map(|(_, head)| head).collect())
    }

    /// What heads say of examples that are tokenized while others are read.
    pub(super) fn answer_many<E: Example>(&self, heads: &[&dyn Head], examples: impl Iterator<Item = E>) -> Result<Vec<Predicted<Answer>>> {
        self.engine()?.answer_many(heads, examples, |example| self.question(example))
    }

    /// What the decodes of any heads say of many examples, untyped: for each example `[head][pipeline]`, in one encoder pass a
    /// batch.
    ///
    /// # Errors
    /// As [`BertFor::predict`].
    pub fn answer<E: Example>(
        &self,
        heads: &[&dyn Head],
        examples: impl IntoIterator<Item = impl Into<E>>,
    ) -> Result<Vec<Predicted<Answer>>> {
        self.answer_many(heads, examples.into_iter().map(Into::into))
    }

    /// The encoder's own outputs for some texts, in one batch.
    ///
    /// # Errors
    /// No texts, texts that cannot be tokenized, and what candle says.
    pub fn encode(&self, texts: impl IntoIterator<Item = impl Into<Text>>) -> Result<RawOutputs> {
        let questions = self.questions(texts.into_iter().map(Into::into))?;
        let (batch, encodings) = batch(&questions.iter().collect::<Vec<_>>(), self.tokenizer()?)?;
        self.attach_own_pooler()?;
        RawOutputs::compute(&self.shared.encoder, &batch, encodings)
    }

    /// Tokenizes an example as `predict` does: its texts, one or one a choice.
    ///
    /// # Errors
    /// A model without a tokenizer, and texts that cannot be tokenized.
    pub fn tokenize(&self, example: &impl Example) -> Result<Vec<Encoding>> {
        Ok(self.question(example)?.encodings)
    }

    /// The tokenizer.
    ///
    /// # Errors
    /// A model's folder with neither `tokenizer.json` nor `vocab.txt`.
    pub fn tokenizer(&self) -> Result<&Tokenizer> {
        self.shared.files.tokenizer.as_ref().ok_or_else(|| {
            let folder = self.shared.files.folder.display();
            Error::new(
                ErrorKind::Tokenizer,
                format!("{folder} has neither tokenizer.json nor vocab.txt: texts cannot be read without one of them"),
            )
        })
    }

    /// The encoder.
    pub fn encoder(&self) -> &BertEncoder {
        &self.shared.encoder
    }

    /// What the encoder is like.
    pub fn facts(&self) -> &EncoderFacts {
        self.shared.encoder.facts()
    }

    /// What `config.json` says.
    pub fn config(&self) -> &BertConfig {
        &self.shared.files.config
    }

    /// The checkpoint that it was opened from.
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.shared.files.checkpoint
    }

    /// The folder that it was opened from.
    pub fn folder(&self) -> &Path {
        &self.shared.files.folder
    }

    /// The device that it computes on.
    pub fn device(&self) -> &Device {
        &self.shared.device
    }

    /// How it was opened.
    pub fn opened_with(&self) -> &BertOptions {
        &self.shared.options
    }

    /// The longest sequence that is read at once, in tokens; longer texts are read in windows, or cut.
    pub fn max_length(&self) -> usize {
        self.shared.reach.max_length
    }

    /// What the encoder took from the checkpoint.
    pub fn report(&self) -> &Report {
        &self.shared.report
    }

    pub(super) fn files(&self) -> &Files {
        &self.shared.files
    }

    /// Runs what binds a head while no other head is bound.
    pub(super) fn while_binding<R>(&self, bind: impl FnOnce() -> Result<R>) -> Result<R> {
        let _alone = self.shared.binding.lock().unwrap_or_else(PoisonError::into_inner);
        bind()
    }

    pub(crate) fn engine(&self) -> Result<Engine<'_>> {
        let batch_tokens = self.shared.options.tokens_at_once(self.device());
        Ok(Engine { encoder: &self.shared.encoder, tokenizer: self.tokenizer()?, batch_tokens })
    }

    pub(crate) fn question(&self, example: &impl Example) -> Result<Question> {
        Question::new(example, self.tokenizer()?, self.shared.reach)
    }

    pub(super) fn questions<E: Example>(&self, examples: impl Iterator<Item = E>) -> Result<Vec<Question>> {
        examples.enumerate().map(|(number, example)| self.question(&example).map_err(|error| in_example(number, error))).collect()
    }

    /// Gives the encoder the checkpoint's pooler, if it has one and no head has asked for it yet.
    fn attach_own_pooler(&self) -> Result<()> {
        self.while_binding(|| {
            let Shared { files, encoder, options, device, .. } = &*self.shared;
            if encoder.pooler().is_some() || !files.checkpoint.has_pooler() {
                return Ok(());
            }
            let mut binder = options.binder(files, None, device)?.with_encoder(encoder);
            let pooler = binder.fresh_pooler();
            binder.finish()?;
            encoder.attach_pooler(pooler)
        })
    }
}

fn predictions<I: Example, S: HeadSet<I>>(heads: &S, answers: Vec<Predicted<Answer>>) -> Result<Vec<Predicted<S::Prediction>>> {
    answers.into_iter().map(|answer| answer.try_map(|answer| heads.prediction(answer))).collect()
}

pub(super) fn no_answer() -> Error {
    Error::new(ErrorKind::Input, "no input was given: give at least one text")
}
