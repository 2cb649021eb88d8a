//! How a model is opened.

use std::path::Path;

use candle_core::{DType, Device};

use crate::bind::Binder;
use crate::config::BertConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::freeze::Freeze;
use crate::head::Task;
use crate::interpret::DynamicHead;
use crate::model::files::Files;
use crate::model::{Bert, BertFor, DynamicBert};
use crate::text::Windows;

/// How a model is opened: what [`Bert::open`] and [`BertFor::from_pretrained`] decide for you.
///
/// ```
/// use bert_runtime::model::Bert;
/// use candle_core::DType;
///
/// let options = Bert::options().dtype(DType::BF16).max_length(256).offline(true);
/// # let _ = options;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BertOptions {
    pub(crate) dtype: DType,
    pub(super) revision: Option<String>,
    pub(super) offline: bool,
    pub(super) max_length: Option<usize>,
    pub(crate) batch_tokens: Option<usize>,
    pub(super) windows: Windows,
    pub(crate) dropout: Option<f64>,
    pub(super) trainable: bool,
    pub(super) freeze: Freeze,
    /// Whether a new head has the weights that the checkpoint has of it.
    pub(super) extends: bool,
}

impl Default for BertOptions {
    fn default() -> Self {
        Self {
            dtype: DType::F32,
            revision: None,
            offline: false,
            max_length: None,
            batch_tokens: None,
            windows: Windows::default(),
            dropout: None,
            trainable: false,
            freeze: Freeze::Nothing,
            extends: false,
        }
    }
}

impl BertOptions {
    /// The number format of weights and of what is computed: F32 unless said otherwise.
    #[must_use]
    pub fn dtype(self, dtype: DType) -> Self {
        Self { dtype, ..self }
    }

    /// The branch, tag or commit on the hub, for an id.
    #[must_use]
    pub fn revision(self, revision: impl Into<String>) -> Self {
        Self { revision: Some(revision.into()), ..self }
    }

    /// Nothing is fetched from the network: an id must be in the cache.
    #[must_use]
    pub fn offline(self, offline: bool) -> Self {
        Self { offline, ..self }
    }

    /// The longest sequence that is read, in tokens, the special ones included. Longer texts are read in windows where
    /// the head reads them token by token, and cut elsewhere; every prediction tells which. Unless said otherwise it is the
    /// encoder's, or the tokenizer's own where that is less.
    #[must_use]
    pub fn max_length(self, tokens: usize) -> Self {
        Self { max_length: Some(tokens), ..self }
    }

    /// How texts are read that are longer: in windows that overlap, or cut.
    #[must_use]
    pub fn windows(self, windows: Windows) -> Self {
        Self { windows, ..self }
    }

    /// The probability with which the encoder leaves out numbers in training, of hidden states and of attention, from 0 to below 1: instead of
    /// `hidden_dropout_prob` and `attention_probs_dropout_prob` of its `config.json`, as keywords of `from_pretrained` do it for transformers. A model
    /// that is saved after such a training has it in its `config.json`.
    #[must_use]
    pub fn dropout(self, probability: f64) -> Self {
        Self { dropout: Some(probability), ..self }
    }

    /// How many tokens go through the encoder at once, of as many examples as that makes: 2048 on the processor and 16384 on a GPU unless said
    /// otherwise. There is no padding among them, and an example that has more goes alone. More of them do not make a CPU faster; they take memory,
    /// most of all where a head scores a vocabulary at every token, which takes four bytes a word and token. A batch that a GPU's memory does not
    /// suffice for is read in halves.
    #[must_use]
    pub fn batch_tokens(self, tokens: usize) -> Self {
        Self { batch_tokens: Some(tokens), ..self }
    }

    /// How many tokens go through the encoder at once on a device.
    pub(super) fn tokens_at_once(&self, device: &Device) -> usize {
        self.batch_tokens.unwrap_or(if device.is_cpu() { 2048 } else { 16384 })
    }

    /// Weights become variables, as training needs them.
    #[must_use]
    pub fn trainable(self, trainable: bool) -> Self {
        Self { trainable, ..self }
    }

    /// The part of the encoder whose weights stay constants where others become variables.
    #[must_use]
    pub fn freeze(self, freeze: Freeze) -> Self {
        Self { freeze, ..self }
    }

    /// A binder of some files on a device: for every tensor of a head, or for a new head by this seed.
    pub(super) fn binder<'f>(&self, files: &'f Files, seed: Option<u64>, device: &Device) -> Result<Binder<'f>> {
        let binder = files.binder(seed)?.on(device).with_dtype(self.dtype).trainable(self.trainable).frozen(self.freeze);
        Ok(if self.extends { binder.extending() } else { binder })
    }

    /// Opens the encoder of a folder or of a model on the hub.
    ///
    /// # Errors
    /// As [`Bert::open`], and a maximum length, batch size, dropout or overlap of windows that cannot be.
    pub fn open(&self, path_or_id: impl AsRef<Path>, device: &Device) -> Result<Bert> {
        Bert::open_files(Files::open(path_or_id.as_ref(), self)?, self, device)
    }

    /// Opens a whole model: the encoder and every tensor of the head.
    ///
    /// # Errors
    /// As [`BertFor::from_pretrained`].
    pub fn open_for<T: Task>(&self, path_or_id: impl AsRef<Path>, device: &Device) -> Result<BertFor<T>> {
        BertFor::open_files(Files::open(path_or_id.as_ref(), self)?, self, device, None)
    }

    /// Opens an encoder and starts a new head on it.
    ///
    /// # Errors
    /// As [`BertFor::fresh_head`].
    pub fn fresh_for<T: Task>(&self, path_or_id: impl AsRef<Path>, seed: u64, device: &Device) -> Result<BertFor<T>> {
        BertFor::open_files(Files::open(path_or_id.as_ref(), self)?, self, device, Some(seed))
    }

    /// Opens a whole model with a head that is read when the program runs.
    ///
    /// # Errors
    /// As [`DynamicBert::from_pretrained`].
    pub fn open_dynamic(&self, head: &DynamicHead, path_or_id: impl AsRef<Path>, device: &Device) -> Result<DynamicBert> {
        DynamicBert::open_files(head, Files::open(path_or_id.as_ref(), self)?, self, device, None)
    }

    /// Opens an encoder and starts a new head that is read when the program runs.
    ///
    /// # Errors
    /// As [`DynamicBert::fresh_head`].
    pub fn fresh_for_dynamic(&self, head: &DynamicHead, path_or_id: impl AsRef<Path>, seed: u64, device: &Device) -> Result<DynamicBert> {
        DynamicBert::open_files(head, Files::open(path_or_id.as_ref(), self)?, self, device, Some(seed))
    }

    /// The configuration of an encoder as it is opened.
    pub(super) fn configured(&self, config: BertConfig) -> Result<BertConfig> {
        match self.dropout {
            None => Ok(config),
            Some(p) if (0.0..1.0).contains(&p) => Ok(BertConfig { hidden_dropout_prob: p, attention_probs_dropout_prob: p, ..config }),
            Some(p) => {
                Err(Error::new(ErrorKind::Input, format!("a dropout of {p} cannot be: give a probability from 0 to below 1, such as 0.1")))
            }
        }
    }

    /// The longest sequence, of what the encoder takes and the tokenizer says.
    pub(super) fn longest(&self, encoder: usize, tokenizer: Option<usize>) -> Result<usize> {
        let fault = |what: String| Err(Error::new(ErrorKind::Input, what));
        match self.max_length {
            Some(length) if length > encoder => {
                fault(format!("a maximum length of {length} is more than the encoder takes: give {encoder} at most"))
            }
            Some(length) if length < 3 => {
                fault(format!("a maximum length of {length} leaves no room for a text between [CLS] and [SEP]: give 3 at least"))
            }
            Some(length) => Ok(length),
            None => Ok(tokenizer.map_or(encoder, |length| length.min(encoder))),
        }
    }
}
