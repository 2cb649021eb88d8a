//! Encoders that begin from nothing.

use std::path::Path;

use serde_json::json;

use crate::bind::Binder;
use crate::config::BertConfig;
use crate::disk;
use crate::encoder::BertEncoder;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Bert;
use crate::text::Vocabulary;
use crate::weights::write;

/// The sizes of a new encoder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// How many numbers describe a token.
    pub hidden: usize,
    /// How many layers there are.
    pub layers: usize,
    /// How many heads each has, which divide `hidden`.
    pub heads: usize,
    /// How many numbers a layer makes of a token on its way.
    pub intermediate: usize,
    /// The longest sequence, in tokens.
    pub positions: usize,
    /// The share of numbers that dropout leaves out in training, 0.1 in BERT: 0 where there is much text for few weights.
    pub dropout: f64,
}

impl Bert {
    /// Writes a new encoder with a pooler into a folder: `config.json`, `vocab.txt`, and weights that follow from a seed, as transformers begins
    /// them. It knows nothing before it is trained.
    ///
    /// ```
    /// use bert_runtime::model::Sizes;
    /// use bert_runtime::text::Vocabulary;
    /// use bert_runtime::{Bert, Device};
    ///
    /// let folder = std::env::temp_dir().join(format!("new-bert-{}", std::process::id()));
    /// let vocabulary = Vocabulary::learn(["the cat sat on the mat", "the cats sit"], 60)?;
    /// Bert::create(&folder, Sizes { hidden: 8, layers: 2, heads: 2, intermediate: 16, positions: 32, dropout: 0.1 }, &vocabulary, 1)?;
    /// assert_eq!(Bert::open(&folder, &Device::Cpu)?.facts().hidden, 8);
    /// # std::fs::remove_dir_all(folder).ok();
    /// # Ok::<(), bert_runtime::Error>(())
    /// ```
    ///
    /// # Errors
    /// A folder that is there and not empty, sizes that make no encoder, and what the disk says.
    pub fn create(folder: impl AsRef<Path>, sizes: Sizes, vocabulary: &Vocabulary, seed: u64) -> Result<()> {
        let folder = folder.as_ref();
        if folder.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Error::new(ErrorKind::Io, format!("{} is not empty: choose another folder", folder.display())));
        }
        let text = config(sizes, vocabulary.tokens().len());
        let config = BertConfig::parse(text.as_bytes(), folder.join("config.json"))?;
        let mut binder = Binder::from_scratch(&config, seed)?;
        BertEncoder::load(&config, &mut binder, true)?;
        binder.fresh_pooler();
        let (made, _) = binder.finish()?;
        let tensors = made.iter().map(|parameter| (parameter.name().to_owned(), parameter.tensor().clone())).collect();
        disk::make_folder(folder)?;
        disk::replace(&folder.join("vocab.txt"), vocabulary.to_text().as_bytes())?;
        write::write(&folder.join("model.safetensors"), &tensors, true)?;
        disk::replace(&folder.join("config.json"), text.as_bytes())
    }
}

fn config(sizes: Sizes, vocab: usize) -> String {
    let config = json!({
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": vocab,
        "hidden_size": sizes.hidden,
        "num_hidden_layers": sizes.layers,
        "num_attention_heads": sizes.heads,
        "intermediate_size": sizes.intermediate,
        "max_position_embeddings": sizes.positions,
        "type_vocab_size": 2,
        "hidden_act": "gelu",
        "hidden_dropout_prob": sizes.dropout,
        "attention_probs_dropout_prob": sizes.dropout,
        "initializer_range": 0.02,
        "layer_norm_eps": 1e-12,
        "pad_token_id": 0,
    });
    serde_json::to_string_pretty(&config).unwrap_or_default() + "\n"
}
