//! The BERT encoder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use candle_core::Tensor;

use crate::config::BertConfig;
use crate::context::Context;
use crate::encoder::embeddings::Embeddings;
use crate::encoder::loader::Loader;
use crate::encoder::packed::Packed;
use crate::encoder::pooler::Pooler;
use crate::encoder::selection::{Wanted, demanded, first, of_tokens, of_words, select, states_of};
use crate::encoder::stack::{Stack, States};
use crate::encoder::{Batch, Demand, Encoded, Encoder, EncoderFacts, Source, SourceDemand, check, words};
use crate::error::{Error, ErrorKind, Result};
use crate::module::Module;
use crate::parameter::{Parameter, ParameterSource};
use crate::value::{Layout, Rows, Value};

/// BERT (Devlin et al. 2019), with the parameters of Hugging Face's `BertModel` under the prefix `bert.`.
///
/// Rows are packed, `[total, hidden]`, between all layers. It computes what a [`Demand`] reads and nothing else: no layer
/// above the highest that is read, that one at the demanded tokens alone, and the pooler where `pooled` is read.
#[derive(Debug)]
pub struct BertEncoder {
    facts: EncoderFacts,
    embeddings: Embeddings,
    stack: Stack,
    pooler: OnceLock<Pooler>,
}

impl BertEncoder {
    /// An encoder without a pooler; `has_pooler` says whether the checkpoint has one, for [`EncoderFacts::has_pooler`].
    ///
    /// Missing and misshaped parameters are the source's to report.
    ///
    /// # Errors
    /// [`ErrorKind::Config`] for sizes that make no encoder.
    pub fn load(config: &BertConfig, source: &mut dyn ParameterSource, has_pooler: bool) -> Result<Self> {
        check::config(config)?;
        let facts = facts(config, has_pooler);
        let mut loader = Loader { config, source };
        Ok(Self {
            embeddings: Embeddings::load("bert.embeddings", facts.position_offset as u32, &mut loader),
            stack: Stack::load("bert.encoder", &mut loader),
            pooler: OnceLock::new(),
            facts,
        })
    }

    /// Gives the encoder the pooler that a head reads, `bert.pooler`.
    ///
    /// # Errors
    /// [`ErrorKind::Binding`] if there is one already: heads on one encoder share it, see [`BertEncoder::pooler`].
    pub fn attach_pooler(&self, pooler: Pooler) -> Result<()> {
        self.pooler
            .set(pooler)
            .map_err(|_| Error::new(ErrorKind::Binding, "the encoder has a pooler already: heads on one encoder share it"))
    }

    /// The pooler, if one was attached.
    pub fn pooler(&self) -> Option<&Pooler> {
        self.pooler.get()
    }

    /// The embeddings and every layer's output, each `[batch, token, hidden]`: Hugging Face's `hidden_states`.
    ///
    /// # Errors
    /// As [`Encoder::encode`].
    pub fn hidden_states(&self, cx: &Context, batch: &Batch) -> Result<Vec<Value>> {
        check::batch(&self.facts, batch)?;
        let everything = Wanted::everything(self.facts.depth);
        Ok(self.states(cx, batch, &everything)?.into_values().collect())
    }

    /// What the layers that do not train give of a demand, to be kept: the states that are read, and the one that the other layers begin with.
    ///
    /// # Errors
    /// As [`Encoder::encode`].
    pub(crate) fn frozen_states(&self, cx: &Context, batch: &Batch, demand: &Demand) -> Result<States> {
        check::batch(&self.facts, batch)?;
        self.frozen(cx, batch, &demanded(batch, demand, self.facts.depth)?)
    }

    /// Whose rows [`BertEncoder::frozen_states`] has, by the states' numbers.
    pub(crate) fn frozen_layouts(&self, cx: &Context, batch: &Batch, demand: &Demand) -> Result<BTreeMap<usize, Arc<Layout>>> {
        let wanted = demanded(batch, demand, self.facts.depth)?.up_to(cx.frozen_layers().unwrap_or(0));
        let last = match &wanted.columns {
            Some(columns) => Arc::new(batch.layout().select(columns)?.0),
            None => batch.layout().clone(),
        };
        let of = |&number: &usize| (number, if wanted.states.last() == Some(&number) { last.clone() } else { batch.layout().clone() });
        Ok(wanted.states.iter().map(of).collect())
    }

    fn frozen(&self, cx: &Context, batch: &Batch, wanted: &Wanted) -> Result<States> {
        self.computed(&Context::evaluation(), batch, &wanted.up_to(cx.frozen_layers().unwrap_or(0)))
    }

    /// The states that are wanted, in the format of the weights.
    fn states(&self, cx: &Context, batch: &Batch, wanted: &Wanted) -> Result<States> {
        let states = self.states_inside(&cx.inside(), batch, wanted)?;
        let own = self.word_embeddings().tensor().dtype();
        states.into_iter().map(|(number, state)| Ok((number, state.to_dtype(own)?))).collect()
    }

    /// The states that are wanted; those of layers that do not train are taken from the batch where it has them.
    fn states_inside(&self, cx: &Context, batch: &Batch, wanted: &Wanted) -> Result<States> {
        let Some(frozen) = cx.frozen_layers() else { return self.computed(cx, batch, wanted) };
        let lower = batch.states().map_or_else(|| self.frozen(cx, batch, wanted), |states| Ok(states.clone()))?;
        let Some(first) = lower.get(&frozen).filter(|_| wanted.states.last().is_some_and(|highest| *highest > frozen)) else {
            return Ok(lower);
        };
        let upper = self.stack.forward_from(cx, frozen, first.clone(), wanted)?;
        Ok(lower.into_iter().filter(|(number, _)| wanted.states.contains(number)).chain(upper).collect())
    }

    /// By the CPU's kernels where they can, by a GPU's where those can, else by candle's operations.
    fn computed(&self, cx: &Context, batch: &Batch, wanted: &Wanted) -> Result<States> {
        match Packed::of(cx, &self.embeddings, &self.stack) {
            Some(packed) => packed.states(batch, wanted),
            None => self.stack.forward(cx, self.embeddings.forward(cx, batch)?, wanted),
        }
    }

    fn answers(&self, cx: &Context, batch: &Batch, demand: &Demand) -> Result<Vec<Value>> {
        let pooler = self.wanted_pooler(demand)?;
        let depth = self.facts.depth;
        let states = self.states(cx, batch, &demanded(batch, demand, depth)?)?;
        let last = || states.get(&(depth - 1)).ok_or_else(no_states);
        let cls = if demand.reads(Source::Cls) || pooler.is_some() { Some(first_tokens(last()?, batch)?) } else { None };
        let pooled = match (pooler, &cls) {
            (Some(pooler), Some(cls)) => Some(pooler.forward(cx, cls)?),
            _ => None,
        };
        let answer = |wanted: &SourceDemand| match wanted.source {
            Source::Pooled => pooled.clone().ok_or_else(no_pooler),
            Source::Cls => cls.clone().ok_or_else(no_states),
            Source::Tokens => of_tokens(batch, &wanted.rows)?.map_or_else(|| last().cloned(), |columns| select(last()?, &columns)),
            Source::Words(pieces) => words::vectors(last()?, batch, &of_words(batch, &wanted.rows)?, pieces),
            Source::Layers => stacked(&states, &states_of(wanted, depth)?, depth, of_tokens(batch, &wanted.rows)?.as_deref()),
        };
        demand.sources.iter().map(answer).collect()
    }

    fn wanted_pooler(&self, demand: &Demand) -> Result<Option<&Pooler>> {
        if !demand.reads(Source::Pooled) {
            return Ok(None);
        }
        self.pooler.get().map(Some).ok_or_else(no_pooler)
    }

    fn given(&self, batch: &Batch) -> Result<Vec<(String, Value)>> {
        let dtype = self.word_embeddings().tensor().dtype();
        let given = batch.given(self.embeddings.device())?;
        given.into_iter().map(|(name, value)| Ok((name, value.to_dtype(dtype)?))).collect()
    }
}

impl Encoder for BertEncoder {
    fn facts(&self) -> &EncoderFacts {
        &self.facts
    }

    fn encode(&self, cx: &Context, batch: &Batch, demand: &Demand) -> Result<Encoded> {
        check::batch(&self.facts, batch)?;
        #[cfg(test)]
        crate::testing::memory::suffices_for(batch.layout().total())?;
        let outputs = if demand.sources.is_empty() { Vec::new() } else { self.answers(cx, batch, demand)? };
        let encoded = Encoded::new(outputs, Arc::new(self.given(batch)?)).with_positions(batch.all_positions().clone());
        Ok(encoded.with_selections(demand.selections.clone(), batch.masked().clone()))
    }

    fn word_embeddings(&self) -> &Parameter {
        self.embeddings.words().weight()
    }
}

impl Module for BertEncoder {
    fn class(&self) -> Option<String> {
        Some("BertModel".into())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        let pooler = self.pooler.get().map(|pooler| ("pooler", pooler as &dyn Module));
        [("embeddings", &self.embeddings as &dyn Module), ("encoder", &self.stack)].into_iter().chain(pooler).collect()
    }
}

fn facts(config: &BertConfig, has_pooler: bool) -> EncoderFacts {
    EncoderFacts {
        hidden: config.hidden_size,
        vocab: config.vocab_size,
        depth: config.num_hidden_layers + 1,
        token_types: config.type_vocab_size,
        max_length: config.max_position_embeddings,
        position_offset: 0,
        layer_norm_eps: config.layer_norm_eps,
        activation: config.hidden_act,
        head_dropout: config.classifier_dropout.unwrap_or(config.hidden_dropout_prob),
        hidden_dropout: config.hidden_dropout_prob,
        initializer_range: config.initializer_range,
        has_pooler,
    }
}

/// Each sequence's own first token: `[batch, hidden]`.
fn first_tokens(last: &Value, batch: &Batch) -> Result<Value> {
    let tokens = select(last, &first(batch.layout()))?;
    Ok(Value::new(tokens.tensor().clone(), Rows::Sequence, batch.layout().clone()))
}

/// Some of so many states, at these columns or at every token: `[layer, batch, token, hidden]`.
fn stacked(states: &States, numbers: &BTreeSet<usize>, depth: usize, columns: Option<&[Vec<u32>]>) -> Result<Value> {
    let picked = |number| {
        let state = states.get(number).ok_or_else(no_states)?;
        columns.map_or_else(|| Ok(state.clone()), |columns| select(state, columns))
    };
    let picked: Vec<Value> = numbers.iter().map(picked).collect::<Result<_>>()?;
    let tensors: Vec<&Tensor> = picked.iter().map(Value::tensor).collect();
    let first = picked.first().ok_or_else(no_states)?;
    let stack = Value::with_layers(Tensor::stack(&tensors, 1)?, Rows::Token, first.layout().clone());
    Ok(if numbers.len() == depth { stack } else { stack.keeping_layers(numbers.iter().copied().collect(), depth) })
}

fn no_states() -> Error {
    Error::new(ErrorKind::Tensor, "the encoder gave no hidden states")
}

fn no_pooler() -> Error {
    let what = "a head reads `pooled`, and the encoder has no pooler: write `pooled fresh` for a new one, read `cls` instead, or attach the checkpoint's own";
    Error::new(ErrorKind::Binding, what)
}
