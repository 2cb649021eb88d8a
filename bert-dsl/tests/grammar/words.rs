//! The grammar knows the words of the language's tables, and no others.

use std::collections::BTreeSet;

use bert_dsl::{decode, layers, losses, pages};

use crate::json;

/// The alternatives of the group in a rule's regular expression that holds a word.
fn alternatives(rule: &str, key: &str, holding: &str) -> BTreeSet<String> {
    let grammar = json("syntaxes/head.tmLanguage.json");
    let rule = rule.split('/').fold(&grammar["repository"], |rule, part| match part.parse::<usize>() {
        Ok(number) => &rule["patterns"][number],
        Err(_) => &rule[part],
    });
    let regex = rule[key].as_str().unwrap_or_else(|| panic!("{key} of {rule}"));
    let groups = regex.split('(').map(|group| group.split(')').next().unwrap().split('|').map(str::to_owned).collect::<BTreeSet<_>>());
    groups.into_iter().find(|group| group.contains(holding)).unwrap_or_else(|| panic!("{holding} in {regex}"))
}

fn all(words: impl Iterator<Item = &'static str>) -> BTreeSet<String> {
    words.map(str::to_owned).collect()
}

#[test]
fn layers_losses_and_decodes_are_those_of_the_tables() {
    assert_eq!(alternatives("layer", "begin", "linear"), all(layers::words()));
    assert_eq!(alternatives("loss", "begin", "cross_entropy"), all(losses::words()));
    assert_eq!(alternatives("decode", "begin", "argmax"), all(decode::words()));
}

#[test]
fn sources_are_those_of_the_table() {
    let words = pages::sources().iter().flat_map(|page| page.source.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect();
    assert_eq!(alternatives("input/1", "match", "pooled"), words);
}

#[test]
fn every_statement_has_a_rule() {
    let page = pages::sources_markdown();
    let (_, statements) = page.split_once("## Statements").unwrap();
    let words: Vec<&str> = statements.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(words.len(), 9, "{words:?}");
    let grammar = json("syntaxes/head.tmLanguage.json");
    for word in words {
        let rule = &grammar["repository"][word];
        let regex = rule["begin"].as_str().or(rule["match"].as_str()).unwrap_or_else(|| panic!("no rule is called {word}"));
        assert!(regex.contains(&format!("({word})")), "{word}: {regex}");
    }
}
