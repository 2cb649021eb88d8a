//! Examples with their targets: answered and measured, in one encoder pass.

use std::borrow::Cow;

use crate::context::Context;
use crate::decode::Decoded;
use crate::encoder::{Demand, Encoder};
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Head, Purpose, Target, Targets};
use crate::losses::Part;
use crate::metrics::{Evaluation, Losses, Metrics};
use crate::model::Predicted;
use crate::model::engine::{Answer, Engine, batches, in_order};
use crate::model::on_bert::at_rows;
use crate::model::question::{Question, batch, in_example};
use crate::model::stream::{AHEAD, tokenized};
use crate::targets::{checked, collate_targets, one_together};
use crate::text::Encoding;

/// What an example is trained towards, by the targets' names.
type Named = Vec<(Cow<'static, str>, Target)>;

/// An example, and what it is trained towards.
pub(crate) type Sample<E> = (E, Named);

/// A tokenized example, and what it is trained towards.
struct Asked {
    number: usize,
    question: Question,
    targets: Named,
}

/// How many examples of a batch a message names.
const NAMED: usize = 20;

impl Engine<'_> {
    /// Answers examples in their order and measures the answers, while the next are tokenized.
    pub(crate) fn evaluate<E: Send>(
        &self,
        head: &dyn Head,
        examples: impl Iterator<Item = Sample<E>>,
        question: impl Fn(&E) -> Result<Question> + Sync,
        each: impl FnMut(Predicted<Vec<Decoded>>) -> Result<()>,
    ) -> Result<Evaluation> {
        self.evaluate_sets(head, [examples], question, each)
    }

    /// The same of several sets, whose examples may have other targets: no batch has examples of two.
    pub(crate) fn evaluate_sets<E: Send, S: Iterator<Item = Sample<E>>>(
        &self,
        head: &dyn Head,
        sets: impl IntoIterator<Item = S>,
        question: impl Fn(&E) -> Result<Question> + Sync,
        mut each: impl FnMut(Predicted<Vec<Decoded>>) -> Result<()>,
    ) -> Result<Evaluation> {
        let of = Measured::new(head);
        let (mut metrics, mut truncated) = (Metrics::of(head), 0);
        for set in sets {
            self.evaluate_set(&of, set, &question, &mut metrics, &mut |answer| {
                truncated += usize::from(answer.truncation().is_some());
                each(answer)
            })?;
        }
        Ok(Evaluation { scores: metrics.scores(), examples: metrics.examples(), truncated })
    }

    fn evaluate_set<E: Send>(
        &self,
        of: &Measured<'_>,
        set: impl Iterator<Item = Sample<E>>,
        question: &(impl Fn(&E) -> Result<Question> + Sync),
        metrics: &mut Metrics,
        each: &mut dyn FnMut(Predicted<Vec<Decoded>>) -> Result<()>,
    ) -> Result<()> {
        let mut examples = set.enumerate();
        let mut coming = || examples.by_ref().take(AHEAD / of.together * of.together).collect::<Vec<_>>();
        let mut asked = read(of, coming(), question)?;
        while !asked.is_empty() {
            let next = coming();
            let (measured, next) = rayon::join(|| self.measure(of, &asked), || read(of, next, question));
            let (answers, losses) = measured?;
            metrics.add_losses(losses);
            for (asked, answer) in asked.iter().zip(answers) {
                asked.count(of, &answer, metrics).map_err(|error| in_example(asked.number, error))?;
                each(answer)?;
            }
            asked = next?;
        }
        Ok(())
    }

    /// The answers of some examples, in their order, and their losses.
    fn measure(&self, of: &Measured<'_>, asked: &[Asked]) -> Result<(Vec<Predicted<Vec<Decoded>>>, Losses)> {
        let mut losses = Losses::default();
        let is_long = |&number: &usize| of.joins && asked[number].question.long.is_some();
        let (long, fitting): (Vec<usize>, Vec<usize>) = (0..asked.len()).partition(is_long);
        let mut answers = Vec::new();
        for (numbers, some) in self.in_batches(of, asked, &fitting) {
            let (decoded, parts) = self.measure_batch(of, &some, true).map_err(|error| in_batch(&some, error))?;
            losses.add(&parts)?;
            let answered = some.iter().zip(decoded).map(|(asked, answer)| Predicted::new(answer, asked.question.truncations(), 1));
            answers.extend(numbers.into_iter().zip(answered));
        }
        let questions: Vec<&Question> = long.iter().map(|&number| &asked[number].question).collect();
        let joined = self.answer_long(&[of.head], &questions)?.into_iter().map(|answer| answer.try_map(of_lone));
        answers.extend(long.iter().copied().zip(joined.collect::<Result<Vec<_>>>()?));
        for (_, some) in self.in_batches(of, asked, &long) {
            losses.add(&self.measure_batch(of, &some, false).map_err(|error| in_batch(&some, error))?.1)?;
        }
        let (numbers, answers): (Vec<usize>, Vec<_>) = answers.into_iter().unzip();
        Ok((in_order(numbers, answers), losses))
    }

    /// Examples in batches of so many tokens, the longest first; those that are read together in their order, and in one batch.
    fn in_batches<'a>(&self, of: &Measured<'_>, asked: &'a [Asked], numbers: &[usize]) -> Vec<(Vec<usize>, Vec<&'a Asked>)> {
        let mut order = numbers.to_vec();
        if of.together == 1 {
            order.sort_by_key(|&number| std::cmp::Reverse(asked[number].question.length()));
        }
        let groups: Vec<&[usize]> = order.chunks(of.together).collect();
        let tokens = |group: &&[usize]| group.iter().map(|&number| asked[number].question.tokens()).sum();
        let some = |groups: &[&[usize]]| {
            let numbers = groups.concat();
            let some = numbers.iter().map(|&number| &asked[number]).collect();
            (numbers, some)
        };
        batches(&groups, self.batch_tokens, tokens).into_iter().map(some).collect()
    }

    /// What the head says of each example of a batch, if that is asked, and the losses, in one encoder pass.
    fn measure_batch(&self, of: &Measured<'_>, asked: &[&Asked], answers: bool) -> Result<(Vec<Vec<Decoded>>, Vec<Part>)> {
        let (cx, head) = (Context::evaluation(), of.head);
        let questions: Vec<&Question> = asked.iter().map(|asked| &asked.question).collect();
        let (batch, encodings) = batch(&questions, self.tokenizer)?;
        let targets = of.targets(asked)?;
        let targets = at_rows(head, &targets, &batch)?;
        let trains = of.trains && (head.trains_without_targets() || targets.names().next().is_some());
        let mut demand = Demand::default();
        let answering = answers.then(|| demand.join(head.demand(Purpose::Predict)));
        let training = trains.then(|| demand.join(head.demand(Purpose::Loss(&targets))));
        let encoded = self.encoder.encode(&cx, &batch, &demand)?;
        let mut decoded = Vec::new();
        if let Some(share) = answering {
            decoded = head.decode(&head.forward(&cx, &encoded.part(&share))?, &self.reading(&encodings))?;
        }
        let loss = |share| head.loss(&cx, &head.forward(&cx, &encoded.part(&share))?, &targets);
        let parts = training.map(loss).transpose()?.unwrap_or_default();
        Ok((crate::model::engine::by_example(decoded, asked.len()), parts))
    }
}

/// A head that is measured.
struct Measured<'h> {
    head: &'h dyn Head,
    /// Whether it joins windows of long texts.
    joins: bool,
    /// Whether it has a loss.
    trains: bool,
    /// How many examples in a row stay in one batch.
    together: usize,
}

impl<'h> Measured<'h> {
    fn new(head: &'h dyn Head) -> Self {
        let outcomes = head.outcomes();
        let trains = head.trains_without_targets() || outcomes.iter().any(|outcome| !outcome.targets.is_empty());
        let mut sizes: Vec<usize> = outcomes.iter().map(|outcome| outcome.together.max(1)).collect();
        sizes.sort_unstable();
        sizes.dedup();
        Self { head, joins: head.windowed().is_some(), trains, together: sizes.into_iter().product() }
    }

    /// The targets of a batch.
    fn targets(&self, asked: &[&Asked]) -> Result<Targets> {
        let texts: Vec<Vec<Encoding>> = asked.iter().map(|asked| asked.question.encodings.clone()).collect();
        let all = collate_targets(asked.iter().map(|asked| asked.targets.clone()), &texts)?;
        Ok(one_together(&all, &self.head.outcomes()))
    }
}

impl Asked {
    /// What was read: the whole text where it was read in windows.
    fn texts(&self, of: &Measured<'_>) -> &[Encoding] {
        let whole = self.question.long.as_ref().filter(|_| of.joins).map(|long| std::slice::from_ref(&long.whole));
        whole.unwrap_or(&self.question.encodings)
    }

    /// Its targets, each of which fits what was read.
    fn own_targets(&self, of: &Measured<'_>) -> Result<Targets> {
        let texts = self.texts(of);
        let fitting = |(name, target): &(Cow<'static, str>, Target)| {
            let fault = |error: Error| Error::new(error.kind(), format!("`{name}`: {error}")).caused_by(error);
            checked(target.clone(), texts).map(|target| (name.clone(), vec![target])).map_err(fault)
        };
        self.targets.iter().try_fold(Targets::new(), |all, named| {
            let (name, target) = fitting(named)?;
            Ok(all.with(name, target))
        })
    }

    fn count(&self, of: &Measured<'_>, answers: &[Decoded], metrics: &mut Metrics) -> Result<()> {
        metrics.add_example(answers, &self.own_targets(of)?, self.texts(of))
    }
}

/// Tokenizes examples; says of which one the targets do not fit.
fn read<E: Send>(
    of: &Measured<'_>,
    samples: Vec<(usize, Sample<E>)>,
    question: &(impl Fn(&E) -> Result<Question> + Sync),
) -> Result<Vec<Asked>> {
    let (examples, targets): (Vec<_>, Vec<_>) =
        samples.into_iter().map(|(number, (example, targets))| ((number, example), (number, targets))).unzip();
    let asked = |(question, (number, targets))| {
        let asked = Asked { number, question, targets };
        let fits = asked.own_targets(of);
        fits.map(|_| asked).map_err(|error| in_example(number, error))
    };
    tokenized(examples, question)?.into_iter().zip(targets).map(asked).collect()
}

/// An error of a batch, whose message may count its examples, with their own numbers.
fn in_batch(asked: &[&Asked], error: Error) -> Error {
    let numbers = asked.iter().take(NAMED).map(|asked| asked.number.to_string()).collect::<Vec<_>>().join(", ");
    let more = if asked.len() > NAMED { ", .." } else { "" };
    let told = format!("{error} (example 0 of the batch and those after it are the examples {numbers}{more})");
    Error::new(error.kind(), told).caused_by(error)
}

/// The answers of the only head.
fn of_lone(heads: Answer) -> Result<Vec<Decoded>> {
    heads.into_iter().next().ok_or_else(|| Error::new(ErrorKind::Input, "no head has answered"))
}
