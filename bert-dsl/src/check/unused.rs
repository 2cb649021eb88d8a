//! Values that nothing reads: their layers would never train, and the language has no warnings.

use crate::check::Checker;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::ir::{Pipeline, SourceUse, Step};
use crate::layers::Form;
use crate::source::Span;

impl Checker<'_> {
    /// Reports every value that is computed for nothing. Where there are other errors, what would read it may be among them.
    pub(super) fn refuse_unused(&mut self, pipelines: &[Pipeline]) {
        if self.malformed || !self.found.is_empty() {
            return;
        }
        for pipeline in pipelines {
            self.refuse_unread_steps(pipeline);
        }
        for (name, span) in std::mem::take(&mut self.unread) {
            self.report(
                Diagnostic::new(Code::Unused, span, format!("nothing reads the value `{name}`"))
                    .because("what is computed and never read neither trains nor answers anything")
                    .help(format!("read it, as in `concat {name}, other;`, or leave it out")),
            );
        }
    }

    fn refuse_unread_steps(&mut self, pipeline: &Pipeline) {
        let start = self.sources.get(pipeline.source).map(|used| used.span).unwrap_or_default();
        let mut flow = Flow { sources: &self.sources, unread: Some(start), lost: Vec::new() };
        flow.steps(&pipeline.steps);
        for span in flow.lost {
            let what = self.written(span).trim_end_matches(';').split_whitespace().collect::<Vec<_>>().join(" ");
            let help = match what.starts_with("input ") {
                true => "start with the `input` of one of the values, and leave it out there",
                false => "name it with `let NAME = { }` and read that, or leave it out",
            };
            self.report(
                Diagnostic::new(Code::Unused, span, format!("nothing reads what `{what}` gives"))
                    .because("the layer after it reads named values alone")
                    .help(help),
            );
        }
    }
}

/// The value that flows, while nothing has read it, and those that nothing ever did.
struct Flow<'s> {
    sources: &'s [SourceUse],
    unread: Option<Span>,
    lost: Vec<Span>,
}

impl Flow<'_> {
    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Layer(used) if used.layer.room().form() == Form::Combined => self.replaced(used.span),
                Step::Layer(used) => self.unread = Some(used.span),
                Step::Block { layer, steps } => {
                    self.unread = None;
                    self.inside(steps, None);
                    self.unread = Some(layer.span);
                }
                Step::Let { source, steps, .. } => self.binding(*source, steps),
                Step::Select { .. } => {}
            }
        }
    }

    fn replaced(&mut self, by: Span) {
        self.lost.extend(self.unread.replace(by));
    }

    /// A block that starts from the value that flows reads it, unless its first layer reads named values alone.
    fn binding(&mut self, source: Option<usize>, steps: &[Step]) {
        if source.is_none() && reads_start(steps) {
            self.unread = None;
        }
        let start = source.and_then(|source| self.sources.get(source)).map(|used| used.span);
        self.inside(steps, start);
    }

    fn inside(&mut self, steps: &[Step], unread: Option<Span>) {
        let mut inner = Flow { sources: self.sources, unread, lost: Vec::new() };
        inner.steps(steps);
        self.lost.extend(inner.lost);
    }
}

fn reads_start(steps: &[Step]) -> bool {
    for step in steps {
        match step {
            Step::Layer(used) => return used.layer.room().form() != Form::Combined,
            Step::Block { .. } => return true,
            Step::Let { source: None, steps, .. } if reads_start(steps) => return true,
            Step::Let { .. } | Step::Select { .. } => {}
        }
    }
    true
}
