//! `use NAME;`: the layers of a head above, as if they were written here.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Head, Name, Statement, StatementKind, StatementNode};
use crate::syntax::{MAX_DEPTH, MAX_STATEMENTS};

/// How many names a misspelled one is held against.
const MAX_NEAR: usize = 200;

/// The heads of a source that were checked so far.
pub(super) struct Above<'h> {
    all: &'h [Head],
    /// Each with whether it is right, and their numbers by their names.
    done: Vec<(Whole<'h>, bool)>,
    names: HashMap<String, usize>,
    /// How many statements were written out by now.
    written: usize,
}

/// A head with the layers that it uses written out.
pub(super) struct Whole<'h> {
    pub head: Cow<'h, Head>,
    used: Vec<Used>,
    /// How many statements its layers are, and how deep they are nested.
    extent: (usize, usize),
    /// How many heads use one another down from here.
    chain: usize,
}

/// A head that another one uses, itself or through those that it uses.
#[derive(Clone, Copy)]
struct Used {
    /// The place of the head.
    place: Span,
    /// The place of the `use`.
    by: Span,
    is_right: bool,
}

impl<'h> Above<'h> {
    pub fn of(all: &'h [Head]) -> Self {
        Self { all, done: Vec::new(), names: HashMap::new(), written: 0 }
    }

    /// Takes down that a head was checked, and whether it is right.
    pub fn push(&mut self, whole: Whole<'h>, is_right: bool) {
        self.names.entry(whole.head.name.node.clone()).or_insert(self.done.len());
        self.done.push((whole, is_right));
    }

    fn named(&self, name: &str) -> Option<&(Whole<'h>, bool)> {
        self.done.get(*self.names.get(name)?)
    }

    /// A head with other heads' layers in place of each `use`. One that cannot be written out is reported, and stays.
    pub fn written_out(&mut self, head: &'h Head, found: &mut Diagnostics) -> Whole<'h> {
        if !uses_others(&head.body) {
            let whole = Whole { head: Cow::Borrowed(head), used: Vec::new(), extent: (0, 0), chain: 0 };
            return whole.measured();
        }
        let mut writer = Writer { above: self, user: head, used: Vec::new(), written: self.written, chain: 0, found };
        let begins = head.body.iter().position(|statement| matches!(statement.kind, StatementKind::Input(_)));
        let (declarations, pipelines) = head.body.split_at(begins.unwrap_or(head.body.len()));
        let body = declarations.iter().cloned().chain(writer.statements(pipelines, 1)).collect();
        let (used, written, chain) = (writer.used, writer.written, writer.chain);
        self.written = written;
        Whole { head: Cow::Owned(Head { body, ..head.clone() }), used, extent: (0, 0), chain }.measured()
    }
}

/// Whether there is a `use` among statements or inside of them.
fn uses_others(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| match &statement.kind {
        StatementKind::Use(_) => true,
        StatementKind::Scope { block, .. } | StatementKind::Let { block, .. } | StatementKind::Layer { block: Some(block), .. } => {
            uses_others(block)
        }
        _ => false,
    })
}

impl Used {
    fn holds(&self, span: Span) -> bool {
        self.place.start <= span.start && span.end <= self.place.end
    }
}

/// An error in a head that is right by itself, and where that is used.
fn used_at(mut diagnostic: Diagnostic, places: &[&Used]) -> Diagnostic {
    let own = diagnostic.span;
    if !places.is_empty() {
        diagnostic.related.retain(|(span, _)| *span != own);
    }
    places.iter().fold(diagnostic, |diagnostic, used| diagnostic.also(used.by, "the head is used here"))
}

impl Whole<'_> {
    fn measured(mut self) -> Self {
        self.extent = extent(self.layers());
        self
    }

    /// What is wrong with the head, apart from what is wrong with a head that it uses; errors there say who uses it.
    pub fn told(&self, found: Diagnostics) -> Diagnostics {
        let mut told = Diagnostics::default();
        for diagnostic in found.iter().cloned() {
            let mut places: Vec<&Used> = self.used.iter().filter(|used| used.holds(diagnostic.span)).collect();
            places.dedup_by_key(|used| used.by);
            if places.iter().all(|used| used.is_right) {
                told.push(used_at(diagnostic, &places));
            }
        }
        told
    }

    /// The layers of the head: all that stands behind its only `input` but outputs, losses and decodes.
    fn layers(&self) -> impl Iterator<Item = &Statement> {
        let is_layer = |statement: &&Statement| match statement.kind {
            StatementKind::Layer { .. } | StatementKind::Scope { .. } | StatementKind::Let { .. } => true,
            StatementKind::Use(_) | StatementKind::Malformed => true,
            StatementKind::Labels(_) | StatementKind::Given { .. } | StatementKind::Input(_) | StatementKind::Docs => false,
            StatementKind::Output(_) | StatementKind::Loss(_) | StatementKind::Decode(_) => false,
        };
        let pipeline = self.head.body.iter().skip_while(|statement| !matches!(statement.kind, StatementKind::Input(_)));
        pipeline.filter(is_layer)
    }

    fn place(&self) -> Span {
        self.head.name.span.to(self.head.closing.span)
    }
}

/// Writes out what a head uses.
struct Writer<'a, 'h> {
    above: &'a Above<'h>,
    user: &'a Head,
    used: Vec<Used>,
    written: usize,
    chain: usize,
    found: &'a mut Diagnostics,
}

impl Writer<'_, '_> {
    fn statements(&mut self, statements: &[Statement], depth: usize) -> Vec<Statement> {
        statements.iter().flat_map(|statement| self.statement(statement, depth)).collect()
    }

    fn statement(&mut self, statement: &Statement, depth: usize) -> Vec<Statement> {
        let StatementNode { docs, kind } = &statement.node;
        let kind = match kind {
            StatementKind::Use(name) if docs.is_empty() => return self.layers(name, depth).unwrap_or_else(|| vec![statement.clone()]),
            StatementKind::Scope { path, block } => StatementKind::Scope { path: path.clone(), block: self.statements(block, depth + 1) },
            StatementKind::Let { name, block } => StatementKind::Let { name: name.clone(), block: self.statements(block, depth + 1) },
            StatementKind::Layer { path, call, block: Some(block) } => {
                let block = Some(self.statements(block, depth + 1));
                StatementKind::Layer { path: path.clone(), call: call.clone(), block }
            }
            other => other.clone(),
        };
        vec![Spanned::new(StatementNode { docs: docs.clone(), kind }, statement.span)]
    }

    /// The layers of the head of a name; `None` after an error.
    fn layers(&mut self, name: &Name, depth: usize) -> Option<Vec<Statement>> {
        let Some((whole, is_right)) = self.above.named(name) else {
            self.unknown(name);
            return None;
        };
        self.check(name, whole, depth)?;
        let inner = whole.used.iter().map(|inner| Used { by: name.span, ..*inner });
        self.used.extend(inner.chain([Used { place: whole.place(), by: name.span, is_right: *is_right }]));
        Some(whole.layers().cloned().collect())
    }

    fn check(&mut self, name: &Name, whole: &Whole<'_>, depth: usize) -> Option<()> {
        let inputs = whole.head.body.iter().filter(|statement| matches!(statement.kind, StatementKind::Input(_)));
        let (count, deepest) = whole.extent;
        let (written, chain) = (self.written + count, whole.chain + 1);
        let fault = match inputs.clone().nth(1) {
            Some(second) => {
                let message = format!("`{}` has several pipelines, and `use` stands for the layers of one", name.node);
                let diagnostic = Diagnostic::new(Code::Order, name.span, message).also(second.span, "the second one begins here");
                diagnostic.help("move the layers into a head of one pipeline, and use that in both")
            }
            None if count == 0 => Diagnostic::new(Code::Empty, name.span, format!("`{}` has no layers to use", name.node))
                .also(whole.head.name.span, "it is declared here")
                .help("leave it out"),
            None if depth + deepest > MAX_DEPTH => {
                let message = format!("the layers of `{}` are nested too deeply here", name.node);
                Diagnostic::new(Code::TooDeep, name.span, message).help("make the scopes fewer")
            }
            None if chain > MAX_DEPTH => {
                let message = format!("more than {MAX_DEPTH} heads use one another here");
                Diagnostic::new(Code::TooDeep, name.span, message).help(format!("write the layers of `{}` here", name.node))
            }
            None if written > MAX_STATEMENTS => {
                let message = format!("with the layers of `{}` this source has more than {MAX_STATEMENTS} statements", name.node);
                Diagnostic::new(Code::TooMany, name.span, message).help("use fewer layers")
            }
            None => {
                (self.written, self.chain) = (written, self.chain.max(chain));
                return Some(());
            }
        };
        self.found.push(fault);
        None
    }

    fn unknown(&mut self, name: &Name) {
        let (user, above) = (&self.user.name, self.above);
        let declared = above.all.iter().find(|head| head.name.node == name.node);
        let diagnostic = match declared {
            Some(_) if name.node == user.node => Diagnostic::new(Code::Order, name.span, "a head cannot use its own layers")
                .help("leave it out, or move the layers into a head above this one"),
            Some(below) => {
                let message = format!("`{}` is declared below, and a head uses those above it", name.node);
                Diagnostic::new(Code::Order, name.span, message)
                    .also(below.name.span, "it is declared here")
                    .help(format!("move `{}` above `{}`", name.node, user.node))
            }
            None => {
                let names = above.done.iter().rev().take(MAX_NEAR).map(|(whole, _)| whole.head.name.as_str());
                let declare = || format!("declare it above in this source: `head {} {{ input tokens; .. }}`", name.node);
                let message = format!("no head above is called `{}`", name.node);
                Diagnostic::new(Code::UnknownName, name.span, message).meant(name, names, declare)
            }
        };
        self.found.push(diagnostic);
    }
}

/// How many statements there are, and how deep they are nested.
fn extent<'s>(statements: impl IntoIterator<Item = &'s Statement>) -> (usize, usize) {
    let inside = |statement: &Statement| match &statement.kind {
        StatementKind::Scope { block, .. } | StatementKind::Let { block, .. } | StatementKind::Layer { block: Some(block), .. } => {
            let (count, depth) = extent(block);
            (count + 1, depth + 1)
        }
        _ => (1, 0),
    };
    statements.into_iter().map(inside).fold((0, 0), |(count, depth), (more, deep)| (count + more, depth.max(deep)))
}
