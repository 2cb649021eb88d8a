//! From a syntax tree to checked heads, with every error at once.

mod arguments;
mod declare;
mod head;
mod names;
mod pipeline;
mod sizes;
mod teach;

use std::collections::BTreeMap;

pub(crate) use arguments::Arguments;
use names::Names;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dim::{Dim, Symbol};
use crate::ir::{CheckedHead, Given, LabelSet, Operand, Parameter, SourceUse};
use crate::nearest::suggestion;
use crate::shape::Type;
use crate::source::{Source, Span, Spanned};
use crate::syntax::ast::{File, Head};

/// What a bare body is called: `input pooled; linear 768->2` has no name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bare<'a> {
    /// By the Rust type that derives it, or by its file.
    Named(&'a str),
    /// A bare body is an error here.
    Refused,
}

/// What is known of a head whether or not it is right: enough for the rest of a user's file to type-check.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Its name.
    pub name: String,
    /// What stands in front of `head`.
    pub visibility: String,
    /// The label sets that could be read.
    pub sets: Vec<LabelSet>,
    /// The names of its outputs.
    pub outputs: Vec<String>,
}

/// All that checking a source has found.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// The syntax tree.
    pub file: File,
    /// Its heads, right or wrong.
    pub outlines: Vec<Outline>,
    heads: Vec<CheckedHead>,
    diagnostics: Diagnostics,
}

impl Analysis {
    /// The errors, in the order of the source.
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// The checked heads.
    ///
    /// # Errors
    /// All errors of the source, if it has any.
    pub fn heads(self) -> Result<Vec<CheckedHead>, Diagnostics> {
        if self.diagnostics.is_empty() { Ok(self.heads) } else { Err(self.diagnostics) }
    }
}

/// Checks a source.
///
/// ```
/// use bert_dsl::{check, Bare, Source};
///
/// let source = Source::new("two.head", "input pooled; linear 768->2");
/// let heads = check(&source, Bare::Named("Two")).heads()?;
/// assert_eq!(heads[0].parameters[0].path, "linear.weight");
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
pub fn check(source: &Source, bare: Bare<'_>) -> Analysis {
    let (file, diagnostics) = crate::syntax::tree(source);
    let mut analysis = Analysis { file, outlines: Vec::new(), heads: Vec::new(), diagnostics };
    for head in declared(&analysis.file.clone(), bare, &mut analysis.diagnostics) {
        let mut checker = Checker::new(source, &analysis.diagnostics);
        let (outline, checked) = checker.head(&head);
        analysis.diagnostics.extend(checker.found);
        analysis.outlines.push(outline);
        analysis.heads.extend(checked);
    }
    analysis.diagnostics = analysis.diagnostics.sorted();
    analysis
}

/// The heads of a file, a bare body among them.
fn declared(file: &File, bare: Bare<'_>, found: &mut Diagnostics) -> Vec<Head> {
    let mut heads = file.heads.clone();
    duplicates(&heads, found);
    let Some(first) = file.body.first() else {
        if heads.is_empty() && found.is_empty() {
            let help = "write `head NAME { input pooled; linear hidden -> 2; }`, or a bare body such as `input pooled; linear 768->2`";
            found.push(Diagnostic::new(Code::NoHead, Span::default(), "no head is declared here").help(help));
        }
        return heads;
    };
    match (heads.is_empty(), bare) {
        (false, _) => {
            let message = "this statement stands outside of any head";
            found.push(Diagnostic::new(Code::MixedForms, first.span, message).help("move it into a `head NAME { .. }`"));
        }
        (true, Bare::Refused) => {
            let message = "this body has no name";
            let help = "write `head NAME { .. }` around it";
            let reason = "the names of the Rust types that it becomes are made from it";
            found.push(Diagnostic::new(Code::NamelessHead, first.span, message).because(reason).help(help));
        }
        (true, Bare::Named(name)) => {
            let name = Spanned::new(name.to_owned(), first.span);
            heads.push(Head { docs: vec![], visibility: None, name, body: file.body.clone() });
        }
    }
    heads
}

fn duplicates(heads: &[Head], found: &mut Diagnostics) {
    for (i, head) in heads.iter().enumerate() {
        if let Some(first) = heads[..i].iter().find(|first| first.name == head.name) {
            let message = format!("a head called `{}` is declared already", head.name.node);
            found.push(
                Diagnostic::new(Code::DuplicateHead, head.name.span, message)
                    .also(first.name.span, "first declared here")
                    .help("give one of them another name"),
            );
        }
    }
}

/// The checker of one head: what is declared, what is known, and what was found wrong.
pub(crate) struct Checker<'a> {
    source: &'a Source,
    found: Diagnostics,
    malformed: bool,
    pub sets: Vec<LabelSet>,
    broken_sets: Vec<String>,
    pub givens: Vec<Given>,
    known: BTreeMap<Symbol, (i128, Span)>,
    pending: Vec<(Dim, Dim)>,
    values: Vec<Value>,
    names: Names,
    sources: Vec<SourceUse>,
    parameters: Vec<Parameter>,
    /// Where the value that flows got its feature size, and where it lost its token axis.
    made: Span,
    folded: Option<Span>,
    current_source: Option<usize>,
}

/// A value with a name.
#[derive(Debug, Clone)]
struct Value {
    operand: Operand,
    span: Span,
}

impl<'a> Checker<'a> {
    fn new(source: &'a Source, before: &Diagnostics) -> Self {
        Self {
            source,
            found: Diagnostics::default(),
            malformed: !before.is_empty(),
            sets: Vec::new(),
            broken_sets: Vec::new(),
            givens: Vec::new(),
            known: BTreeMap::new(),
            pending: Vec::new(),
            values: Vec::new(),
            names: Names::default(),
            sources: Vec::new(),
            parameters: Vec::new(),
            made: Span::default(),
            folded: None,
            current_source: None,
        }
    }

    /// Takes down an error.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// The text at a place.
    pub(crate) fn written(&self, span: Span) -> &'a str {
        self.source.slice(span)
    }

    /// The value of a name; after an error one of which nothing is known.
    pub(crate) fn operand(&mut self, name: Spanned<&str>) -> Option<Operand> {
        if let Some(value) = self.values.iter().rev().find(|value| value.operand.name == name.node) {
            return Some(value.operand.clone());
        }
        let known = self.values.iter().map(|value| value.operand.name.as_str());
        let help = suggestion(name.node, known).unwrap_or_else(|| format!("name a value before, as in `let {} = {{ .. }}`", name.node));
        self.report(Diagnostic::new(Code::UnknownName, name.span, format!("no value is called `{}` here", name.node)).help(help));
        Some(Operand { name: name.node.to_owned(), given: false, ty: Type::Unknown })
    }

    fn bind(&mut self, name: &Spanned<String>, given: bool, ty: Type) {
        if let Some(first) = self.values.iter().find(|value| value.operand.name == name.node) {
            let message = format!("`{}` names a value already", name.node);
            let first = first.span;
            self.report(
                Diagnostic::new(Code::DuplicateName, name.span, message).also(first, "first named here").help("choose another name"),
            );
        }
        self.values.push(Value { operand: Operand { name: name.node.clone(), given, ty }, span: name.span });
    }
}
