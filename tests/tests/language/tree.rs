//! A syntax tree in a compact form: a line a statement, with the bytes where it stands.

use bert_dsl::syntax::ast::*;
use bert_dsl::{Span, Spanned};

/// The tree of a file.
pub(crate) fn shown(file: &File) -> String {
    let mut out = String::new();
    for head in &file.heads {
        docs(&head.docs, 0, &mut out);
        let visibility = head.visibility.as_ref().map_or_else(String::new, |visibility| format!("{} ", visibility.node));
        let closing = head.closing.span;
        line(&mut out, 0, &format!("{visibility}head {}", head.name.node), head.name.span.to(closing));
        statements(&head.body, 1, &mut out);
    }
    statements(&file.body, 0, &mut out);
    out
}

fn line(out: &mut String, depth: usize, text: &str, span: Span) {
    out.push_str(&format!("{}{text}  @{span:?}\n", "  ".repeat(depth)));
}

fn docs(docs: &[Doc], depth: usize, out: &mut String) {
    docs.iter().for_each(|doc| line(out, depth, &format!("doc {:?}", doc.node), doc.span));
}

fn statements(body: &[Statement], depth: usize, out: &mut String) {
    for statement in body {
        docs(&statement.docs, depth, out);
        let (text, block) = parts(&statement.kind);
        line(out, depth, &text, statement.span);
        statements(block, depth + 1, out);
    }
}

fn parts(kind: &StatementKind) -> (String, &[Statement]) {
    match kind {
        StatementKind::Labels(items) => (format!("labels {}", list(items, label)), &[]),
        StatementKind::Given { name, kind } => (format!("given {}: {}", name.node, call(kind)), &[]),
        StatementKind::Input(words) => (format!("input {}", list(words, |word| word.node.clone())), &[]),
        StatementKind::Layer { path, call: layer, block } => {
            let path = path.as_ref().map_or_else(|| "(no name)".to_owned(), |path| path.dotted());
            (format!("layer {path}: {}", call(layer)), block.as_deref().unwrap_or_default())
        }
        StatementKind::Scope { path, block } => (format!("scope {}", path.dotted()), block),
        StatementKind::Let { name, block } => (format!("let {}", name.node), block),
        StatementKind::Use(name) => (format!("use {}", name.node), &[]),
        StatementKind::Output(name) => (format!("output {}", name.node), &[]),
        StatementKind::Loss(kind) => (format!("loss {}", call(kind)), &[]),
        StatementKind::Decode(kind) => (format!("decode {}", call(kind)), &[]),
        StatementKind::Malformed => ("malformed".to_owned(), &[]),
        StatementKind::Docs => ("nothing".to_owned(), &[]),
    }
}

fn list<T>(items: &[T], one: impl Fn(&T) -> String) -> String {
    items.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn label(item: &LabelItem) -> String {
    let names: String = item.names.iter().map(|name| format!("{} = ", name.node)).collect();
    format!("{names}{:?}", item.value.node)
}

fn call(call: &Call) -> String {
    format!("{}({})", call.word.node, list(&call.arguments, argument))
}

fn argument(argument: &Argument) -> String {
    let key = argument.key.as_ref().map_or_else(String::new, |key| format!("{} = ", key.node));
    format!("{key}{}", value(&argument.value))
}

fn value(written: &Spanned<Value>) -> String {
    let optional = |side: &Option<Spanned<Expression>>| side.as_ref().map_or_else(String::new, |side| expression(side));
    match &written.node {
        Value::Expression(inner) => expression(inner),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => format!("[{}]", list(items, value)),
        Value::Arrow(from, to) => format!("{} -> {}", optional(from), expression(to)).trim_start().to_owned(),
        Value::Range(from, to) => format!("{}..{}", optional(from), optional(to)),
    }
}

fn expression(written: &Expression) -> String {
    match written {
        Expression::Number(text) | Expression::Name(text) => text.clone(),
        Expression::Negative(inner) => format!("(- {})", expression(inner)),
        Expression::Binary(left, operator, right) => format!("({} {} {})", operator.sign(), expression(left), expression(right)),
    }
}
