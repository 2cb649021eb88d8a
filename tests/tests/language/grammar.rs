//! The parser against the language's grammar: both see the same statements at the same places, in right texts and in broken ones.

use bert_dsl::syntax::ast::{Statement, StatementKind};
use bert_dsl::{Code, Source, parse};
use pest::Parser;
use pest::iterators::Pair;
use pest_derive::Parser;

use crate::mutations::{changed, corpus};

#[derive(Parser)]
#[grammar = "tests/language/grammar.pest"]
struct Grammar;

/// What stands where.
type Found = Vec<(usize, String)>;

fn by_grammar(text: &str) -> Found {
    let mut found = Vec::new();
    Grammar::parse(Rule::file, text).unwrap().for_each(|pair| listed(pair, &mut found));
    found.sort();
    found
}

fn listed(pair: Pair<'_, Rule>, found: &mut Found) {
    let start = pair.as_span().start();
    match pair.as_rule() {
        Rule::head => {
            let name = pair.clone().into_inner().find(|part| part.as_rule() == Rule::name).unwrap();
            found.push((name.as_span().start(), "head".to_owned()));
        }
        Rule::malformed => return found.push((start, "malformed".to_owned())),
        Rule::labels | Rule::given | Rule::input | Rule::reuse | Rule::binding | Rule::output | Rule::loss | Rule::decode => {
            found.push((start, format!("{:?}", pair.as_rule())));
        }
        Rule::scope | Rule::layer => found.push((start, format!("{:?}", pair.as_rule()))),
        _ => {}
    }
    pair.into_inner().for_each(|part| listed(part, found));
}

fn by_parser(source: &Source) -> Found {
    let (file, _) = parse(source);
    let mut found = Vec::new();
    for head in &file.heads {
        found.push((head.name.span.start as usize, "head".to_owned()));
        stated(&head.body, &mut found);
    }
    stated(&file.body, &mut found);
    found.sort();
    found
}

fn stated(statements: &[Statement], found: &mut Found) {
    for statement in statements {
        let (kind, block) = match &statement.kind {
            StatementKind::Labels(_) => ("labels", None),
            StatementKind::Given { .. } => ("given", None),
            StatementKind::Input(_) => ("input", None),
            StatementKind::Use(_) => ("reuse", None),
            StatementKind::Layer { block, .. } => ("layer", block.as_ref()),
            StatementKind::Scope { block, .. } => ("scope", Some(block)),
            StatementKind::Let { block, .. } => ("binding", Some(block)),
            StatementKind::Output(_) => ("output", None),
            StatementKind::Loss(_) => ("loss", None),
            StatementKind::Decode(_) => ("decode", None),
            StatementKind::Malformed => ("malformed", None),
            StatementKind::Docs => continue,
        };
        found.push((statement.span.start as usize, kind.to_owned()));
        block.into_iter().for_each(|block| stated(block, found));
    }
}

/// The grammar reads balanced texts alone; what is mended before is no matter of it.
fn is_whole(source: &Source) -> bool {
    let broken = [Code::Unbalanced, Code::Unterminated, Code::Character, Code::TooDeep, Code::TooLarge];
    parse(source).1.iter().all(|diagnostic| !broken.contains(&diagnostic.code))
}

fn read_alike(text: String) {
    let source = Source::new("text", text);
    if is_whole(&source) {
        assert_eq!(by_parser(&source), by_grammar(source.text()), "in\n{}", source.text());
    }
}

#[test]
fn every_text_of_the_tests() {
    corpus().into_iter().for_each(read_alike);
}

#[test]
fn texts_with_random_changes() {
    changed(30_000).for_each(read_alike);
}
