//! Leaving a model in Hugging Face's layout.
//!
//! ```text
//! FOLDER/
//!   config.json              the encoder's, with the head's class, labels and problem type
//!   model.safetensors        all weights, under Hugging Face's names
//!   tokenizer.json, ..       as they were
//!   head.head                the head's source
//!   README.md                the model card
//! ```

mod card;
mod class;
mod config;
#[cfg(test)]
mod tests;

pub use card::ModelCard;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use candle_core::{DType, Tensor};

use crate::disk;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Head;
use crate::model::Bert;
use crate::parameter::Parameter;
use crate::weights::write;

const WEIGHTS: &str = "model.safetensors";
const CONFIG: &str = "config.json";
const CARD: &str = "README.md";
const SOURCE: &str = "head.head";
const TOKENIZER: [&str; 5] = ["tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json", "added_tokens.json"];

/// How a model is saved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SaveOptions {
    /// The number format of the weights in the file; that which they have unless it is said.
    pub dtype: Option<DType>,
    /// What the model card says beside what is known of the head.
    pub card: ModelCard,
}

/// A model that is saved.
pub(crate) struct Saved<'m> {
    pub bert: &'m Bert,
    pub head: &'m dyn Head,
    pub name: &'m str,
    pub text: &'m str,
    pub parameters: Vec<&'m Parameter>,
}

impl Saved<'_> {
    /// Writes the model into a folder, which is there whole or not at all; a model that was there is replaced.
    ///
    /// # Errors
    /// A folder that has something else in it, and what the disk says: a model that was there is then as it was.
    pub fn write(&self, folder: &Path, options: &SaveOptions) -> Result<()> {
        refuse_others(folder)?;
        let beside = disk::beside(folder);
        if beside.is_dir() {
            disk::at(&beside, "cannot be removed", fs::remove_dir_all(&beside))?;
        }
        disk::make_folder(&beside)?;
        self.write_files(&beside, options)?;
        disk::sync_folder(&beside)?;
        disk::swap(&beside, folder)
    }

    fn write_files(&self, folder: &Path, options: &SaveOptions) -> Result<()> {
        let known = class::Known::of(self);
        let dtype = options.dtype.or(self.parameters.first().map(|parameter| parameter.tensor().dtype())).unwrap_or(DType::F32);
        write::write(&folder.join(WEIGHTS), &self.weights(dtype)?, true)?;
        disk::write_synced(&folder.join(CONFIG), config::of(self, &known, dtype)?.as_bytes())?;
        for name in TOKENIZER {
            let path = self.bert.folder().join(name);
            if path.is_file() {
                disk::write_synced(&folder.join(name), &disk::at(&path, "cannot be read", fs::read(&path))?)?;
            }
        }
        if !self.text.is_empty() {
            disk::write_synced(&folder.join(SOURCE), self.text.as_bytes())?;
        }
        disk::write_synced(&folder.join(CARD), options.card.text(self, &known).as_bytes())
    }

    /// All weights, each once: what is tied is not written twice.
    fn weights(&self, dtype: DType) -> Result<BTreeMap<String, Tensor>> {
        self.parameters.iter().map(|parameter| Ok((parameter.name().to_owned(), parameter.tensor().detach().to_dtype(dtype)?))).collect()
    }
}

/// Refuses a folder with files that saving a model would not write.
fn refuse_others(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    let own = |name: &str| [WEIGHTS, CONFIG, CARD, SOURCE].contains(&name) || TOKENIZER.contains(&name);
    for entry in disk::at(folder, "cannot be read", fs::read_dir(folder))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !own(&name) || entry.path().is_dir() {
            let what = format!("{} has `{name}` in it, which saving a model would remove: choose another folder", folder.display());
            return Err(Error::new(ErrorKind::Io, what));
        }
    }
    Ok(())
}
