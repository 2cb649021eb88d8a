//! What a model's folder has.

use std::path::{Path, PathBuf};

use crate::bind::Binder;
use crate::config::BertConfig;
use crate::encoder::{BertEncoder, Pooler, Source};
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Head, Purpose};
use crate::model::BertOptions;
use crate::text::Tokenizer;
use crate::weights::{Checkpoint, Locate, locate};

/// The files of a model, opened; the weights are read as they are asked for.
#[derive(Debug)]
pub(super) struct Files {
    pub(super) folder: PathBuf,
    pub(super) config: BertConfig,
    pub(super) checkpoint: Checkpoint,
    pub(super) tokenizer: Option<Tokenizer>,
}

impl Files {
    /// Opens the files of a folder, or of a model on the hub.
    pub(super) fn open(path_or_id: &Path, options: &BertOptions) -> Result<Self> {
        if options.batch_tokens == Some(0) {
            return Err(Error::new(ErrorKind::Input, "batches of 0 tokens read nothing: give 1 at least"));
        }
        let folder = folder(path_or_id, options)?;
        let config = options.configured(BertConfig::from_folder(&folder)?)?;
        let mut tokenizer = Tokenizer::find(&folder)?;
        if let Some(tokenizer) = &mut tokenizer {
            tokenizer.fit(config.vocab_size)?;
        }
        options.longest(config.max_position_embeddings, None)?;
        Ok(Self { checkpoint: Checkpoint::open(&folder)?, folder, config, tokenizer })
    }

    /// A binder of these files: for every tensor of a head, or for a new head by this seed.
    pub(super) fn binder(&self, seed: Option<u64>) -> Result<Binder<'_>> {
        match seed {
            None => Binder::from_checkpoint(&self.config, &self.checkpoint),
            Some(seed) => Binder::fresh_head(&self.config, &self.checkpoint, seed),
        }
    }

    /// The encoder, without a pooler.
    pub(super) fn encoder(&self, binder: &mut Binder<'_>) -> Result<BertEncoder> {
        BertEncoder::load(&self.config, binder, self.checkpoint.has_pooler())
    }
}

/// The pooler that a head reads, where the encoder has none yet and the checkpoint has one.
pub(super) fn wanted_pooler(head: &dyn Head, encoder: &BertEncoder, binder: &mut Binder<'_>) -> Option<Pooler> {
    let wanted = head.demand(Purpose::Forward).reads(Source::Pooled) && encoder.pooler().is_none() && binder.facts().has_pooler;
    wanted.then(|| binder.fresh_pooler())
}

fn folder(path_or_id: &Path, options: &BertOptions) -> Result<PathBuf> {
    let how = Locate { revision: options.revision.clone(), offline: options.offline };
    match path_or_id.to_str() {
        Some(name) => locate(name, &how),
        None if path_or_id.is_dir() => Ok(path_or_id.to_owned()),
        None => Err(Error::new(ErrorKind::Io, format!("{} is not a folder", path_or_id.display()))),
    }
}
