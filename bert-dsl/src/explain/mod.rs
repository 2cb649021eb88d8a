//! What a head reads, and why; and what it computes, step by step.

mod account;
mod cost;
mod encoder;
mod show;
mod sizes;

pub use account::{Account, Held, PipelineTold, Told, account};
pub(crate) use account::{layer, told};
pub(crate) use cost::Cost;
pub use cost::{Per, Work};
pub(crate) use encoder::encoder_work;
pub use sizes::Sizes;

use crate::dim::Dim;
use crate::ir::{CheckedHead, LayerUse, Pipeline, Source, SourceUse, Step};
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

/// The shape of a parameter: `[2, hidden]`.
pub(crate) fn shape_of(shape: &[Dim]) -> String {
    format!("[{}]", shape.iter().map(Dim::to_string).collect::<Vec<_>>().join(", "))
}

/// A layer as it is written, as the name in front of its colon, if there is one, and its call.
pub(crate) fn name_and_call(written: &str) -> (Option<String>, String) {
    let is_name = |name: &str| name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | ' '));
    match written.split_once(':') {
        Some((name, call)) if is_name(name) && !call.starts_with(':') => (Some(name.replace(' ', "")), call.trim().to_owned()),
        _ => (None, written.to_owned()),
    }
}

/// Why other encoder outputs are not what this pipeline reads, a sentence each.
pub(crate) fn others(used: &SourceUse, result: &Type) -> Vec<String> {
    let folds = !used.source.is_whole() && result.tokens() == 0;
    let answer = answer(result);
    match used.source {
        Source::Pooled => vec![
            format!("`tokens` is one vector a token, which for {answer} would have to be folded first, as by `pool mean`"),
            "`cls` is the same token's vector before the pooler, for checkpoints whose pooler is missing or was never trained".to_owned(),
        ],
        Source::Cls => vec![
            format!("`tokens` is one vector a token, which for {answer} would have to be folded first, as by `pool mean`"),
            "`pooled` is this vector after the pooler, which not every checkpoint has, and which was trained to say whether one sentence \
             follows another"
                .to_owned(),
        ],
        Source::Tokens if folds => vec![
            "`pooled` is folded already: the pooler looks at the first token alone, and was trained to say whether one sentence follows \
             another"
                .to_owned(),
        ],
        Source::Tokens => vec![why_whole(Source::Pooled).to_owned()],
        Source::Words | Source::WordsMean => {
            let pieces = "`tokens` is one vector a piece of a word, so a word in pieces would be answered more than once".to_owned();
            let whole = (!folds).then(|| why_whole(Source::Pooled).to_owned());
            std::iter::once(pieces).chain(whole).collect()
        }
        Source::Layers => vec!["`tokens` is the last of these layers alone".to_owned()],
    }
}

/// Why a value has no token axis.
pub(crate) fn why_whole(source: Source) -> &'static str {
    match source {
        Source::Cls => "`cls` is the first token's vector alone (last_hidden_state[:, 0]), so there is one for the whole text",
        Source::Pooled => {
            "`pooled` is tanh(dense(first token)): the pooler has folded the sequence into one vector, which was trained to say whether \
             one sentence follows another, so it answers for a whole text and not for its tokens"
        }
        Source::Tokens | Source::Words | Source::WordsMean | Source::Layers => "the tokens have been folded into one vector a text",
    }
}

/// What a layer reads and gives: `[batch, token, hidden] -> [batch, hidden]`.
pub(crate) fn flow(used: &LayerUse) -> String {
    let operands: Vec<String> = used.operands.iter().filter(|operand| !operand.given).map(|operand| operand.ty.to_string()).collect();
    let reads = if operands.is_empty() { used.input.to_string() } else { operands.join(", ") };
    format!("{reads} -> {}", used.output)
}

/// A sentence with a capital letter.
pub(crate) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
