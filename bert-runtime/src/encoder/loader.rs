//! Layers from a source of parameters, under the names of a checkpoint.

use crate::config::BertConfig;
use crate::encoder::embeddings::Embedding;
use crate::layers::{Dropout, LayerNorm, Linear};
use crate::parameter::{Init, ParameterSource};

/// Reads the encoder's layers one after the other; the source keeps the faults.
pub(super) struct Loader<'a> {
    pub(super) config: &'a BertConfig,
    pub(super) source: &'a mut dyn ParameterSource,
}

impl Loader<'_> {
    /// `path.weight` `[rows, hidden]`.
    pub(super) fn embedding(&mut self, path: &str, rows: usize, padding: Option<u32>) -> Embedding {
        let weight = self.source.parameter(&format!("{path}.weight"), &[rows, self.config.hidden_size], Init::Normal);
        Embedding::new(weight, padding)
    }

    /// `path.weight` `[to, from]` and `path.bias` `[to]`.
    pub(super) fn linear(&mut self, path: &str, from: usize, to: usize) -> Linear {
        let weight = self.source.parameter(&format!("{path}.weight"), &[to, from], Init::Normal);
        Linear::new(weight, Some(self.source.parameter(&format!("{path}.bias"), &[to], Init::Zeros)))
    }

    /// `path.weight` and `path.bias` `[hidden]`.
    pub(super) fn layer_norm(&mut self, path: &str) -> LayerNorm {
        let size = [self.config.hidden_size];
        let weight = self.source.parameter(&format!("{path}.weight"), &size, Init::Ones);
        LayerNorm::new(weight, self.source.parameter(&format!("{path}.bias"), &size, Init::Zeros), self.config.layer_norm_eps)
    }

    /// The dropout of hidden vectors.
    pub(super) fn dropout(&self, path: &str) -> Dropout {
        Dropout::new(path, self.config.hidden_dropout_prob)
    }
}
