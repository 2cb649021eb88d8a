//! The names of the special tokens, and the other facts of `tokenizer_config.json`.

use std::path::Path;

use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Result};
use crate::text::files::read_limited;

/// The numbers of the special tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecialTokens {
    /// `[CLS]`, the first token of every sequence.
    pub cls: u32,
    /// `[SEP]`, after each text.
    pub sep: u32,
    /// `[PAD]`.
    pub pad: u32,
    /// `[UNK]`, for what the vocabulary does not have.
    pub unk: u32,
    /// `[MASK]`, where the vocabulary has it.
    pub mask: Option<u32>,
}

/// What `tokenizer_config.json` says, or would say if it were there.
pub(super) struct Settings(Map<String, Value>);

impl Settings {
    /// The settings in a folder; none where it has no such file.
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("tokenizer_config.json");
        let Some(bytes) = read_limited(&path, 16 << 20)? else { return Ok(Self(Map::new())) };
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(settings)) => Ok(Self(settings)),
            Ok(_) => Err(Error::new(ErrorKind::Tokenizer, format!("{}: expected a JSON object", path.display()))),
            Err(error) => Err(Error::new(ErrorKind::Tokenizer, format!("{}: not valid JSON: {error}", path.display())).caused_by(error)),
        }
    }

    /// The name of a special token: `cls` gives `cls_token`, or `[CLS]` where the file is silent.
    pub(super) fn token(&self, role: &str) -> String {
        let named = self.0.get(&format!("{role}_token"));
        let content = named.and_then(|token| token.as_str().or_else(|| token.get("content")?.as_str()));
        content.map_or_else(|| format!("[{}]", role.to_uppercase()), str::to_owned)
    }

    /// A switch, if the file has it and it is not null.
    ///
    /// # Errors
    /// Something other than `true`, `false` or `null`.
    pub(super) fn switch(&self, key: &str) -> Result<Option<bool>> {
        match self.0.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(on)) => Ok(Some(*on)),
            Some(other) => {
                Err(Error::new(ErrorKind::Tokenizer, format!("tokenizer_config.json: `{key}` is {other}, and must be true, false or null")))
            }
        }
    }

    /// Whether a list is there and not empty.
    pub(super) fn has_items(&self, key: &str) -> bool {
        self.0.get(key).and_then(Value::as_array).is_some_and(|list| !list.is_empty())
    }

    /// `model_max_length`, unless it is the huge number that stands for none.
    pub(super) fn max_length(&self) -> Option<usize> {
        self.0.get("model_max_length")?.as_u64().and_then(|length| usize::try_from(length).ok()).filter(|&length| length < 1 << 32)
    }
}
