//! What a training reads: one data set, or several, of which each step reads one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rayon::prelude::*;

use super::model::Model;
use super::samples::{Sample, Samples};
use super::warnings::{self, Seen};
use crate::data::pretraining::Pretraining;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Outcome;

/// Several data sets for one model, such as one for each head of several: a step reads examples of one of them.
///
/// Of all steps of an epoch, which are as many as one reading of all sets takes, a set has a share that is as its number of examples to the
/// power of `alpha`: 1 reads each set once, 0 reads all as often, 0.5 lies between (Conneau and Lample 2019, section 3.1), and above 1 the largest set
/// is read most of all.
///
/// ```
/// use bert_runtime::head::Target;
/// use bert_runtime::interpret::DynamicInput;
/// use bert_runtime::train::Mix;
/// use bert_runtime::DynamicBert;
///
/// let mood = vec![(DynamicInput::from("What a film!"), vec![("labels.mood".to_owned(), Target::Classes(vec![1]))])];
/// let mix = Mix::<DynamicBert>::new().set("moods", mood).alpha(0.5);
/// # let _ = mix;
/// ```
pub struct Mix<'d, M: Model> {
    sets: Vec<(String, Set<'d, M>)>,
    alpha: f64,
}

/// A data set before it is tokenized.
enum Set<'d, M: Model> {
    Examples(Vec<(M::Input, M::Target)>),
    Text(Pretraining<'d>),
}

impl<M: Model> Default for Mix<'_, M> {
    fn default() -> Self {
        Self { sets: Vec::new(), alpha: 1.0 }
    }
}

impl<'d, M: Model> Mix<'d, M> {
    /// No set yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// And a set of examples under a name. Each has targets for the outputs that it trains.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, examples: impl IntoIterator<Item = (M::Input, M::Target)>) -> Self {
        self.sets.push((name.into(), Set::Examples(examples.into_iter().collect())));
        self
    }

    /// And running text, of which other words are hidden and other pairs made in each epoch.
    #[must_use]
    pub fn text(mut self, name: impl Into<String>, text: Pretraining<'d>) -> Self {
        self.sets.push((name.into(), Set::Text(text)));
        self
    }

    /// How much more often large sets are read than small ones, from 0 to 2: 1 as much as they are larger, 0 not at all.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Tokenizes and checks all of it.
    pub(super) fn read(self, model: &M) -> Result<Data<'d>>
    where
        M::Input: Send,
        M::Target: Send,
    {
        if !(0.0..=2.0).contains(&self.alpha) {
            return Err(Error::new(ErrorKind::Input, format!("`alpha` is {}: give a number from 0 to 2", self.alpha)));
        }
        let mut first = 0;
        let mut read = |(name, set): (String, Set<'d, M>)| {
            let source: Box<dyn Source + 'd> = match set {
                Set::Examples(examples) => Box::new(Samples::new(model, examples, &name, first)?),
                Set::Text(text) => Box::new(Running { text, max_length: model.bert().max_length(), first }),
            };
            first += source.len();
            Ok((name, source))
        };
        let sets = self.sets.into_iter().map(&mut read).collect::<Result<Vec<_>>>()?;
        if sets.is_empty() {
            return Err(Error::new(ErrorKind::Input, "there is nothing to train on: give a data set"));
        }
        Ok(Data { sets, alpha: self.alpha })
    }
}

/// Tokenized examples of one set.
pub(super) trait Source: Send + Sync {
    fn len(&self) -> usize;
    /// The example of this number in an epoch.
    fn sample(&self, epoch: u64, number: usize) -> Result<Cow<'_, Sample>>;
    /// All examples as the first epoch has them.
    fn drawn(&self) -> Result<Vec<Sample>> {
        (0..self.len()).into_par_iter().map(|number| self.sample(0, number).map(Cow::into_owned)).collect()
    }
    /// The names of all targets that examples have.
    fn names(&self) -> Result<Vec<String>>;
    /// A hash of all that is read and trained towards.
    fn fingerprint(&self) -> Result<String>;
    /// The targets that examples have, by their names; none of text whose targets are drawn.
    fn seen(&self) -> BTreeMap<String, Seen> {
        BTreeMap::new()
    }
}

/// All sets of a training.
pub(super) struct Data<'d> {
    pub sets: Vec<(String, Box<dyn Source + 'd>)>,
    pub alpha: f64,
}

impl Data<'_> {
    /// How many names of targets the sets have, each.
    pub fn targets(&self) -> Result<Vec<usize>> {
        self.sets.iter().map(|(_, source)| Ok(source.names()?.len())).collect()
    }

    /// What is odd about the targets, of these answers of a head.
    pub fn warnings(&self, dev: Option<&Self>, outcomes: &[Outcome]) -> Vec<String> {
        let dev = dev.map(|dev| warnings::together(dev.sets.iter().map(|(_, source)| source.seen())));
        self.sets.iter().flat_map(|(name, source)| warnings::of(name, &source.seen(), dev.as_ref(), outcomes)).collect()
    }

    /// How many examples there are, and a hash of them, in the order of the sets.
    pub fn fingerprint(&self) -> Result<String> {
        let told = |(name, source): &(String, Box<dyn Source + '_>)| {
            Ok(format!("{} of {name} with the hash {}", source.len(), source.fingerprint()?))
        };
        Ok(self.sets.iter().map(told).collect::<Result<Vec<_>>>()?.join(", "))
    }
}

impl Source for Samples {
    fn len(&self) -> usize {
        self.len()
    }

    fn sample(&self, _: u64, number: usize) -> Result<Cow<'_, Sample>> {
        self.all().get(number).map(Cow::Borrowed).ok_or_else(|| no_example(number))
    }

    fn names(&self) -> Result<Vec<String>> {
        Ok(self.names())
    }

    fn fingerprint(&self) -> Result<String> {
        Ok(self.fingerprint())
    }

    fn seen(&self) -> BTreeMap<String, Seen> {
        warnings::seen(self)
    }
}

/// Running text, whose examples are made when they are read.
struct Running<'d> {
    text: Pretraining<'d>,
    max_length: usize,
    first: usize,
}

impl Source for Running<'_> {
    fn len(&self) -> usize {
        self.text.len()
    }

    fn sample(&self, epoch: u64, number: usize) -> Result<Cow<'_, Sample>> {
        let (encoding, targets) = self.text.get(epoch, number, self.max_length)?;
        Ok(Cow::Owned(Sample::drawn(self.first + number, encoding, targets)))
    }

    fn names(&self) -> Result<Vec<String>> {
        Ok(self.sample(0, 0)?.targets.iter().map(|(name, _)| name.to_string()).collect())
    }

    /// Of the first epoch: the others follow from the same text and seed.
    fn fingerprint(&self) -> Result<String> {
        Ok(Samples::of(self.drawn()?).fingerprint())
    }
}

fn no_example(number: usize) -> Error {
    Error::new(ErrorKind::Input, format!("the data set has no example {number}"))
}
