//! What is said of things, as Markdown.

use super::reader;
use super::words::Told;
use crate::explain::{self, Sizes, capital};
use crate::ir::{CheckedHead, GivenKind, LabelSet, Labels, LayerUse, Pipeline};
use crate::manual::Argument;
use crate::syntax::Form;

/// A text of the language, to be coloured.
pub(super) fn code(text: &str) -> String {
    format!("```head\n{text}\n```\n")
}

/// What the tables say of a word: how it is written, and what it does.
pub(super) fn word(told: &Told) -> String {
    format!("{}\n{}", code(&told.form.replace("` or `", "\n")), told.about)
}

/// A statement's word.
pub(super) fn statement(form: &Form) -> String {
    format!("{}\n{}.", code(&form.form.replace("` or `", "\n")), capital(form.does))
}

/// An argument: what it does, and what holds without it.
pub(super) fn argument(argument: &Argument) -> String {
    let default = argument.default.map_or_else(|| "It must be there.".to_owned(), |default| format!("Without it: {default}."));
    format!("{}\n{}. {default}", code(&argument.written()), capital(argument.does))
}

/// A layer in its place: its axes, what it does, its parameters and its cost.
pub(super) fn layer(head: &CheckedHead, used: &LayerUse) -> String {
    let told = explain::layer(head, used, 0);
    if used.output.is_unknown() {
        return format!("{}\n{}.\n", code(&told.title()), capital(&told.does));
    }
    let sizes = Sizes::default();
    // Of a layer of the user's own nothing is known.
    let work = told.work.told(&sizes).filter(|_| !told.work.partly_unknown).map_or_else(String::new, |work| format!("; {work}"));
    let mut text = code(&format!("{}\n{}", told.title(), explain::flow(used)));
    text += &format!("\n{}{work}.\n", capital(&told.does));
    for held in &told.parameters {
        text += &format!("\n- {}", code_name(&held.told(&sizes)));
    }
    text + if told.parameters.is_empty() { "" } else { "\n" }
}

/// A line whose first words, up to a colon, are a name and its shape.
fn code_name(line: &str) -> String {
    line.split_once(": ").map_or_else(|| line.to_owned(), |(name, rest)| format!("`{name}`: {rest}"))
}

/// An encoder output: what it is, why this head reads it, and why not another.
pub(super) fn source(head: &CheckedHead, index: usize) -> Option<String> {
    let (reads, used) = (explain::reads(head).into_iter().nth(index)?, head.sources.get(index)?);
    let pipeline = reader(head, index).filter(|pipeline| !pipeline.result.is_unknown());
    let why = if pipeline.is_some() { reads.why.as_str() } else { explain::what(used) };
    let mut text = code(&format!("input {}\n{}", reads.source, reads.shape));
    text += &format!("\n{}.\n", capital(why));
    for other in pipeline.map(|pipeline| explain::others(used, &pipeline.result)).unwrap_or_default() {
        let (name, what) = other.split_once("` ").unwrap_or(("", &other));
        text += &format!("\nWhy not {name}`? It {what}.\n");
    }
    Some(text)
}

/// How a pipeline is trained and read.
pub(super) fn outcome(head: &CheckedHead, pipeline: &Pipeline, is_loss: bool) -> Option<String> {
    let told = explain::told(head, pipeline);
    let outputs = told.outputs.iter().map(|output| format!("`{output}`")).collect::<Vec<_>>().join("; ");
    let decode = format!("Read by `decode` {}.", told.decode);
    match (is_loss, told.loss) {
        (true, Some(loss)) => Some(format!("On {outputs}: {loss}.\n\n{decode}\n")),
        (true, None) => None,
        (false, _) => Some(format!("On {outputs}. {decode}\n")),
    }
}

/// A label set: its size and its labels.
pub(super) fn labels(set: &LabelSet) -> String {
    let told = match &set.labels {
        Labels::Count(count) => format!("{count} labels without names"),
        Labels::Enum(path) => format!("the labels of the enum `{path}`"),
        Labels::Named(labels) => {
            let shown: Vec<String> = labels.iter().take(SHOWN).map(|label| format!("`{}`", label.name)).collect();
            let more = if labels.len() > SHOWN { ", .." } else { "" };
            format!("{} labels: {}{more}", labels.len(), shown.join(", "))
        }
    };
    format!("The size of the label set `{}`: {told}.", set.name)
}

/// How many labels are listed.
const SHOWN: usize = 20;

/// What comes with an example.
pub(super) fn given(kind: GivenKind) -> String {
    match kind {
        GivenKind::Position => "comes with each example: the position of a token".to_owned(),
        GivenKind::Features(count) => format!("comes with each example: [batch, {count}], so many numbers"),
    }
}
