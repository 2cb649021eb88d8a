//! Where a name that is read was given.

use super::context::{Context, Role};
use super::head_at;
use super::slot::{InCall, Part, Slot};
use super::words;
use crate::check::Analysis;
use crate::manual::{Given, Takes};
use crate::source::{Source, Span};
use crate::syntax::Kind;

/// Where the name at a place was given: the `let` or `given` of a value, the declaration of a label set, or a used head.
///
/// ```
/// use bert_dsl::{check, ide, Bare, Source};
///
/// let text = "labels a, b; input pooled; let wide = { linear -> 9; } concat wide, wide; linear -> labels;";
/// let source = Source::new("wide.head", text);
/// let analysis = check(&source, Bare::Named("Wide"));
/// let at = |word: &str| text.rfind(word).unwrap() as u32;
/// assert_eq!(ide::definition(&source, &analysis, at("wide")).map(|span| span.start), Some(text.find("wide").unwrap() as u32));
/// assert_eq!(ide::definition(&source, &analysis, at("labels")).map(|span| source.slice(span)), Some("labels a, b;"));
/// ```
pub fn definition(source: &Source, analysis: &Analysis, offset: u32) -> Option<Span> {
    let context = Context::at(source.text(), offset)?;
    let name = context.word.filter(|word| word.kind == Kind::Word).map(|word| source.slice(word.span))?;
    match Slot::behind(&context.before) {
        Slot::Used => context.heads.iter().find(|head| head.name == name).map(|head| head.span),
        Slot::Argument(call) => {
            let value = context.values.iter().rev().find(|value| value.name == name && value.role != Role::Head);
            let set = || head_at(analysis, offset)?.sets.iter().find(|set| set.name == name);
            match reads(&call) {
                Takes::Values | Takes::Positions => value.map(|value| value.span),
                Takes::Sizes => set().map(|set| set.span),
                Takes::Nothing => None,
            }
        }
        _ => None,
    }
}

/// What a name in this place is one of.
pub(super) fn reads(call: &InCall<'_>) -> Takes {
    let Some(told) = words::told(call.subject, &call.word) else { return Takes::Nothing };
    match call.part {
        Part::Size => Takes::Sizes,
        Part::Start => told.arguments.iter().find(|argument| argument.given == Given::Place).map_or(Takes::Nothing, |first| first.takes),
        Part::Value(key) => told.arguments.iter().find(|argument| argument.key_name() == Some(key)).map_or(Takes::Nothing, |key| key.takes),
        Part::Behind => Takes::Nothing,
    }
}
