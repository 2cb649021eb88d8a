//! Where models lie, and copies of them that tests may change.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use bert_runtime::bind::Binder;
use bert_runtime::config::BertConfig;
use bert_runtime::encoder::BertEncoder;
use candle_core::{Device, Tensor};
use serde_json::Value as Json;
use tempfile::TempDir;

/// A folder of the project's own fixtures.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

/// A folder of the shared test data: `BERT_SHARED`, or `../shared` beside the project.
///
/// Where there is none this says so on stderr; with `BERT_REQUIRE_SHARED=1` it is a failure.
pub fn shared(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let found = std::env::var_os("BERT_SHARED").map_or(beside, PathBuf::from).join(name);
    if found.is_dir() {
        return Some(found);
    }
    assert!(std::env::var_os("BERT_REQUIRE_SHARED").is_none_or(|value| value != "1"), "{} is not there", found.display());
    eprintln!("skipped: {} is not there", found.display());
    None
}

/// The names of the folders in a folder for which this holds, sorted.
pub fn names_in(folder: &Path, holds: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = entries.filter(|name| holds(name)).collect();
    names.sort();
    names
}

/// A copy of a model's folder.
pub struct Copy(TempDir);

impl Copy {
    /// A copy of all files of a folder.
    pub fn of(folder: impl AsRef<Path>) -> Self {
        let copy = tempfile::tempdir().unwrap();
        for name in names_in(folder.as_ref(), |_| true) {
            std::fs::copy(folder.as_ref().join(&name), copy.path().join(&name)).unwrap();
        }
        Self(copy)
    }

    /// A copy of the small model with a tokenizer. New weights start so large that texts and heads differ.
    pub fn of_tiny_bert() -> Self {
        Self::of(fixture("tiny-bert")).with_config("initializer_range", Json::from(0.1))
    }

    /// The small model's tokenizer with another BERT, as wide as BERT-base and with so many layers; its weights are new.
    pub fn of_wide_bert(layers: usize) -> Self {
        let sizes = [("hidden_size", 768), ("num_attention_heads", 12), ("num_hidden_layers", layers)];
        let copy = sizes.into_iter().fold(Self::of_tiny_bert(), |copy, (key, size)| copy.with_config(key, Json::from(size)));
        let config = BertConfig::from_folder(copy.path()).unwrap();
        let mut binder = Binder::from_scratch(&config, 3).unwrap();
        BertEncoder::load(&config, &mut binder, true).unwrap();
        binder.fresh_pooler();
        let made = binder.finish().unwrap().0;
        copy.with_weights(|weights| *weights = made.iter().map(|weight| (weight.name().to_owned(), weight.tensor().clone())).collect())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The same with another value in `config.json`.
    #[must_use]
    pub fn with_config(self, key: &str, value: Json) -> Self {
        let path = self.path().join("config.json");
        let mut config: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        config[key] = value;
        std::fs::write(path, config.to_string()).unwrap();
        self
    }

    /// The same with other weights.
    #[must_use]
    pub fn with_weights(self, change: impl FnOnce(&mut HashMap<String, Tensor>)) -> Self {
        let path = self.path().join("model.safetensors");
        let mut weights = candle_core::safetensors::load(&path, &Device::Cpu).unwrap();
        change(&mut weights);
        candle_core::safetensors::save(&weights, path).unwrap();
        self
    }
}
