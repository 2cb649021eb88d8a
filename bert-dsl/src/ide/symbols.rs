//! What a source declares, as an outline.

use crate::check::{Analysis, set_text};
use crate::source::Span;
use crate::syntax::ast::{Call, Head, Statement, StatementKind};

/// Something that a source declares, with what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Symbol {
    /// How it is called.
    pub name: String,
    /// What it is, in a word or two.
    pub detail: String,
    /// Its kind.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// Its name, within that.
    pub name_span: Span,
    /// What is in it.
    pub children: Vec<Symbol>,
}

/// What a symbol is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolKind {
    /// A head.
    Head,
    /// A label set.
    Labels,
    /// What is given.
    Given,
    /// A pipeline's source.
    Source,
    /// A layer.
    Layer,
    /// A scope.
    Scope,
    /// A named value.
    Value,
    /// An output.
    Output,
    /// A loss or a decode.
    Outcome,
}

/// What a source declares, in its order: heads with what is in them, or the statements of a bare body.
///
/// ```
/// use bert_dsl::{check, ide, Bare, Source};
///
/// let source = Source::new("two.head", "head Two { input pooled; classifier: linear hidden -> 2; }");
/// let found = ide::symbols(&check(&source, Bare::Refused));
/// let names: Vec<&str> = found[0].children.iter().map(|child| child.name.as_str()).collect();
/// assert_eq!((found[0].name.as_str(), names), ("Two", vec!["input pooled", "classifier"]));
/// ```
pub fn symbols(analysis: &Analysis) -> Vec<Symbol> {
    let heads = analysis.file.heads.iter().map(head);
    heads.chain(inside(&analysis.file.body)).collect()
}

fn head(head: &Head) -> Symbol {
    let children = inside(&head.body);
    let (name, name_span) = (head.name.node.clone(), head.name.span);
    Symbol { name, detail: "head".to_owned(), kind: SymbolKind::Head, span: name_span.to(head.closing.span), name_span, children }
}

fn inside(statements: &[Statement]) -> Vec<Symbol> {
    statements.iter().filter_map(symbol).collect()
}

fn symbol(statement: &Statement) -> Option<Symbol> {
    let span = statement.span;
    let leaf = |name: String, detail: &str, kind, name_span| {
        Some(Symbol { name, detail: detail.to_owned(), kind, span, name_span, children: Vec::new() })
    };
    match &statement.kind {
        StatementKind::Labels(items) => leaf(set_text(items), "labels", SymbolKind::Labels, span),
        StatementKind::Given { name, kind } => leaf(name.node.clone(), &kind.word, SymbolKind::Given, name.span),
        StatementKind::Input(words) => {
            let words = words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ");
            leaf(format!("input {words}"), "", SymbolKind::Source, span)
        }
        StatementKind::Use(name) => leaf(format!("use {}", name.node), "", SymbolKind::Layer, name.span),
        StatementKind::Output(name) => leaf(name.node.clone(), "output", SymbolKind::Output, name.span),
        StatementKind::Loss(call) => leaf(format!("loss {}", call.word.node), "", SymbolKind::Outcome, call.word.span),
        StatementKind::Decode(call) => leaf(format!("decode {}", call.word.node), "", SymbolKind::Outcome, call.word.span),
        StatementKind::Layer { path, call, block } => {
            let (name, name_span) =
                path.as_ref().map_or_else(|| (call.word.node.clone(), call.word.span), |path| (path.dotted(), path.span));
            Some(Symbol { children: inside(block.as_deref().unwrap_or_default()), ..leaf(name, word(call), SymbolKind::Layer, name_span)? })
        }
        StatementKind::Scope { path, block } => {
            Some(Symbol { children: inside(block), ..leaf(path.dotted(), "", SymbolKind::Scope, path.span)? })
        }
        StatementKind::Let { name, block } => {
            Some(Symbol { children: inside(block), ..leaf(name.node.clone(), "let", SymbolKind::Value, name.span)? })
        }
        StatementKind::Malformed | StatementKind::Docs => None,
    }
}

fn word(call: &Call) -> &str {
    &call.word.node
}
