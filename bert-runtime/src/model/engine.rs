//! One encoder pass for several heads.

use std::ops::Range;

use crate::context::Context;
use crate::decode::{Decoded, Reading};
use crate::encoder::{Batch, BertEncoder, Demand, Encoded, Encoder};
use crate::error::Result;
use crate::head::{Head, Purpose};
use crate::model::question::{Question, batch};
use crate::text::Tokenizer;

/// What every pipeline's decode says of one example: `[head][pipeline]`.
pub(super) type Answer = Vec<Vec<Decoded>>;

/// What answers questions.
pub(super) struct Engine<'a> {
    pub(super) encoder: &'a BertEncoder,
    pub(super) tokenizer: &'a Tokenizer,
    pub(super) batch_size: usize,
}

impl Engine<'_> {
    /// Answers questions in their order. They go through the encoder by length, the longest first, so that texts of one
    /// length meet in a batch and memory is asked for most at the start.
    pub(super) fn answer(&self, heads: &[&dyn Head], questions: &[Question]) -> Result<Vec<Answer>> {
        let mut order: Vec<usize> = (0..questions.len()).collect();
        order.sort_by_key(|&number| std::cmp::Reverse(questions[number].length()));
        let mut answers: Vec<Answer> = vec![Vec::new(); questions.len()];
        for chunk in order.chunks(self.batch_size) {
            let some: Vec<&Question> = chunk.iter().map(|&number| &questions[number]).collect();
            for (&number, answer) in chunk.iter().zip(self.answer_batch(heads, &some)?) {
                answers[number] = answer;
            }
        }
        Ok(answers)
    }

    fn answer_batch(&self, heads: &[&dyn Head], questions: &[&Question]) -> Result<Vec<Answer>> {
        let cx = Context::evaluation();
        let (batch, encodings) = batch(questions, self.tokenizer)?;
        let reading = Reading::new(&encodings).with_tokenizer(self.tokenizer);
        let (encoded, parts) = encode(self.encoder, &cx, &batch, heads, Purpose::Predict)?;
        let mut answers: Vec<Answer> = vec![Vec::new(); questions.len()];
        for (head, part) in heads.iter().zip(parts) {
            let outputs = head.forward(&cx, &encoded.part(part))?;
            let pipelines = head.decode(&outputs, &reading)?;
            for (answer, decoded) in answers.iter_mut().zip(by_example(pipelines, questions.len())) {
                answer.push(decoded);
            }
        }
        Ok(answers)
    }
}

/// The encoder's answers to all heads, and which part of them is whose.
pub(super) fn encode(
    encoder: &BertEncoder,
    cx: &Context,
    batch: &Batch,
    heads: &[&dyn Head],
    purpose: Purpose<'_>,
) -> Result<(Encoded, Vec<Range<usize>>)> {
    let mut demand = Demand::default();
    let parts = heads.iter().map(|head| demand.join(head.demand(purpose))).collect();
    Ok((encoder.encode(cx, batch, &demand)?, parts))
}

/// From `[pipeline][example]` to `[example][pipeline]`.
fn by_example(pipelines: Vec<Vec<Decoded>>, examples: usize) -> Vec<Vec<Decoded>> {
    let mut transposed: Vec<Vec<Decoded>> = vec![Vec::new(); examples];
    for pipeline in pipelines {
        for (example, decoded) in transposed.iter_mut().zip(pipeline) {
            example.push(decoded);
        }
    }
    transposed
}
