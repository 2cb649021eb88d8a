//! What an editor asks of a source while it is written: what stands at a place, what may stand there, and where it was named.
//!
//! The text need be neither right nor finished. What may stand at a place is found out from the tokens in front of it, what is known of it from
//! what [`check`](fn@crate::check) could read, and what is said of it comes from the tables that the compiler itself reads.

mod complete;
mod context;
mod definition;
mod hover;
mod markdown;
mod slot;
mod symbols;
mod words;

pub use complete::{Completion, Kind, complete};
pub use definition::definition;
pub use hover::{Hover, hover};
pub use symbols::{Symbol, SymbolKind, symbols};

use crate::check::Analysis;
use crate::ir::{CheckedHead, Pipeline, Step};
use crate::source::Span;

/// The head that a place is in, as far as it could be read: the last one that begins in front of it.
fn head_at(analysis: &Analysis, offset: u32) -> Option<&CheckedHead> {
    analysis.seen().filter(|head| head.name_span.start <= offset).max_by_key(|head| head.name_span.start)
}

/// Whether a place is in a span or right behind it, where an editor's cursor stands once it is written.
fn touches(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}

/// The pipeline that reads a source, itself or in one of its values.
fn reader(head: &CheckedHead, source: usize) -> Option<&Pipeline> {
    head.pipelines.iter().find(|pipeline| pipeline.source == source || starts_from(&pipeline.steps, source))
}

fn starts_from(steps: &[Step], wanted: usize) -> bool {
    steps.iter().any(|step| match step {
        Step::Let { source, steps, .. } => *source == Some(wanted) || starts_from(steps, wanted),
        Step::Block { steps, .. } => starts_from(steps, wanted),
        Step::Layer(_) | Step::Select { .. } => false,
    })
}
