//! `config.json` of a BERT encoder.

pub(crate) mod json;
mod keys;
mod labels;
#[cfg(test)]
mod tests;

use std::path::Path;

use crate::encoder::EncoderFacts;
use crate::error::{ErrorKind, Result};
use crate::layers::Activation;
use keys::Keys;

/// The largest `config.json` that is read, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// The names of `hidden_act` that are known, for messages.
const ACTIVATIONS: &str =
    "gelu, gelu_new, gelu_fast, gelu_pytorch_tanh, quick_gelu, relu, silu, tanh or another name of transformers' ACT2FN that is supported";

/// What `config.json` says of a BERT encoder, checked.
///
/// The sizes must be in the file. What else is absent takes the default of transformers' `BertConfig`, and `null` counts as
/// absent where transformers itself writes it.
///
/// ```
/// use bert_runtime::config::BertConfig;
///
/// let text = r#"{"model_type": "bert", "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
///                "num_attention_heads": 12, "intermediate_size": 3072}"#;
/// let config = BertConfig::parse(text.as_bytes(), "config.json")?;
/// assert_eq!(config.facts(true).depth, 13);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct BertConfig {
    /// `hidden_size`.
    pub hidden_size: usize,
    /// `vocab_size`.
    pub vocab_size: usize,
    /// `num_hidden_layers`.
    pub num_hidden_layers: usize,
    /// `num_attention_heads`.
    pub num_attention_heads: usize,
    /// `intermediate_size`.
    pub intermediate_size: usize,
    /// `hidden_act`.
    pub hidden_act: Activation,
    /// `hidden_dropout_prob`.
    pub hidden_dropout_prob: f64,
    /// `attention_probs_dropout_prob`.
    pub attention_probs_dropout_prob: f64,
    /// `classifier_dropout`, null or absent in most.
    pub classifier_dropout: Option<f64>,
    /// `max_position_embeddings`.
    pub max_position_embeddings: usize,
    /// `type_vocab_size`.
    pub type_vocab_size: usize,
    /// `initializer_range`.
    pub initializer_range: f64,
    /// `layer_norm_eps`.
    pub layer_norm_eps: f64,
    /// `pad_token_id`.
    pub pad_token_id: u32,
    /// `tie_word_embeddings`.
    pub tie_word_embeddings: bool,
    /// `id2label`, in order; absent where the file has none.
    pub id2label: Option<Vec<String>>,
    /// `problem_type`.
    pub problem_type: Option<String>,
    /// `architectures`.
    pub architectures: Vec<String>,
}

impl BertConfig {
    /// Reads `config.json` in a model's folder.
    ///
    /// # Errors
    /// A file that cannot be read, and whatever [`BertConfig::parse`] refuses.
    pub fn from_folder(folder: impl AsRef<Path>) -> Result<Self> {
        let path = folder.as_ref().join("config.json");
        Self::from_keys(&Keys::new(&path, json::read(&path, MAX_FILE, ErrorKind::Config)?))
    }

    /// Reads the bytes of a `config.json`; `path` is what errors call it.
    ///
    /// # Errors
    /// Bytes that are not JSON, with the line; a key that is missing, there twice, of another type or out of bounds; and a
    /// model that is not supported: of another `model_type`, a decoder, with relative positions, pruned or quantized.
    pub fn parse(bytes: &[u8], path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_keys(&Keys::new(path, json::parse(bytes, path, ErrorKind::Config)?))
    }

    fn from_keys(keys: &Keys<'_>) -> Result<Self> {
        check_supported(keys)?;
        let config = Self {
            hidden_size: keys.size("hidden_size", 1 << 16, None)?,
            vocab_size: keys.size("vocab_size", 1 << 24, None)?,
            num_hidden_layers: keys.size("num_hidden_layers", 1 << 10, None)?,
            num_attention_heads: keys.size("num_attention_heads", 1 << 10, None)?,
            intermediate_size: keys.size("intermediate_size", 1 << 20, None)?,
            hidden_act: activation(keys)?,
            hidden_dropout_prob: keys.probability("hidden_dropout_prob")?.unwrap_or(0.1),
            attention_probs_dropout_prob: keys.probability("attention_probs_dropout_prob")?.unwrap_or(0.1),
            classifier_dropout: keys.nullable("classifier_dropout").map_or(Ok(None), |_| keys.probability("classifier_dropout"))?,
            max_position_embeddings: keys.size("max_position_embeddings", 1 << 20, Some(512))?,
            type_vocab_size: keys.size("type_vocab_size", 1 << 16, Some(2))?,
            initializer_range: keys.number("initializer_range", "a number from 0 to 1", |x| (0.0..=1.0).contains(&x))?.unwrap_or(0.02),
            layer_norm_eps: keys.number("layer_norm_eps", "a number above 0 and below 1", |x| x > 0.0 && x < 1.0)?.unwrap_or(1e-12),
            pad_token_id: pad_token(keys)?,
            tie_word_embeddings: keys.flag("tie_word_embeddings")?.unwrap_or(true),
            id2label: labels::id2label(keys)?,
            problem_type: problem_type(keys)?,
            architectures: keys.texts("architectures")?,
        };
        config.check_sizes(keys)?;
        Ok(config)
    }

    fn check_sizes(&self, keys: &Keys<'_>) -> Result<()> {
        if !self.hidden_size.is_multiple_of(self.num_attention_heads) {
            let (hidden, heads) = (self.hidden_size, self.num_attention_heads);
            return Err(keys.fault("num_attention_heads", format!("is {heads}, which does not divide hidden_size {hidden}")));
        }
        if self.pad_token_id as usize >= self.vocab_size {
            return Err(keys.fault("pad_token_id", format!("is {}, and vocab_size is {}", self.pad_token_id, self.vocab_size)));
        }
        Ok(())
    }

    /// How many labels `id2label` names, where the file has it.
    pub fn num_labels(&self) -> Option<usize> {
        self.id2label.as_ref().map(Vec::len)
    }

    /// What heads need to know of this encoder; whether it has a pooler is for the weights to say.
    pub fn facts(&self, has_pooler: bool) -> EncoderFacts {
        EncoderFacts {
            hidden: self.hidden_size,
            vocab: self.vocab_size,
            depth: self.num_hidden_layers + 1,
            token_types: self.type_vocab_size,
            max_length: self.max_position_embeddings,
            position_offset: 0,
            layer_norm_eps: self.layer_norm_eps,
            activation: self.hidden_act,
            head_dropout: self.classifier_dropout.unwrap_or(self.hidden_dropout_prob),
            hidden_dropout: self.hidden_dropout_prob,
            initializer_range: self.initializer_range,
            has_pooler,
        }
    }
}

fn check_supported(keys: &Keys<'_>) -> Result<()> {
    match keys.text("model_type")? {
        Some("bert") => {}
        Some(other) => return Err(keys.fault("model_type", format!("is {other:?}, and only \"bert\" is supported"))),
        None => {
            return Err(keys.fault("model_type", "is missing, and only \"bert\" is supported: add \"model_type\": \"bert\" if it is one"));
        }
    }
    match keys.text("position_embedding_type")? {
        None | Some("absolute") => {}
        Some(other) => return Err(keys.fault("position_embedding_type", format!("is {other:?}, and only \"absolute\" is supported"))),
    }
    for key in ["is_decoder", "add_cross_attention", "is_encoder_decoder"] {
        if keys.flag(key)? == Some(true) {
            return Err(keys.fault(key, "is true, and only encoders are supported: this model is a decoder"));
        }
    }
    check_whole(keys)
}

/// Weights that were cut or packed do not have the shapes that the sizes say.
fn check_whole(keys: &Keys<'_>) -> Result<()> {
    if keys.nullable("quantization_config").is_some() {
        return Err(
            keys.fault("quantization_config", "is there, and quantized weights are not supported: use the model that it was made from")
        );
    }
    match keys.nullable("pruned_heads") {
        None => Ok(()),
        Some(json::Json::Object(heads)) if heads.is_empty() => Ok(()),
        Some(found) => Err(keys.fault("pruned_heads", format!("is {found}, and pruned models are not supported"))),
    }
}

fn activation(keys: &Keys<'_>) -> Result<Activation> {
    let name = keys.text("hidden_act")?.unwrap_or("gelu");
    Activation::from_hidden_act(name).ok_or_else(|| keys.fault("hidden_act", format!("is {name:?}, and {ACTIVATIONS} is expected")))
}

fn pad_token(keys: &Keys<'_>) -> Result<u32> {
    match keys.nullable("pad_token_id") {
        None => Ok(0),
        Some(&json::Json::Whole(id)) if u32::try_from(id).is_ok() => Ok(id as u32),
        Some(found) => Err(keys.fault("pad_token_id", format!("is {found}, and a token's number is expected"))),
    }
}

fn problem_type(keys: &Keys<'_>) -> Result<Option<String>> {
    const KNOWN: [&str; 3] = ["regression", "single_label_classification", "multi_label_classification"];
    if keys.nullable("problem_type").is_none() {
        return Ok(None);
    }
    match keys.text("problem_type")? {
        Some(found) if !KNOWN.contains(&found) => {
            Err(keys.fault("problem_type", format!("is {found:?}, and {} or null is expected", KNOWN.join(", "))))
        }
        found => Ok(found.map(str::to_owned)),
    }
}
