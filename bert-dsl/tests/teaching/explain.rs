//! Accounts say what is so.

use bert_dsl::dim::Dim;
use bert_dsl::explain::{Account, Per, Sizes, account};

use crate::heads::{self, Found};

/// How many of these, for an encoder of small sizes.
fn count(text: &str, per: Per) -> i128 {
    let told = account(&heads::one(text), SMALL);
    told.work.counts().find(|(found, _)| *found == per).map_or(0, |(_, count)| SMALL.number(count).unwrap())
}

const SMALL: Sizes = Sizes { hidden: Some(8), vocab: Some(100), depth: Some(3) };

/// Counted by hand: the innermost lines of plain loops over a row of 8.
#[test]
fn costs_are_those_of_plain_loops() {
    assert_eq!(count("input pooled; linear -> 3;", Per::Text), 8 * 3);
    assert_eq!(count("input pooled; dropout; layer_norm; tanh; linear -> 3; abs;", Per::Text), 8 * 3);
    assert_eq!(count("input tokens; conv -> 5, width=3;", Per::Token), 8 * 3 * 5);
    assert_eq!(count("input tokens; conv -> 5, width=3, padding=none; pool max;", Per::Step), 8 * 3 * 5);
    assert_eq!(count("input tokens; lstm -> 6, bidirectional;", Per::Token), 2 * 4 * 3 * (8 + 3));
    assert_eq!(count("input tokens; gru -> 6, layers=2;", Per::Token), 3 * 6 * (8 + 6) + 3 * 6 * (6 + 6));
    assert_eq!(count("input tokens; attention heads=2;", Per::Token), 4 * 8 * 8);
    assert_eq!(count("input tokens; attention heads=2;", Per::Pair), 2 * 8);
    assert_eq!(count("input tokens; transformer heads=2, inner=16;", Per::Token), 4 * 8 * 8 + 2 * 8 * 16);
    assert_eq!(count("input tokens; pool attention;", Per::Token), 2 * 8);
    assert_eq!(count("input layers; mix;", Per::TokenAndLayer), 8);
    assert_eq!(count("input pooled per choice; linear -> 1; squeeze;", Per::Choice), 8);
    assert_eq!(count("input pooled fresh; linear -> 1;", Per::Text), 8 * 8 + 8);
    let biaffine = "input tokens; let a = { linear -> 4; } let b = { linear -> 5; } biaffine a, b -> 2; linear -> 3;";
    assert_eq!(count(biaffine, Per::Token), 8 * 4 + 8 * 5 + 2 * 5 * 6);
    assert_eq!(count(biaffine, Per::Pair), 2 * 6 + 2 * 3);
    let bilinear = "input tokens; let a = { pool mean; } let b = { pool max; } bilinear a, b -> 2;";
    assert_eq!(count(bilinear, Per::Text), 2 * 8 * 8);
}

#[test]
fn a_layer_of_ones_own_has_a_cost_that_is_not_known() {
    let told = account(&heads::one("input pooled; crate::layers::Gate hidden -> 4;"), SMALL);
    assert!(told.work.partly_unknown);
    assert!(told.to_string().contains("those of your own layer"));
}

#[test]
fn every_parameter_is_told_once_and_in_order() {
    for Found { file, head } in heads::all() {
        let told = account(&head, Sizes::default());
        let names: Vec<&str> = told.parameters().map(|held| held.name.as_str()).filter(|name| !name.starts_with("bert.")).collect();
        let expected: Vec<&str> = head.parameters.iter().map(|parameter| parameter.path.as_str()).collect();
        assert_eq!(names, expected, "{file}");
        let pooler = told.parameters().filter(|held| held.name.starts_with("bert.pooler.dense.")).count();
        assert_eq!(pooler, if head.sources.iter().any(|used| used.fresh) { 2 } else { 0 }, "{file}");
    }
}

#[test]
fn every_line_is_short_enough_and_every_step_is_told() {
    for Found { file, head } in heads::all() {
        let text = account(&head, Sizes::BERT_BASE).to_string();
        for layer in head.layers() {
            let path = layer.path.join(".");
            assert!([": ", "  ["].iter().any(|after| text.contains(&format!("  {path}{after}"))), "{file}: {path}");
        }
        let long = text.lines().find(|line| line.chars().count() > 100 && line.trim_start().contains(". "));
        assert!(long.is_none(), "{file}: {long:?}");
    }
}

fn encoder(text: &str) -> String {
    let Account { encoder, .. } = account(&heads::one(text), Sizes::default());
    encoder.join("; ")
}

#[test]
fn what_the_encoder_leaves_out_is_told() {
    assert!(encoder("input cls; linear -> 2;").contains("the first token alone; no pooler"));
    assert!(encoder("input pooled; linear -> 2;").contains("the pooler turns the first token into one vector"));
    assert!(encoder("input pooled fresh; linear -> 2;").contains("takes the place of the encoder's, which is not computed"));
    assert_eq!(encoder("input tokens; linear -> 2;"), "every layer is computed; no pooler is computed");
    assert!(encoder("input layers; take 3; linear -> 2;").starts_with("no layer above layer 3 is computed"));
    assert!(encoder("input layers; take 0; linear -> 2;").starts_with("the embeddings alone are computed"));
    assert!(encoder("input layers; take -3; linear -> 2;").starts_with("every layer but the last 2 is computed"));
    assert!(encoder("input layers; take -2; linear -> 2;").starts_with("every layer but the last is computed"));
    assert!(encoder("input layers; take -4..; mix; linear -> 2;").starts_with("every layer is computed"));
    assert!(encoder("given at: position; input tokens; at at; linear -> 2;").contains("the token at `at` alone"));
}

#[test]
fn numbers_are_given_where_sizes_are_known() {
    let head = heads::one("input pooled; linear -> 2;");
    assert!(account(&head, Sizes::default()).to_string().contains("2*hidden multiply-adds a text"));
    let told = account(&head, Sizes::BERT_BASE);
    assert!(told.to_string().contains("In all: 1,538 parameters, 1,536 multiply-adds a text, with `hidden` 768."), "{told}");
    assert_eq!(told.parameters().map(|held| held.count()).next(), Dim::hidden().times(&Dim::number(2)).ok());
}

#[test]
fn accounts() {
    for file in ["sentiment", "values", "residuals", "fill_in", "ranks", "recurrent_tagger"] {
        let told: Vec<String> = heads::named(file).iter().map(|head| account(head, Sizes::BERT_BASE).to_string()).collect();
        insta::assert_snapshot!(format!("account_{file}"), told.join("\n"));
    }
}
