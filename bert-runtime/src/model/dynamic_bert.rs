//! The whole model of a head that is read when the program runs.

use std::fmt;
use std::path::Path;

use candle_core::{Device, Tensor};

use crate::context::Context;
use crate::encoder::Batch;
use crate::error::Result;
use crate::head::{Head, IntoTargets, Targets};
use crate::interpret::{DynamicHead, DynamicInput, DynamicPrediction, InterpretedHead};
use crate::losses::Loss;
use crate::metrics::Evaluation;
use crate::model::files::Files;
use crate::model::on_bert::OnBert;
use crate::model::question::Question;
use crate::model::{Bert, BertOptions, Predicted};
use crate::module::print_tree;
use crate::parameter::Parameter;
use crate::save::{SaveOptions, Saved};
use crate::value::Value;
use crate::weights::Report;

/// An encoder with an interpreted head: what [`BertFor`](crate::BertFor) is for a compiled one. Clones share all of it.
///
/// ```no_run
/// use bert_runtime::{Device, DynamicHead};
/// use bert_runtime::model::DynamicBert;
///
/// let head = DynamicHead::from_file("heads/ner.head")?;
/// let model = DynamicBert::from_pretrained(&head, "path/to/model", &Device::Cpu)?;
/// println!("{}", model.predict("Anna lives in Paris.")?);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Clone)]
pub struct DynamicBert {
    on: OnBert<InterpretedHead>,
    head: DynamicHead,
}

impl DynamicBert {
    /// Opens a whole model from a folder in Hugging Face's layout, or from the hub by its id.
    ///
    /// # Errors
    /// As [`Bert::open`] and [`Bert::bind_dynamic`]; what does not fit of the encoder and of the head is told in one report.
    pub fn from_pretrained(head: &DynamicHead, path_or_id: impl AsRef<Path>, device: &Device) -> Result<Self> {
        Bert::options().open_dynamic(head, path_or_id, device)
    }

    /// Opens an encoder and starts a new head on it; its weights follow from the seed.
    ///
    /// # Errors
    /// As [`Bert::open`] and [`Bert::fresh_dynamic`].
    pub fn fresh_head(head: &DynamicHead, path_or_id: impl AsRef<Path>, seed: u64, device: &Device) -> Result<Self> {
        Bert::options().fresh_for_dynamic(head, path_or_id, seed, device)
    }

    pub(super) fn open_files(head: &DynamicHead, files: Files, options: &BertOptions, device: &Device, seed: Option<u64>) -> Result<Self> {
        Ok(Self { on: OnBert::open(files, options, device, seed, |binder| head.bind(binder))?, head: head.clone() })
    }

    pub(super) fn bind(head: &DynamicHead, bert: &Bert, seed: Option<u64>) -> Result<Self> {
        Ok(Self { on: OnBert::bind(bert, seed, |binder| head.bind(binder))?, head: head.clone() })
    }

    /// The predictions for one example: a text, a pair, words, or choices, with what is `given` by name.
    ///
    /// # Errors
    /// As [`BertFor::predict`](crate::BertFor::predict); and what the head is given that the example lacks or has too much.
    pub fn predict(&self, input: impl Into<DynamicInput>) -> Result<Predicted<DynamicPrediction>> {
        let question = self.question(&input.into())?;
        self.on.answer(question, |decoded| Ok(self.prediction(decoded)))
    }

    /// The predictions for many examples, in their order.
    ///
    /// # Errors
    /// As [`DynamicBert::predict`]; of an example, with its number from 0.
    pub fn predict_many(&self, inputs: impl IntoIterator<Item = impl Into<DynamicInput>>) -> Result<Vec<Predicted<DynamicPrediction>>> {
        let inputs = inputs.into_iter().map(Into::<DynamicInput>::into);
        self.on.answer_many(inputs, |input| self.question(input), |decoded| Ok(self.prediction(decoded)))
    }

    /// How good the model is on examples with their targets, which [`Wanted::read`](crate::interpret::Wanted::read) reads from JSON.
    ///
    /// # Errors
    /// As [`BertFor::evaluate`](crate::BertFor::evaluate).
    pub fn evaluate(&self, examples: impl IntoIterator<Item = (impl Into<DynamicInput>, impl IntoTargets)>) -> Result<Evaluation> {
        self.evaluate_with(examples, None)
    }

    /// The same; `each` is given the prediction of every example, with its number from 0, in their order.
    ///
    /// # Errors
    /// As [`DynamicBert::evaluate`].
    pub fn evaluate_each(
        &self,
        examples: impl IntoIterator<Item = (impl Into<DynamicInput>, impl IntoTargets)>,
        mut each: impl FnMut(usize, Predicted<DynamicPrediction>),
    ) -> Result<Evaluation> {
        self.evaluate_with(examples, Some(&mut each))
    }

    fn evaluate_with(
        &self,
        examples: impl IntoIterator<Item = (impl Into<DynamicInput>, impl IntoTargets)>,
        each: Option<&mut dyn FnMut(usize, Predicted<DynamicPrediction>)>,
    ) -> Result<Evaluation> {
        let examples = examples.into_iter().map(|(input, target)| (Into::<DynamicInput>::into(input), target.into_targets()));
        self.on.evaluate(examples, |input| self.question(input), |decoded| Ok(self.prediction(decoded)), each)
    }

    fn question(&self, input: &DynamicInput) -> Result<Question> {
        input.check(self.head.checked())?;
        self.bert().question(input)
    }

    pub(super) fn prediction(&self, decoded: Vec<crate::decode::Decoded>) -> DynamicPrediction {
        DynamicPrediction::new(self.head.answers(), decoded)
    }

    /// The head's whole outputs for a batch, by their names, in their padded form, without dropout.
    ///
    /// # Errors
    /// A batch that the encoder cannot read, and what candle says.
    pub fn forward(&self, batch: &Batch) -> Result<Vec<(String, Tensor)>> {
        let outputs = self.outputs(&Context::evaluation(), batch)?;
        let names = self.head().outputs().into_iter().map(str::to_owned);
        names.zip(&outputs).map(|(name, output)| Ok((name, output.to_padded()?))).collect()
    }

    /// The head's whole outputs for a batch, without padding, in the order of [`Head::outputs`].
    ///
    /// # Errors
    /// As [`DynamicBert::forward`].
    pub fn outputs(&self, cx: &Context, batch: &Batch) -> Result<Vec<Value>> {
        self.on.outputs(cx, batch)
    }

    /// The training objective for a batch: its total, and the part of each pipeline by its output's name.
    ///
    /// # Errors
    /// As [`DynamicBert::forward`]; targets that do not fit, and a head without a loss.
    pub fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Loss> {
        self.on.loss(cx, batch, targets)
    }

    /// Leaves the model in Hugging Face's layout, with the head's source beside it.
    ///
    /// # Errors
    /// As [`BertFor::save_pretrained`](crate::BertFor::save_pretrained).
    pub fn save_pretrained(&self, folder: impl AsRef<Path>) -> Result<()> {
        self.save_pretrained_with(folder, &SaveOptions::default())
    }

    /// The same in another number format, or with more on the model card.
    ///
    /// # Errors
    /// As [`DynamicBert::save_pretrained`].
    pub fn save_pretrained_with(&self, folder: impl AsRef<Path>, options: &SaveOptions) -> Result<()> {
        let (name, text) = (self.head.name(), self.head.text());
        let saved = Saved { bert: self.bert(), head: self.head(), name, text, parameters: self.parameters() };
        saved.write(folder.as_ref(), options)
    }

    /// The encoder that the head is on.
    pub fn bert(&self) -> &Bert {
        &self.on.bert
    }

    /// The head, bound.
    pub fn head(&self) -> &InterpretedHead {
        self.on.head()
    }

    /// The head's text, and what the compiler knows of it.
    pub fn dynamic_head(&self) -> &DynamicHead {
        &self.head
    }

    /// What was read from the checkpoint, what was initialised, and what is worth knowing.
    pub fn report(&self) -> &Report {
        self.on.report()
    }

    /// Whether the head is new: its predictions mean nothing before it is trained.
    pub fn is_fresh(&self) -> bool {
        self.on.is_fresh()
    }

    /// The head's layers, as PyTorch prints them.
    pub fn tree(&self) -> String {
        print_tree(self.head())
    }

    /// All weights of the encoder and the head, each once, in the order of the encoder's and the head's text.
    pub fn parameters(&self) -> Vec<&Parameter> {
        self.on.parameters()
    }
}

impl fmt::Debug for DynamicBert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (folder, fresh) = (self.bert().folder(), self.is_fresh());
        f.debug_struct("DynamicBert").field("head", &self.head.name()).field("folder", &folder).field("fresh", &fresh).finish()
    }
}
