//! What of the language a program uses.

use std::collections::BTreeSet;

use bert_dsl::syntax::ast::{Argument, Call, Expression, File, LabelItem, LabelValue, Name, Statement, StatementKind, Value};

/// The words of a program, each with what it is: `layer relu`, `linear bias`, `input tokens per choice`.
pub(crate) fn used(file: &File) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for head in &file.heads {
        found.insert("head".to_owned());
        note(&mut found, !head.docs.is_empty(), "docs of a head");
        note(&mut found, head.visibility.is_some(), "visibility");
        statements(&head.body, &mut found);
    }
    note(&mut found, !file.body.is_empty(), "bare body");
    statements(&file.body, &mut found);
    found
}

fn note(found: &mut BTreeSet<String>, is_there: bool, what: &str) {
    if is_there {
        found.insert(what.to_owned());
    }
}

fn statements(body: &[Statement], found: &mut BTreeSet<String>) {
    for statement in body {
        match &statement.kind {
            StatementKind::Labels(items) => labels(items, found),
            StatementKind::Given { kind, .. } => drop(found.insert(format!("given {}", kind.word.node))),
            StatementKind::Input(words) => source(words, found),
            StatementKind::Layer { path, call, block } => {
                note(found, path.is_some(), "path");
                self::call("layer", call, found);
                statements(block.as_deref().unwrap_or_default(), found);
            }
            StatementKind::Scope { path, block } if path.dotted() == "residual" => {
                found.insert("layer residual".to_owned());
                statements(block, found);
            }
            StatementKind::Scope { block, .. } => {
                found.insert("scope".to_owned());
                statements(block, found);
            }
            StatementKind::Let { block, .. } => {
                let starts = block.first().is_some_and(|first| matches!(first.kind, StatementKind::Input(_)));
                found.insert(if starts { "let with input" } else { "let" }.to_owned());
                note(found, block.is_empty(), "let of nothing");
                statements(block, found);
            }
            StatementKind::Output(_) => {
                note(found, !statement.docs.is_empty(), "docs of an output");
                found.insert("output".to_owned());
            }
            StatementKind::Loss(call) => self::call("loss", call, found),
            StatementKind::Decode(call) => self::call("decode", call, found),
            StatementKind::Use(_) => drop(found.insert("use".to_owned())),
            StatementKind::Malformed | StatementKind::Docs => {}
        }
    }
}

fn source(words: &[Name], found: &mut BTreeSet<String>) {
    let words: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
    found.insert(format!("input {}", words.join(" ")));
}

fn labels(items: &[LabelItem], found: &mut BTreeSet<String>) {
    for LabelItem { names, value } in items {
        let what = match &value.node {
            LabelValue::Name(_) => "labels by name",
            LabelValue::Text(_) => "labels by text",
            LabelValue::Count(_) => "labels by number",
            LabelValue::Enum(_) => "labels of an enum",
        };
        found.insert(what.to_owned());
        note(found, !names.is_empty(), "labels with a name");
    }
}

fn call(kind: &str, call: &Call, found: &mut BTreeSet<String>) {
    let word = &call.word.node;
    found.insert(format!("{kind} {word}"));
    for Argument { key, value } in &call.arguments {
        match (key, &value.node) {
            (Some(key), _) => drop(found.insert(format!("{word} {}", key.node))),
            (None, Value::Expression(Expression::Name(name))) => drop(found.insert(format!("{word} {name}"))),
            (None, Value::Range(from, to)) => drop(found.insert(format!("{word} {}..{}", from.is_some(), to.is_some()))),
            (None, Value::Arrow(from, _)) => drop(found.insert(format!("{word} {}->", from.is_some()))),
            (None, _) => drop(found.insert(format!("{word} value"))),
        }
    }
}
