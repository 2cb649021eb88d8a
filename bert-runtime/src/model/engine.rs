//! One encoder pass for several heads.

use crate::context::Context;
use crate::decode::{Decoded, Reading};
use crate::encoder::{Batch, BertEncoder, Demand, Encoded, Encoder, Share};
use crate::error::{ErrorKind, Result};
use crate::head::{Head, Purpose};
use crate::model::Predicted;
use crate::model::question::{Question, batch};
use crate::text::{Encoding, Tokenizer};
use crate::value::Value;

/// What every pipeline's decode says of one example: `[head][pipeline]`.
pub(super) type Answer = Vec<Vec<Decoded>>;

/// What answers questions.
pub(crate) struct Engine<'a> {
    pub(super) encoder: &'a BertEncoder,
    pub(super) tokenizer: &'a Tokenizer,
    pub(super) batch_tokens: usize,
}

impl Engine<'_> {
    /// Answers questions in their order. Texts that are too long are read in windows by the heads that can join them.
    pub(super) fn answer(&self, heads: &[&dyn Head], questions: &[Question]) -> Result<Vec<Predicted<Answer>>> {
        let joins = heads.iter().any(|head| head.windowed().is_some());
        let (long, fitting): (Vec<_>, Vec<_>) = (0..questions.len()).partition(|&number| joins && questions[number].long.is_some());
        let some = |numbers: &[usize]| numbers.iter().map(|&number| &questions[number]).collect::<Vec<_>>();
        let answers = self.answer_at_once(heads, &some(&fitting))?.into_iter().chain(self.answer_long(heads, &some(&long))?);
        Ok(in_order(fitting.into_iter().chain(long), answers))
    }

    /// Answers questions from what is read at once. They go through the encoder by length, the longest first, so that texts of
    /// one length meet in a batch and memory is asked for most at the start.
    pub(super) fn answer_at_once(&self, heads: &[&dyn Head], questions: &[&Question]) -> Result<Vec<Predicted<Answer>>> {
        let mut order: Vec<usize> = (0..questions.len()).collect();
        order.sort_by_key(|&number| std::cmp::Reverse(questions[number].length()));
        let mut answers = Vec::new();
        for chunk in batches(&order, self.batch_tokens, |&number| questions[number].tokens()) {
            let some: Vec<&Question> = chunk.iter().map(|&number| questions[number]).collect();
            let batch = self.answer_batch(heads, &some)?;
            answers.extend(some.iter().zip(batch).map(|(question, answer)| Predicted::new(answer, question.truncations(), 1)));
        }
        Ok(in_order(order, answers))
    }

    /// A batch that memory does not suffice for is read in halves.
    fn answer_batch(&self, heads: &[&dyn Head], questions: &[&Question]) -> Result<Vec<Answer>> {
        in_halves(questions, &|some| self.answer_whole(heads, some))
    }

    fn answer_whole(&self, heads: &[&dyn Head], questions: &[&Question]) -> Result<Vec<Answer>> {
        let (outputs, encodings) = self.outputs(heads, questions)?;
        let mut answers: Vec<Answer> = vec![Vec::new(); questions.len()];
        for (head, outputs) in heads.iter().zip(outputs) {
            let pipelines = head.decode(&outputs, &self.reading(&encodings))?;
            for (answer, decoded) in answers.iter_mut().zip(by_example(pipelines, questions.len())) {
                answer.push(decoded);
            }
        }
        Ok(answers)
    }

    /// What the heads make of some questions in one encoder pass, `[head][output]`, and the texts, one a sequence.
    pub(super) fn outputs(&self, heads: &[&dyn Head], questions: &[&Question]) -> Result<(Vec<Vec<Value>>, Vec<Encoding>)> {
        let cx = Context::evaluation();
        let (batch, encodings) = batch(questions, self.tokenizer)?;
        let outputs = encode(self.encoder, &cx, &batch, heads, Purpose::Predict).and_then(|(encoded, parts)| {
            let parts = heads.iter().zip(parts);
            parts.map(|(head, part)| head.forward(&cx, &encoded.part(&part))).collect::<Result<_>>()
        });
        let outputs = outputs.map_err(|error| error.naming(batch.layout(), SMALLER))?;
        Ok((outputs, encodings))
    }

    pub(super) fn reading<'a>(&'a self, encodings: &'a [Encoding]) -> Reading<'a> {
        Reading::new(encodings).with_tokenizer(self.tokenizer)
    }
}

/// What to do where memory does not suffice.
pub(super) const SMALLER: &str = "give `BertOptions::batch_tokens` fewer, or `max_length`";

/// What `run` makes of items, one a result; of half as many at a time where memory does not suffice for all.
pub(super) fn in_halves<T, R>(items: &[T], run: &dyn Fn(&[T]) -> Result<Vec<R>>) -> Result<Vec<R>> {
    match run(items) {
        Err(error) if error.kind() == ErrorKind::Memory && items.len() > 1 => {
            let (first, second) = items.split_at(items.len() / 2);
            let mut results = in_halves(first, run)?;
            results.extend(in_halves(second, run)?);
            Ok(results)
        }
        result => result,
    }
}

/// Items in runs of so many tokens at most, each of one item at least.
pub(super) fn batches<T>(items: &[T], most: usize, tokens: impl Fn(&T) -> usize) -> Vec<&[T]> {
    let (mut batches, mut start, mut sum) = (Vec::new(), 0, 0);
    for (number, item) in items.iter().enumerate() {
        let more = tokens(item);
        if number > start && sum + more > most {
            batches.push(&items[start..number]);
            (start, sum) = (number, 0);
        }
        sum += more;
    }
    batches.extend((start < items.len()).then(|| &items[start..]));
    batches
}

/// What belongs to these numbers, by number.
pub(super) fn in_order<T>(numbers: impl IntoIterator<Item = usize>, items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut numbered: Vec<(usize, T)> = numbers.into_iter().zip(items).collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, item)| item).collect()
}

/// The encoder's answers to all heads, and which part of them is whose.
pub(super) fn encode(
    encoder: &BertEncoder,
    cx: &Context,
    batch: &Batch,
    heads: &[&dyn Head],
    purpose: Purpose<'_>,
) -> Result<(Encoded, Vec<Share>)> {
    let mut demand = Demand::default();
    let parts = heads.iter().map(|head| demand.join(head.demand(purpose))).collect();
    Ok((encoder.encode(cx, batch, &demand)?, parts))
}

/// From `[pipeline][example]` to `[example][pipeline]`.
pub(super) fn by_example(pipelines: Vec<Vec<Decoded>>, examples: usize) -> Vec<Vec<Decoded>> {
    let mut transposed: Vec<Vec<Decoded>> = vec![Vec::new(); examples];
    for pipeline in pipelines {
        for (example, decoded) in transposed.iter_mut().zip(pipeline) {
            example.push(decoded);
        }
    }
    transposed
}
