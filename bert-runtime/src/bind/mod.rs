//! Binding a head to an encoder and its checkpoint: every fault is kept, and told in one report.

mod custom;
mod fresh;
mod labels;
mod nearest;
mod scope;
mod size;
mod take;
#[cfg(test)]
mod tests;
mod tied;

pub use custom::{LayerBinder, Setting};
pub use size::{Size, SizeFault};

use std::collections::{BTreeMap, BTreeSet};

use candle_core::{DType, Device, Tensor};

use crate::config::BertConfig;
use crate::encoder::{Encoder, EncoderFacts, Pooler, Source};
use crate::error::Result;
use crate::freeze::Freeze;
use crate::layers::Activation;
use crate::module::all_parameters;
use crate::parameter::{Init, Parameter, ParameterSource};
use crate::weights::{Checkpoint, Fault, Health, Note, NoteKind, Outcome, Report, Site, inspect};
use labels::LabelSet;
use take::{Ask, Origin};

const POOLER_WEIGHT: &str = "bert.pooler.dense.weight";
const POOLER_BIAS: &str = "bert.pooler.dense.bias";

/// Gives an encoder and heads their weights, and notes what does not fit.
///
/// Its methods do not fail: a fault is kept with the place in the head's text that it came from, and a harmless stand-in is
/// returned. [`Binder::finish`] tells all faults at once.
#[derive(Debug)]
pub struct Binder<'a> {
    config: &'a BertConfig,
    facts: EncoderFacts,
    checkpoint: Option<&'a Checkpoint>,
    seed: Option<u64>,
    extends: bool,
    device: Device,
    dtype: DType,
    trainable: bool,
    freeze: Freeze,
    blank: Tensor,
    site: Option<Site>,
    scope: String,
    known: BTreeMap<String, Parameter>,
    made: Vec<Parameter>,
    asked: BTreeSet<String>,
    labels: Vec<LabelSet>,
    several_label_sets: bool,
    pooler: Option<Pooler>,
    report: Report,
}

impl<'a> Binder<'a> {
    /// Encoder and head come from the checkpoint, which has to have every tensor.
    ///
    /// # Errors
    /// What candle says.
    pub fn from_checkpoint(config: &'a BertConfig, checkpoint: &'a Checkpoint) -> Result<Self> {
        Self::new(config, Some(checkpoint), None)
    }

    /// The encoder comes from the checkpoint, and the head is new, by the seed.
    ///
    /// A tensor of the head that the checkpoint happens to have is not taken, and neither is its `id2label` looked at. Two
    /// things belong to the encoder and are taken: the pooler, for `pooled fresh`, and the embeddings that an output is tied to.
    ///
    /// # Errors
    /// What candle says.
    pub fn fresh_head(config: &'a BertConfig, checkpoint: &'a Checkpoint, seed: u64) -> Result<Self> {
        Self::new(config, Some(checkpoint), Some(seed))
    }

    /// Encoder and head are new, by the seed.
    ///
    /// # Errors
    /// What candle says.
    pub fn from_scratch(config: &'a BertConfig, seed: u64) -> Result<Self> {
        Self::new(config, None, Some(seed))
    }

    fn new(config: &'a BertConfig, checkpoint: Option<&'a Checkpoint>, seed: Option<u64>) -> Result<Self> {
        let path = checkpoint.map(|checkpoint| checkpoint.path().display().to_string());
        Ok(Self {
            config,
            facts: config.facts(checkpoint.is_none_or(Checkpoint::has_pooler)),
            checkpoint,
            seed,
            extends: false,
            device: Device::Cpu,
            dtype: DType::F32,
            trainable: false,
            freeze: Freeze::Nothing,
            blank: Tensor::new(0f32, &Device::Cpu)?,
            site: None,
            scope: String::new(),
            known: BTreeMap::new(),
            made: Vec::new(),
            asked: BTreeSet::new(),
            labels: Vec::new(),
            several_label_sets: false,
            pooler: None,
            report: Report { checkpoint: path, ..Report::default() },
        })
    }

    /// The same with weights on this device, the CPU unless said otherwise.
    #[must_use]
    pub fn on(mut self, device: &Device) -> Self {
        self.device = device.clone();
        self
    }

    /// The same with weights in this format, F32 unless said otherwise. It must be one of floats.
    #[must_use]
    pub fn with_dtype(mut self, dtype: DType) -> Self {
        match dtype {
            DType::F32 | DType::F16 | DType::BF16 | DType::F64 => self.dtype = dtype,
            other => self.fault(format!("weights cannot be {}: ask for F32, F16, BF16 or F64", other.as_str())),
        }
        self
    }

    /// The same with weights that are variables, where training is wanted.
    #[must_use]
    pub fn trainable(mut self, trainable: bool) -> Self {
        self.trainable = trainable;
        self
    }

    /// The same, where weights of this part of the checkpoint's encoder are none of the variables.
    #[must_use]
    pub fn frozen(mut self, freeze: Freeze) -> Self {
        self.freeze = freeze;
        self
    }

    /// The same for a head on an encoder that already has its weights, which are shared and not made again.
    #[must_use]
    pub fn with_encoder(mut self, encoder: &dyn Encoder) -> Self {
        self.facts = EncoderFacts { has_pooler: self.facts.has_pooler, ..encoder.facts().clone() };
        for parameter in all_parameters(encoder) {
            self.known.insert(parameter.name().to_owned(), parameter.clone());
            self.asked.insert(parameter.name().to_owned());
        }
        self
    }

    /// The same for a new head whose weights are the checkpoint's where it has them.
    #[must_use]
    pub fn extending(mut self) -> Self {
        self.extends = true;
        self
    }

    /// What the encoder is like.
    pub fn facts(&self) -> &EncoderFacts {
        &self.facts
    }

    /// The encoder's width.
    pub fn hidden(&self) -> Size {
        Size::from(self.facts.hidden)
    }

    /// The size of the encoder's vocabulary.
    pub fn vocab(&self) -> Size {
        Size::from(self.facts.vocab)
    }

    /// How many outputs `layers` has.
    pub fn depth(&self) -> Size {
        Size::from(self.facts.depth)
    }

    /// The place in the head's text that all that follows comes from.
    pub fn at(&mut self, line: u32, text: &str) {
        let field = (!self.scope.is_empty()).then(|| self.scope.clone());
        self.site = Some(Site { field, line, text: text.to_owned() });
    }

    /// Says that the head reads an output of the encoder, which must have it. The pooler is bound with the first that reads it.
    pub fn source(&mut self, source: Source) {
        if source != Source::Pooled {
            return;
        }
        if self.facts.has_pooler {
            self.bind_pooler(self.encoder_origin());
            return;
        }
        self.fault(
            "the checkpoint has no pooler: it was saved from a class without one, as for masked words, tokens or questions. \
             Write `input cls` to read the first token's vector, or `input pooled fresh` to begin with a new pooler",
        );
    }

    /// The pooler of `pooled fresh`: the checkpoint's if it has one, else a new one where the head is new. There is one for the
    /// whole head, and it is the encoder's own if that has one.
    pub fn fresh_pooler(&mut self) -> Pooler {
        let origin = if self.checkpoint.is_some_and(Checkpoint::has_pooler) { Origin::Checkpoint } else { self.head_origin() };
        self.bind_pooler(origin)
    }

    /// The pooler that the head reads, if it reads one: the encoder computes with it.
    pub fn pooler(&self) -> Option<&Pooler> {
        self.pooler.as_ref()
    }

    fn bind_pooler(&mut self, origin: Origin) -> Pooler {
        if let Some(pooler) = &self.pooler {
            return pooler.clone();
        }
        let hidden = self.facts.hidden;
        let weight = self.bind(Ask::new(POOLER_WEIGHT, &[hidden, hidden], Init::Normal), origin);
        let bias = self.bind(Ask::new(POOLER_BIAS, &[hidden], Init::Zeros), origin);
        self.pooler.insert(Pooler::new(weight, bias)).clone()
    }

    /// Says that the head has a label set; without names, its labels are numbers.
    pub fn labels(&mut self, set: &str, names: &[&str], count: impl Into<Size>) {
        let Some(count) = self.size(count.into(), "the number of labels") else { return };
        if !names.is_empty() && names.len() != count {
            self.fault(format!("`{set}` has {} names for {count} labels", names.len()));
        }
        let names = names.iter().map(|&name| name.to_owned()).collect();
        let set = self.scoped(set);
        self.labels.push(LabelSet { site: self.site.clone(), set, names, count });
    }

    /// Says that the head has several label sets, of which none is what a checkpoint's one `id2label` names.
    pub fn several_label_sets(&mut self) {
        self.several_label_sets = true;
    }

    /// The dropout of a layer: its own, or the encoder's for heads.
    pub fn dropout(&self, own: Option<f64>) -> f64 {
        own.unwrap_or(self.facts.head_dropout)
    }

    /// The epsilon of a norm: its own, or the encoder's.
    pub fn eps(&self, own: Option<f64>) -> f64 {
        own.unwrap_or(self.facts.layer_norm_eps)
    }

    /// The encoder's activation.
    pub fn activation(&self) -> Activation {
        self.facts.activation
    }

    /// Says that two sizes must be equal; `what` is what has the first.
    pub fn require(&mut self, found: impl Into<Size>, expected: impl Into<Size>, what: &str) {
        let (found, expected) = (found.into(), expected.into());
        let sizes = self.size(found, what).zip(self.size(expected, what));
        if let Some((found, expected)) = sizes.filter(|(found, expected)| found != expected) {
            self.fault(format!("{what} is {found}, and {expected} is expected of this encoder"));
        }
    }

    /// Wants a size to be `least` or more.
    pub fn at_least(&mut self, found: impl Into<Size>, least: u64, what: &str) {
        match found.into().get() {
            Ok(found) if (found as u64) < least => self.fault(format!("{what}: there are {found}")),
            Ok(_) => {}
            Err(fault) => self.fault(format!("{what}: {fault}")),
        }
    }

    /// The encoder's own dropout, for a layer like its own.
    pub fn encoder_dropout(&self) -> f64 {
        self.facts.hidden_dropout
    }

    /// The number of a size, or 1 where it is no size, which is a fault; `what` is what has it.
    pub fn number(&mut self, size: impl Into<Size>, what: &str) -> usize {
        self.size(size.into(), what).unwrap_or(1)
    }

    /// A weight of the head.
    pub fn parameter(&mut self, path: &str, shape: &[Size], init: Init) -> Parameter {
        self.parameter_or(path, &[], shape, init)
    }

    /// A weight of the head that a checkpoint may have under other names too; its own goes first.
    pub fn parameter_or(&mut self, path: &str, aliases: &[&str], shape: &[Size], init: Init) -> Parameter {
        let (path, aliases) = (self.scoped(path), aliases.iter().map(|alias| self.scoped(alias)).collect::<Vec<_>>());
        let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
        let origin = self.origin_of(&path, &aliases);
        if origin == Origin::Checkpoint {
            self.asked.insert(path.clone());
        }
        match self.shape(&path, shape) {
            Some(shape) => self.bind(Ask { aliases: &aliases, ..Ask::new(&path, &shape, init) }, origin),
            None => Parameter::fixed(path, self.stand_in(&vec![1; shape.len()])),
        }
    }

    /// All weights that were made, in the order they were asked for, and the report.
    ///
    /// # Errors
    /// Of kind [`Binding`](crate::ErrorKind::Binding), with everything that is wrong: [`Error::report`](crate::Error::report) has it typed.
    pub fn finish(mut self) -> Result<(Vec<Parameter>, Report)> {
        self.check_labels();
        self.check_pooler()?;
        self.add_unused();
        nearest::suggest(&mut self.report);
        Ok((self.made, self.report.checked()?))
    }

    fn check_labels(&mut self) {
        if self.seed.is_some() {
            return;
        }
        let (faults, notes) = labels::check(&self.labels, self.several_label_sets, self.config.id2label.as_deref());
        self.report.faults.extend(faults);
        self.report.notes.extend(notes);
    }

    /// transformers makes a pooler up where a checkpoint has none, and saves it: its bias is exactly zero.
    fn check_pooler(&mut self) -> Result<()> {
        let Some(bias) = self.known.get(POOLER_BIAS) else { return Ok(()) };
        let loaded = self.checkpoint.is_some_and(Checkpoint::has_pooler);
        if self.pooler.is_some() && loaded && inspect(bias.tensor())? == Health::AllZero {
            self.note(
                NoteKind::UntrainedPooler,
                "the pooler's bias is exactly zero: it looks freshly initialised and never trained, and `input cls` may be better",
            );
        }
        Ok(())
    }

    fn add_unused(&mut self) {
        let Some(checkpoint) = self.checkpoint else { return };
        for name in checkpoint.names().filter(|name| !self.asked.contains(*name)) {
            let found = checkpoint.facts(name).map(|facts| facts.shape.clone());
            self.report.entries.push(take::entry(name, Outcome::Unused, None, found, None));
        }
    }

    /// Where a weight of the head comes from, by the names that a checkpoint may have it under.
    fn origin_of(&self, path: &str, aliases: &[&str]) -> Origin {
        let has = |name: &str| self.checkpoint.is_some_and(|checkpoint| checkpoint.contains(name));
        let is_there = self.extends && (has(path) || aliases.iter().any(|alias| has(alias)));
        if is_there { Origin::Checkpoint } else { self.head_origin() }
    }

    fn head_origin(&self) -> Origin {
        self.seed.map_or(Origin::Checkpoint, Origin::Seed)
    }

    fn encoder_origin(&self) -> Origin {
        match (self.checkpoint, self.seed) {
            (None, Some(seed)) => Origin::Seed(seed),
            _ => Origin::Checkpoint,
        }
    }

    pub(crate) fn fault(&mut self, text: impl Into<String>) {
        self.report.faults.push(Fault { site: self.site.clone(), text: text.into() });
    }

    fn note(&mut self, kind: NoteKind, text: impl Into<String>) {
        self.report.notes.push(Note { kind, text: text.into() });
    }

    fn size(&mut self, size: Size, what: &str) -> Option<usize> {
        match size.get() {
            Ok(size) => Some(size),
            Err(fault) => {
                self.fault(format!("{what} has no size: {fault}"));
                None
            }
        }
    }

    fn shape(&mut self, path: &str, sizes: &[Size]) -> Option<Vec<usize>> {
        let shape: Vec<_> = sizes.iter().map(|&size| self.size(size, &format!("`{path}`"))).collect();
        shape.into_iter().collect()
    }

    /// A tensor of this shape that takes no memory.
    fn stand_in(&self, shape: &[usize]) -> Tensor {
        let fits = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size)).is_some();
        let wide = if fits { self.blank.broadcast_as(shape).ok() } else { None };
        wide.unwrap_or_else(|| self.blank.clone())
    }
}

impl ParameterSource for Binder<'_> {
    fn parameter(&mut self, name: &str, shape: &[usize], init: Init) -> Parameter {
        let site = self.site.take();
        let parameter = self.bind(Ask::new(name, shape, init), self.encoder_origin());
        self.site = site;
        parameter
    }
}
