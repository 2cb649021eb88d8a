//! Examples with their targets, tokenized and checked before training starts.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::model::Model;
use crate::encoder::Batch;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{IntoTargets, Target, Targets};
use crate::model::question::{Question, batch};
use crate::targets::{collate_targets, one_together};
use crate::text::Encoding;

/// An example's named targets.
pub(super) type Named = Vec<(Cow<'static, str>, Target)>;

/// A tokenized example and what it is trained towards.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    /// Its number among all, from 0.
    pub number: usize,
    /// Whether it is the same in each epoch.
    pub is_fixed: bool,
    pub question: Question,
    pub targets: Named,
}

/// All examples of a data set.
#[derive(Debug, Clone)]
pub(super) struct Samples(Vec<Sample>);

impl Samples {
    /// Tokenizes examples on all threads, and checks that each has targets that fit.
    ///
    /// # Errors
    /// No example at all, and the faults of examples: the first twenty with their numbers, and how many more there are.
    /// The first example is number `first` of all that a training reads.
    pub fn new<M: Model>(model: &M, examples: Vec<(M::Input, M::Target)>, what: &str, first: usize) -> Result<Self>
    where
        M::Input: Send,
        M::Target: Send,
    {
        if examples.is_empty() {
            return Err(Error::new(ErrorKind::Input, format!("`{what}` has no example: give one at least")));
        }
        let one = |(number, (input, target)): (usize, (M::Input, M::Target))| Sample::new(model, first + number, &input, target);
        let samples: Vec<Result<Sample>> = examples.into_par_iter().enumerate().map(one).collect();
        whole(samples, what).map(Self)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn all(&self) -> &[Sample] {
        &self.0
    }

    /// Examples that are known to fit.
    pub fn of(samples: Vec<Sample>) -> Self {
        Self(samples)
    }

    /// The names of all targets that examples have.
    pub fn names(&self) -> Vec<String> {
        let names: BTreeSet<&str> = names(&self.0);
        names.into_iter().map(str::to_owned).collect()
    }

    /// A hash of all that is read and trained towards, by which another data set is told.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for sample in &self.0 {
            for text in &sample.question.encodings {
                hash.update((text.len() as u64).to_le_bytes());
                text.pieces().iter().for_each(|piece| hash.update(piece.id.to_le_bytes()));
            }
            hash.update(format!("{:?}{:?}", sample.question.given(), sample.targets));
        }
        format!("{:x}", hash.finalize())
    }
}

impl Sample {
    fn new<M: Model>(model: &M, number: usize, input: &M::Input, target: M::Target) -> Result<Self> {
        model.check(input)?;
        let question = model.bert().question(input)?;
        let targets = target.into_targets();
        collate_targets([targets.clone()], std::slice::from_ref(&question.encodings))?;
        Ok(Self { number, is_fixed: true, question, targets })
    }

    /// An example that is another one in each epoch.
    pub fn drawn(number: usize, encoding: Encoding, targets: Vec<(String, Target)>) -> Self {
        let targets = targets.into_iter().map(|(name, target)| (Cow::Owned(name), target)).collect();
        Self { number, is_fixed: false, question: Question::of_window(encoding), targets }
    }
}

/// The names of the targets that these examples have.
pub(super) fn names<'s>(samples: impl IntoIterator<Item = &'s Sample>) -> BTreeSet<&'s str> {
    samples.into_iter().flat_map(|sample| sample.targets.iter().map(|(name, _)| name.as_ref())).collect()
}

/// Some examples as the encoder and the loss read them.
pub(super) fn collated<M: Model>(model: &M, samples: &[&Sample]) -> Result<(Batch, Targets)> {
    let questions: Vec<&Question> = samples.iter().map(|sample| &sample.question).collect();
    let (batch, _) = batch(&questions, model.bert().tokenizer()?)?;
    let texts: Vec<Vec<Encoding>> = questions.iter().map(|question| question.encodings.clone()).collect();
    let targets = collate_targets(samples.iter().map(|sample| sample.targets.clone()), &texts)?;
    Ok((batch, one_together(&targets, &model.head().outcomes())))
}

fn whole(samples: Vec<Result<Sample>>, what: &str) -> Result<Vec<Sample>> {
    let faults: Vec<String> = samples
        .iter()
        .enumerate()
        .filter_map(|(number, sample)| sample.as_ref().err().map(|error| format!("example {number}: {error}")))
        .collect();
    if faults.is_empty() {
        return samples.into_iter().collect();
    }
    let more = faults.len().saturating_sub(20);
    let rest = if more == 0 { String::new() } else { format!("\n  and {more} more") };
    let listed = faults.iter().take(20).map(|fault| format!("\n  {fault}")).collect::<String>();
    Err(Error::new(
        ErrorKind::Target,
        format!("{} of {} examples of `{what}` cannot be trained on:{listed}{rest}", faults.len(), samples.len()),
    ))
}
