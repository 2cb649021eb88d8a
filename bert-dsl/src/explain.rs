//! What a head reads, and why.

use crate::ir::{CheckedHead, Pipeline, Source, SourceUse, Step};
use crate::shape::{Axis, Type};

/// One reading of an encoder output, explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reads {
    /// The output as the language names it: `pooled`, `pooled fresh`, `cls`, `tokens`, with `per choice`.
    pub source: String,
    /// Its axes: `[batch, hidden]`.
    pub shape: String,
    /// What it is, and why this head reads it.
    pub why: String,
}

/// What a head reads of the encoder, in the order of its text.
///
/// ```
/// use bert_dsl::{check, explain, Bare, Source};
///
/// let source = Source::new("ner.head", "labels \"O\", \"B-PER\"; input tokens; linear hidden -> labels; loss cross_entropy;");
/// let heads = check(&source, Bare::Named("Ner")).heads()?;
/// assert!(explain::reads(&heads[0])[0].why.contains("one vector a token"));
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
pub fn reads(head: &CheckedHead) -> Vec<Reads> {
    head.sources
        .iter()
        .enumerate()
        .map(|(index, used)| Reads { source: name(used), shape: shape(used), why: why(head, index, used) })
        .collect()
}

fn name(used: &SourceUse) -> String {
    let source = match (used.source, used.fresh) {
        (Source::Pooled, false) => "pooled",
        (Source::Pooled, true) => "pooled fresh",
        (Source::Cls, _) => "cls",
        (Source::Tokens, _) => "tokens",
        (Source::Words, _) => "words",
        (Source::WordsMean, _) => "words mean",
        (Source::Layers, _) => "layers",
    };
    if used.per_choice { format!("{source} per choice") } else { source.to_owned() }
}

fn shape(used: &SourceUse) -> String {
    let choice = if used.per_choice { "choice, " } else { "" };
    let token = if used.source.is_whole() { "" } else { "token, " };
    let layer = if used.source == Source::Layers { "layer, " } else { "" };
    format!("[{layer}batch, {choice}{token}hidden]")
}

fn why(head: &CheckedHead, index: usize, used: &SourceUse) -> String {
    let answer =
        head.pipelines.iter().find(|pipeline| reads_source(pipeline, index)).map_or("an answer", |pipeline| answer(&pipeline.result));
    let what = what(used);
    let folded =
        !used.source.is_whole() && head.pipelines.iter().any(|pipeline| reads_source(pipeline, index) && pipeline.result.tokens() == 0);
    match folded {
        true => format!("{what}, which the head itself folds into {answer}"),
        false => format!("{what}, because the head gives {answer}"),
    }
}

/// What an encoder output is.
pub(crate) fn what(used: &SourceUse) -> &'static str {
    match (used.source, used.fresh) {
        (Source::Pooled, false) => "BERT's pooler output, tanh(dense(first token)): one vector for the whole text",
        (Source::Pooled, true) => "the output of a pooler of its own, tanh(dense(first token)): one vector for the whole text",
        (Source::Cls, _) => "the first token's last hidden state, without the pooler: one vector for the whole text",
        (Source::Tokens, _) => "the last hidden states: one vector a token",
        (Source::Words, _) => "the last hidden state of each word's first piece: one vector a word",
        (Source::WordsMean, _) => "the mean of the last hidden states of each word's pieces: one vector a word",
        (Source::Layers, _) => "the embeddings and every layer's hidden states: a vector a token and layer",
    }
}

fn answer(result: &Type) -> &'static str {
    match (result.tokens(), result.has(&Axis::Choice)) {
        (0, true) => "one answer a choice",
        (0, false) => "one answer a text",
        _ => "one answer a token",
    }
}

fn reads_source(pipeline: &Pipeline, index: usize) -> bool {
    pipeline.source == index || in_lets(&pipeline.steps, index)
}

fn in_lets(steps: &[Step], index: usize) -> bool {
    steps.iter().any(|step| match step {
        Step::Let { source, steps, .. } => *source == Some(index) || in_lets(steps, index),
        Step::Block { steps, .. } => in_lets(steps, index),
        Step::Layer(_) | Step::Select { .. } => false,
    })
}
