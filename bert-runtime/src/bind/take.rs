//! Taking one weight, from the checkpoint or from the seed.

use candle_core::{Tensor, Var};

use super::{Binder, fresh};
use crate::error::Result;
use crate::parameter::{Init, Parameter};
use crate::weights::{Entry, Health, NoteKind, Outcome, Site, StoredType, TensorFacts};

/// The table of which the row of the padding token starts as zeros, as in transformers.
pub(super) const WORD_EMBEDDINGS: &str = "bert.embeddings.word_embeddings.weight";

/// Where a weight is to come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Checkpoint,
    Seed(u64),
}

/// A weight that is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'b> {
    pub(super) name: &'b str,
    pub(super) aliases: &'b [&'b str],
    pub(super) shape: &'b [usize],
    pub(super) init: Init,
}

impl<'b> Ask<'b> {
    pub(super) fn new(name: &'b str, shape: &'b [usize], init: Init) -> Self {
        Self { name, aliases: &[], shape, init }
    }
}

pub(super) fn entry(name: &str, outcome: Outcome, wanted: Option<&[usize]>, found: Option<Vec<usize>>, site: Option<Site>) -> Entry {
    Entry { name: name.to_owned(), outcome, wanted: wanted.map(<[usize]>::to_vec), found, site, nearest: None, detail: None }
}

impl Binder<'_> {
    /// The weight of this name; asked for again, it is the same one.
    pub(super) fn bind(&mut self, ask: Ask<'_>, origin: Origin) -> Parameter {
        if let Some(known) = self.known.get(ask.name).cloned() {
            return self.again(ask, known);
        }
        let tensor = match origin {
            Origin::Checkpoint => self.load(ask),
            Origin::Seed(seed) => self.start(ask, seed),
        };
        let is_frozen = origin == Origin::Checkpoint && self.freeze.holds(ask.name);
        let made = tensor.and_then(|tensor| self.finished(ask.name, tensor, is_frozen));
        made.unwrap_or_else(|| Parameter::fixed(ask.name, self.stand_in(ask.shape)))
    }

    fn again(&mut self, ask: Ask<'_>, known: Parameter) -> Parameter {
        if known.tensor().dims() == ask.shape {
            return known;
        }
        self.fault(format!("`{}` is wanted as {:?}, and it is {:?} already", ask.name, ask.shape, known.tensor().dims()));
        Parameter::fixed(ask.name, self.stand_in(ask.shape))
    }

    /// Keeps a tensor as a weight of this name.
    pub(super) fn finished(&mut self, name: &str, tensor: Tensor, is_frozen: bool) -> Option<Parameter> {
        match self.placed(name, tensor, is_frozen) {
            Ok(parameter) => {
                self.known.insert(name.to_owned(), parameter.clone());
                self.made.push(parameter.clone());
                Some(parameter)
            }
            Err(error) => {
                self.fault(format!("`{name}`: {error}"));
                None
            }
        }
    }

    fn placed(&self, name: &str, tensor: Tensor, is_frozen: bool) -> Result<Parameter> {
        let tensor = tensor.to_device(&self.device)?;
        if is_frozen || !self.trainable {
            return Ok(Parameter::fixed(name, tensor));
        }
        Ok(Parameter::trained(name, Var::from_tensor(&tensor)?))
    }

    fn load(&mut self, ask: Ask<'_>) -> Option<Tensor> {
        let checkpoint = self.checkpoint?;
        let found = std::iter::once(ask.name).chain(ask.aliases.iter().copied()).find(|name| checkpoint.contains(name));
        self.asked.extend(ask.aliases.iter().map(|&alias| alias.to_owned()));
        let facts = found.and_then(|name| Some((name, checkpoint.facts(name)?)));
        let Some((name, facts)) = facts else { return self.missing(ask) };
        self.asked.insert(name.to_owned());
        match mismatch(facts, ask.shape) {
            None => self.read(name, ask),
            Some(detail) => {
                let unfit = entry(ask.name, Outcome::Mismatched, Some(ask.shape), Some(facts.shape.clone()), self.site.clone());
                self.report.entries.push(Entry { detail, ..unfit });
                None
            }
        }
    }

    fn missing(&mut self, ask: Ask<'_>) -> Option<Tensor> {
        self.report.entries.push(entry(ask.name, Outcome::Missing, Some(ask.shape), None, self.site.clone()));
        None
    }

    /// Reads a tensor that is known to fit, and looks at its numbers.
    fn read(&mut self, name: &str, ask: Ask<'_>) -> Option<Tensor> {
        match self.checkpoint?.read_here(name, self.dtype) {
            Ok((tensor, health)) => {
                self.tell(health, name, ask.shape.len());
                let detail = (name != ask.name).then(|| format!("as `{name}`"));
                let loaded = entry(ask.name, Outcome::Loaded, Some(ask.shape), Some(ask.shape.to_vec()), self.site.clone());
                self.report.entries.push(Entry { detail, ..loaded });
                Some(tensor)
            }
            Err(error) => {
                self.fault(format!("`{name}` cannot be read: {error}"));
                None
            }
        }
    }

    fn tell(&mut self, health: Health, name: &str, rank: usize) {
        match health {
            Health::NonFinite => {
                self.note(
                    NoteKind::NonFinite,
                    format!("`{name}` holds NaN or infinite numbers in {}: what is computed with it will too", self.dtype.as_str()),
                );
            }
            Health::AllZero if rank > 1 => self.note(NoteKind::AllZero, format!("`{name}` is all zeros")),
            Health::AllZero | Health::Sound => {}
        }
    }

    /// A new tensor, by the seed.
    pub(super) fn start(&mut self, ask: Ask<'_>, seed: u64) -> Option<Tensor> {
        match self.drawn(ask, seed) {
            Ok(tensor) => {
                self.report.entries.push(entry(ask.name, Outcome::Fresh, Some(ask.shape), None, self.site.clone()));
                Some(tensor)
            }
            Err(what) => {
                self.fault(format!("`{}`: {what}", ask.name));
                None
            }
        }
    }

    fn drawn(&self, ask: Ask<'_>, seed: u64) -> Result<Tensor, String> {
        let mut numbers = fresh::draw(ask.init, ask.shape, self.facts.initializer_range, seed, ask.name)?;
        if let (WORD_EMBEDDINGS, [_, width]) = (ask.name, ask.shape) {
            let row = numbers.chunks_mut((*width).max(1)).nth(self.config.pad_token_id as usize);
            row.unwrap_or_default().fill(0.0);
        }
        let tensor = Tensor::from_vec(numbers, ask.shape, &candle_core::Device::Cpu).and_then(|tensor| tensor.to_dtype(self.dtype));
        tensor.map_err(|error| error.to_string())
    }
}

/// Whether a tensor does not fit a shape, with what there is to say about it.
pub(super) fn mismatch(facts: &TensorFacts, shape: &[usize]) -> Option<Option<String>> {
    let reversed = facts.shape.iter().rev().eq(shape);
    match &facts.stored {
        StoredType::Other(stored) => Some(Some(format!("stored as {stored}, and floats are expected"))),
        StoredType::Float(_) if facts.shape == shape => None,
        StoredType::Float(_) => Some(reversed.then(|| "the axes are swapped: PyTorch has [out, in]".to_owned())),
    }
}
