//! What several rooms' tests share.
#![allow(clippy::unwrap_used, clippy::panic)]

pub(crate) mod faults;
pub(crate) mod memory;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::Tensor;

use crate::bind::Binder;
use crate::config::BertConfig;
use crate::encoder::BertEncoder;

/// A folder of the shared test data, `BERT_SHARED` or `../shared` beside the project; `None`, said on stderr, where there
/// is none. With `BERT_REQUIRE_SHARED=1` that is a failure.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let found = std::env::var_os("BERT_SHARED").map_or(beside, PathBuf::from).join(folder);
    if found.is_dir() {
        return Some(found);
    }
    assert!(std::env::var_os("BERT_REQUIRE_SHARED").is_none_or(|value| value != "1"), "{} is not there", found.display());
    eprintln!("skipped: {} is not there", found.display());
    None
}

/// A folder with a small `vocab.txt` and these other files.
pub(crate) fn vocabulary(files: &[(&str, &str)]) -> tempfile::TempDir {
    let words = "[PAD] [UNK] [CLS] [SEP] [MASK] a man is eat ##ing food . who eats ? zu ##rich paris , new york 東 京 don ' t";
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("vocab.txt"), words.replace(' ', "\n") + "\n").unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// A folder with a tiny BERT of random weights, with or without a pooler, and its vocabulary.
pub(crate) fn tiny_bert(pooler: bool) -> tempfile::TempDir {
    let config = r#"{"model_type": "bert", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 16,
        "vocab_size": 40, "max_position_embeddings": 32, "type_vocab_size": 2, "hidden_act": "gelu", "initializer_range": 0.5}"#;
    let folder = vocabulary(&[("config.json", config)]);
    let config = BertConfig::from_folder(folder.path()).unwrap();
    let mut binder = Binder::from_scratch(&config, 7).unwrap();
    BertEncoder::load(&config, &mut binder, true).unwrap();
    if pooler {
        binder.fresh_pooler();
    }
    let (made, _) = binder.finish().unwrap();
    let tensors: HashMap<String, Tensor> = made.iter().map(|parameter| (parameter.name().to_owned(), parameter.tensor().clone())).collect();
    candle_core::safetensors::save(&tensors, folder.path().join("model.safetensors")).unwrap();
    folder
}
