//! Errors as rustc draws them.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use bert_dsl::{Diagnostic, Diagnostics, Source, Span};

use crate::paint::Paint;

/// All errors of a source, each with its excerpt, and an empty line behind it.
pub fn drawn(errors: &Diagnostics, source: &Source, paint: Paint) -> String {
    errors.iter().map(|error| one(error, source, paint)).collect()
}

/// That a source cannot be read.
pub fn fault(what: &str, paint: Paint) -> String {
    render(&Group::with_title(Level::ERROR.primary_title(what)), paint)
}

fn render(group: &Group<'_>, paint: Paint) -> String {
    let renderer = if paint.colours { Renderer::styled() } else { Renderer::plain() };
    format!("{}\n\n", renderer.render(std::slice::from_ref(group)))
}

fn one(error: &Diagnostic, source: &Source, paint: Paint) -> String {
    let code = error.code.to_string();
    let window = Window::of(error, source);
    let mut group = Level::ERROR.primary_title(error.message.as_str()).id(code.as_str()).element(window.snippet(error, source));
    if let Some(reason) = &error.reason {
        group = group.element(Level::NOTE.with_name("why").message(reason.as_str()));
    }
    if let Some(help) = &error.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    render(&group, paint)
}

/// The lines of a source that an error is about: of a long source the renderer need not look at more.
struct Window<'s> {
    text: &'s str,
    start: usize,
    line: usize,
}

impl<'s> Window<'s> {
    fn of(error: &Diagnostic, source: &'s Source) -> Self {
        let spans = || std::iter::once(error.span).chain(error.related.iter().map(|(span, _)| *span));
        let text = source.text();
        let first = spans().map(|span| span.start as usize).min().unwrap_or(0).min(text.len());
        let last = spans().map(|span| span.end as usize).max().unwrap_or(0).min(text.len());
        let start = text[..first].rfind('\n').map_or(0, |end| end + 1);
        let end = text[last..].find('\n').map_or(text.len(), |end| last + end);
        Self { text: &text[start..end], start, line: 1 + text[..start].matches('\n').count() }
    }

    fn snippet(&self, error: &'s Diagnostic, source: &'s Source) -> Snippet<'s, Annotation<'s>> {
        let own = AnnotationKind::Primary.span(self.range(error.span));
        let related = error.related.iter().map(|(span, what)| AnnotationKind::Context.span(self.range(*span)).label(what.as_str()));
        Snippet::source(self.text).path(source.name()).line_start(self.line).annotation(own).annotations(related)
    }

    fn range(&self, span: Span) -> Range<usize> {
        let within = |at: u32| (at as usize).saturating_sub(self.start).min(self.text.len());
        within(span.start)..within(span.end)
    }
}
