//! From a syntax tree to checked heads, with every error at once.

mod arguments;
mod declare;
mod enums;
mod head;
mod names;
mod outputs;
mod pipeline;
mod reuse;
mod sizes;
mod teach;
mod types;
mod unused;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

pub(crate) use arguments::Arguments;
pub(crate) use declare::{GIVEN_KINDS, set_text};
use names::Names;
pub(crate) use pipeline::SOURCES;
use reuse::Above;
use teach::Origin;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::dim::{Dim, Symbol};
use crate::ir::{CheckedHead, EnumRule, Given, LabelSet, Operand, Parameter, SourceUse};
use crate::shape::Type;
use crate::source::{Source, Span, Spanned};
use crate::syntax::ast::{File, Head, Name, Statement, StatementKind};

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
    /// The heads that are wrong, as far as they could be read: for what looks at a text while it is written, and nothing else.
    attempts: Vec<CheckedHead>,
    diagnostics: Diagnostics,
}

impl Analysis {
    /// The errors, in the order of the source.
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }

    /// All heads as far as they could be read, right or wrong.
    pub(crate) fn seen(&self) -> impl Iterator<Item = &CheckedHead> {
        self.heads.iter().chain(&self.attempts)
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
    let (file, mut diagnostics) = crate::syntax::tree(source);
    let (mut outlines, mut checked, mut attempts) = (Vec::new(), Vec::new(), Vec::new());
    let heads = declared(&file, bare, &mut diagnostics);
    let mut above = Above::of(&heads);
    for head in heads.iter() {
        let whole = above.written_out(head, &mut diagnostics);
        let mut checker = Checker::new(source, &diagnostics);
        let read = checker.head(&whole.head);
        let is_right = checker.found.is_empty();
        diagnostics.extend(whole.told(checker.found));
        outlines.push(read.outline);
        above.push(whole, is_right);
        let kept = if read.is_right { &mut checked } else { &mut attempts };
        kept.push(read.head);
    }
    drop(above);
    drop(heads);
    types::refuse_clashes(&checked, &mut diagnostics);
    Analysis { file, outlines, heads: checked, attempts, diagnostics: diagnostics.sorted() }
}

/// The heads of a file, a bare body among them.
fn declared<'f>(file: &'f File, bare: Bare<'_>, found: &mut Diagnostics) -> Cow<'f, [Head]> {
    let heads = file.heads.as_slice();
    duplicates(heads, found);
    let is_read = |statement: &&Statement| !matches!(statement.kind, StatementKind::Malformed);
    let Some(first) = file.body.iter().find(is_read) else {
        if heads.is_empty() && found.is_empty() {
            let help = match bare {
                Bare::Named(_) => {
                    "write `head NAME { input pooled; linear hidden -> 2; }`, or a bare body such as `input pooled; linear 768->2`"
                }
                Bare::Refused => "write `head NAME { input pooled; linear hidden -> 2; }`",
            };
            found.push(Diagnostic::new(Code::NoHead, Span::default(), "no head is declared here").help(help));
        }
        return Cow::Borrowed(heads);
    };
    let malformed = matches!(first.kind, StatementKind::Malformed);
    match (heads.is_empty(), bare) {
        (false, _) | (true, Bare::Refused) if malformed => {}
        (false, _) => {
            let message = "this statement stands outside of any head";
            found.push(Diagnostic::new(Code::MixedForms, first.span, message).help("move it into a `head NAME { .. }`"));
        }
        (true, _) if nameless_head(file).is_some() => {
            let span = nameless_head(file).map_or(first.span, |word| word.span);
            let help = "write `head NAME { .. }`, as in `head Sentiment { .. }`";
            found.push(Diagnostic::new(Code::NamelessHead, span, "this head has no name").help(help));
        }
        (true, Bare::Refused) => {
            let message = "this body has no name";
            let help = "write `head NAME { .. }` around it";
            let reason = "the names of the Rust types that it becomes are made from it";
            found.push(Diagnostic::new(Code::NamelessHead, first.span, message).because(reason).help(help));
        }
        (true, Bare::Named(name)) => {
            let name = Spanned::new(name.to_owned(), first.span);
            let closing = Spanned::new((), first.span);
            return Cow::Owned(vec![Head { docs: vec![], visibility: None, name, body: file.body.clone(), closing }]);
        }
    }
    Cow::Borrowed(heads)
}

/// `head { input .. }`: the word that looks like a scope's name.
fn nameless_head(file: &File) -> Option<&Name> {
    file.body.iter().find_map(|statement| match &statement.kind {
        StatementKind::Scope { path, block } if holds_input(block) => path.single().filter(|word| word.node == "head"),
        _ => None,
    })
}

/// Whether a block is a head's body rather than one of layers.
fn holds_input(block: &[Statement]) -> bool {
    block.iter().any(|statement| matches!(statement.kind, StatementKind::Input(_)))
}

fn duplicates(heads: &[Head], found: &mut Diagnostics) {
    let mut names: HashMap<&str, Span> = HashMap::new();
    for head in heads {
        let Some(first) = names.insert(&head.name.node, head.name.span) else { continue };
        let message = format!("a head called `{}` is declared already", head.name.node);
        found.push(
            Diagnostic::new(Code::DuplicateHead, head.name.span, message)
                .also(first, "first declared here")
                .help("give one of them another name"),
        );
    }
}

/// The checker of one head: what is declared, what is known, and what was found wrong.
pub(crate) struct Checker<'a> {
    source: &'a Source,
    found: Diagnostics,
    malformed: bool,
    pub sets: Vec<LabelSet>,
    /// The sets by their names, the places of their types' names, and the names of sets that are wrong.
    set_names: HashMap<String, usize>,
    set_types: HashMap<String, Span>,
    broken_sets: HashSet<String>,
    /// The fields of what is given.
    given_fields: HashMap<String, Name>,
    pub givens: Vec<Given>,
    known: BTreeMap<Symbol, (i128, Span)>,
    pending: Vec<(Dim, Dim)>,
    at_least: Vec<(Dim, i128)>,
    enum_rules: Vec<EnumRule>,
    /// Values with a name; those of earlier pipelines, by name; and names that were reported as unknown.
    values: BTreeMap<String, Value>,
    earlier: HashMap<String, Span>,
    unknown: HashSet<String>,
    /// Values that nothing read.
    unread: Vec<(String, Span)>,
    names: Names,
    sources: Vec<SourceUse>,
    parameters: Vec<Parameter>,
    /// Where the value that flows comes from.
    origin: Origin,
    /// How many blocks with a value of their own are open, and the `split` that ended the pipeline.
    blocks: usize,
    split: Option<Span>,
}

/// A value with a name.
#[derive(Debug, Clone)]
struct Value {
    operand: Operand,
    span: Span,
    origin: Origin,
    read: bool,
}

impl<'a> Checker<'a> {
    fn new(source: &'a Source, before: &Diagnostics) -> Self {
        Self {
            source,
            found: Diagnostics::default(),
            malformed: !before.is_empty(),
            sets: Vec::new(),
            set_names: HashMap::new(),
            set_types: HashMap::new(),
            broken_sets: HashSet::new(),
            given_fields: HashMap::new(),
            givens: Vec::new(),
            known: BTreeMap::new(),
            pending: Vec::new(),
            at_least: Vec::new(),
            enum_rules: Vec::new(),
            values: BTreeMap::new(),
            earlier: HashMap::new(),
            unknown: HashSet::new(),
            unread: Vec::new(),
            names: Names::default(),
            sources: Vec::new(),
            parameters: Vec::new(),
            origin: Origin::default(),
            blocks: 0,
            split: None,
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
    pub(crate) fn operand(&mut self, name: Spanned<&str>) -> Operand {
        if let Some(value) = self.values.get_mut(name.node) {
            value.read = true;
            return value.operand.clone();
        }
        if self.unknown.insert(name.node.to_owned()) {
            self.unknown_value(name);
        }
        Operand { name: name.node.to_owned(), given: false, ty: Type::Unknown }
    }

    fn unknown_value(&mut self, name: Spanned<&str>) {
        let diagnostic = Diagnostic::new(Code::UnknownName, name.span, format!("no value is called `{}` here", name.node));
        let diagnostic = match self.earlier.get(name.node) {
            Some(&span) => diagnostic
                .because("a `let` is known to the end of its own pipeline")
                .also(span, "this one belongs to an earlier pipeline")
                .help("write it in this pipeline too, under another name"),
            None => {
                let otherwise = || format!("name a value before, as in `let {} = {{ .. }}`", name.node);
                diagnostic.meant(name.node, self.values.keys().map(String::as_str), otherwise)
            }
        };
        self.report(diagnostic);
    }

    fn bind(&mut self, name: &Spanned<String>, given: bool, ty: Type, origin: Origin) {
        let operand = Operand { name: name.node.clone(), given, ty };
        let value = Value { operand, span: name.span, origin, read: false };
        let Some(first) = self.values.insert(name.node.clone(), value) else { return };
        let message = format!("`{}` names a value already", name.node);
        self.report(
            Diagnostic::new(Code::DuplicateName, name.span, message).also(first.span, "first named here").help("choose another name"),
        );
    }

    /// Forgets the values of the pipeline that ends here.
    fn forget_values(&mut self) {
        let (given, ended): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.values).into_iter().partition(|(_, value)| value.operand.given);
        self.values = given;
        self.unread.extend(ended.iter().filter(|(_, value)| !value.read).map(|(name, value)| (name.clone(), value.span)));
        self.earlier.extend(ended.into_iter().map(|(name, value)| (name, value.span)));
    }
}
