//! From token ids to vectors.

use candle_core::{Device, Tensor};

use crate::context::Context;
use crate::encoder::Batch;
use crate::encoder::loader::Loader;
use crate::encoder::{fused, trained};
use crate::error::Result;
use crate::kernels::Isa;
use crate::kernels::dropout::Kept;
use crate::kernels::embedding::{Table, look_up};
use crate::kernels::lines::Line;
use crate::kernels::norm::Norm;
use crate::kernels::tensors::Numbers;
use crate::layers::{Dropout, LayerNorm, LayerNormNumbers};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::{Layout, Rows, Value};

/// A table of vectors, looked up by number.
#[derive(Debug, Clone)]
pub(super) struct Embedding {
    weight: Parameter,
    padding: Option<u32>,
}

impl Embedding {
    pub(super) fn new(weight: Parameter, padding: Option<u32>) -> Self {
        Self { weight, padding }
    }

    pub(super) fn weight(&self) -> &Parameter {
        &self.weight
    }

    /// The rows of these numbers, which were checked: `[numbers, hidden]`.
    fn look_up(&self, cx: &Context, numbers: Vec<u32>) -> Result<Tensor> {
        let table = self.weight.get_inside(cx)?;
        let numbers = Tensor::from_vec(numbers.clone(), numbers.len(), table.device())?;
        Ok(table.index_select(&numbers, 0)?)
    }
}

impl Module for Embedding {
    fn class(&self) -> Option<String> {
        let [rows, size] = *self.weight.tensor().dims() else { return Some("Embedding()".into()) };
        let padding = self.padding.map(|id| format!(", padding_idx={id}")).unwrap_or_default();
        Some(format!("Embedding({rows}, {size}{padding})"))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.weight]
    }
}

/// The sum of word, position and token type vectors, normalised.
#[derive(Debug, Clone)]
pub(super) struct Embeddings {
    words: Embedding,
    positions: Embedding,
    types: Embedding,
    norm: LayerNorm,
    dropout: Dropout,
    offset: u32,
}

impl Embeddings {
    pub(super) fn load(path: &str, offset: u32, loader: &mut Loader<'_>) -> Self {
        let config = loader.config;
        Self {
            words: loader.embedding(&format!("{path}.word_embeddings"), config.vocab_size, Some(config.pad_token_id)),
            positions: loader.embedding(&format!("{path}.position_embeddings"), config.max_position_embeddings, None),
            types: loader.embedding(&format!("{path}.token_type_embeddings"), config.type_vocab_size, None),
            norm: loader.layer_norm(&format!("{path}.LayerNorm")),
            dropout: loader.dropout(&format!("{path}.dropout")),
            offset,
        }
    }

    pub(super) fn words(&self) -> &Embedding {
        &self.words
    }

    pub(super) fn device(&self) -> &Device {
        self.words.weight.tensor().device()
    }

    /// The tables of words, positions and types.
    pub(super) fn tables(&self) -> [&Parameter; 3] {
        [&self.words.weight, &self.positions.weight, &self.types.weight]
    }

    pub(super) fn norm(&self) -> &LayerNorm {
        &self.norm
    }

    pub(super) fn dropout(&self) -> &Dropout {
        &self.dropout
    }

    /// Each token's row of the table of positions.
    pub(super) fn positions_of(&self, batch: &Batch) -> Vec<u32> {
        batch.layout().all_positions().iter().map(|&column| column + self.offset).collect()
    }

    /// The weights' numbers, where they are on the CPU in f32.
    pub(super) fn numbers(&self) -> Option<EmbeddingsNumbers<'_>> {
        Some(EmbeddingsNumbers {
            words: Numbers::of(self.words.weight.tensor())?,
            positions: Numbers::of(self.positions.weight.tensor())?,
            types: Numbers::of(self.types.weight.tensor())?,
            norm: self.norm.numbers()?,
            offset: self.offset,
        })
    }

    /// What dropout keeps of these rows; nothing where it is not at work.
    pub(super) fn kept(&self, cx: &Context, rows: &Layout, hidden: usize) -> Option<Kept> {
        self.dropout.kept(cx, rows, hidden)
    }

    /// The vectors of a batch that was checked: `[total, hidden]`.
    pub(super) fn forward(&self, cx: &Context, batch: &Batch) -> Result<Value> {
        if let Some(vectors) = fused::embeddings(self, cx, batch)? {
            return Ok(vectors);
        }
        if let Some(vectors) = trained::embeddings(self, cx, batch)? {
            return Ok(vectors);
        }
        let positions = self.positions_of(batch);
        let words = self.words.look_up(cx, batch.ids().to_vec())?;
        let sum = ((words + self.types.look_up(cx, batch.types().to_vec())?)? + self.positions.look_up(cx, positions)?)?;
        let sum = Value::new(sum, Rows::Token, batch.layout().clone());
        self.dropout.forward(cx, &self.norm.forward(cx, &sum)?)
    }
}

/// The numbers of [`Embeddings`].
pub(super) struct EmbeddingsNumbers<'a> {
    words: Numbers<'a>,
    positions: Numbers<'a>,
    types: Numbers<'a>,
    norm: LayerNormNumbers<'a>,
    offset: u32,
}

impl EmbeddingsNumbers<'_> {
    /// How many features the vectors have.
    pub(super) fn hidden(&self) -> usize {
        self.norm.norm().weight.len()
    }

    pub(super) fn norm(&self) -> Norm<'_> {
        self.norm.norm()
    }

    /// Each token's row of the table of positions.
    pub(super) fn positions(&self, batch: &Batch) -> Vec<u32> {
        batch.layout().all_positions().iter().map(|&column| column + self.offset).collect()
    }

    /// The sums that are to be normalised, into panels, `[panel][hidden][16]`.
    pub(super) fn look_up(&self, batch: &Batch, to: &mut [Line]) {
        let words = Table { rows: self.words.get(), numbers: batch.ids() };
        let types = Table { rows: self.types.get(), numbers: batch.types() };
        look_up([words, types, Table { rows: self.positions.get(), numbers: &self.positions(batch) }], self.hidden(), to);
    }

    /// [`Embeddings::forward`] into panels, `[panel][hidden][16]`.
    pub(super) fn forward(&self, isa: Isa, batch: &Batch, to: &mut [Line]) {
        self.look_up(batch, to);
        self.norm().apply(isa, to);
    }
}

impl Module for Embeddings {
    fn class(&self) -> Option<String> {
        Some("BertEmbeddings".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        vec![
            ("word_embeddings", &self.words),
            ("position_embeddings", &self.positions),
            ("token_type_embeddings", &self.types),
            ("LayerNorm", &self.norm),
            ("dropout", &self.dropout),
        ]
    }
}
