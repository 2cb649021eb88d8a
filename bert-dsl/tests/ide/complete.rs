//! Completions, each in its place.

use bert_dsl::ide::{Completion, Kind, complete};
use bert_dsl::{decode, layers, losses};

use crate::opened;

fn all(text: &str) -> Vec<Completion> {
    let (source, analysis, at) = opened(text);
    complete(&source, &analysis, at)
}

fn labels(text: &str) -> Vec<String> {
    all(text).into_iter().map(|completion| completion.label).collect()
}

/// All but the layers.
fn words(text: &str) -> Vec<String> {
    all(text).into_iter().filter(|completion| completion.kind != Kind::Layer).map(|completion| completion.label).collect()
}

fn has_layers(text: &str) -> bool {
    all(text).iter().any(|completion| completion.kind == Kind::Layer && completion.label == "linear")
}

#[test]
fn statements_begin_as_their_place_wants() {
    assert_eq!(words("|"), ["head", "labels", "given", "input"]);
    assert_eq!(words("head A { | }"), ["labels", "given", "input"]);
    assert_eq!(words("head A { input cls; } |"), ["head"]);
    assert_eq!(words("input cls; |"), ["input", "use", "let", "output", "loss", "decode"].map(str::to_owned).as_slice());
    assert_eq!(words("input cls; linear -> 2; loss mse; |"), ["input", "loss", "decode"]);
    assert_eq!(words("input cls; spans: split a, b; |"), ["input", "loss", "decode"]);
    assert_eq!(words("input cls; let a = { |"), ["input", "use", "let"]);
    assert_eq!(words("input cls; let a = { tanh; |"), ["use", "let"]);
    assert_eq!(words("input cls; dense { |"), ["use", "let"]);
    assert!(has_layers("input cls; |") && has_layers("input cls; residual { |") && has_layers("input cls; dense: |"));
    assert!(!has_layers("|") && !has_layers("head A { | }") && !has_layers("input cls; output a; |"));
}

#[test]
fn a_word_that_is_begun_changes_nothing() {
    assert_eq!(labels("input cls; lin|"), labels("input cls; |"));
    assert_eq!(labels("input poo|; linear -> 2;"), labels("input |; linear -> 2;"));
}

#[test]
fn calls_have_the_words_of_their_tables() {
    assert_eq!(labels("input cls; loss |"), losses::words().collect::<Vec<_>>());
    assert_eq!(labels("input cls; decode |"), decode::words().collect::<Vec<_>>());
    assert_eq!(labels("input cls; out.dense: |"), layers::words().collect::<Vec<_>>());
    assert_eq!(labels("given x: |"), ["position", "features"]);
}

#[test]
fn sources_go_on_word_by_word() {
    assert_eq!(labels("input |"), ["pooled", "cls", "tokens", "words", "layers"]);
    assert_eq!(labels("input pooled |"), ["per", "fresh"]);
    assert_eq!(labels("input words |; tanh;"), ["per", "mean"]);
    assert_eq!(labels("input pooled per |"), ["choice"]);
    assert_eq!(labels("input pooled per choice |"), [""; 0]);
    let pooled = &all("input |")[0];
    assert!(pooled.detail == "[batch, hidden]" && pooled.about.contains("tanh(dense(first token))"), "{pooled:?}");
}

#[test]
fn arguments_are_sizes_values_words_and_keys() {
    let sizes = ["hidden", "vocab", "depth"];
    let linear = [&sizes[..], &["bias", "tied"]].concat();
    assert_eq!(labels("input cls; linear |"), linear);
    assert_eq!(labels("input cls; linear hidden -> |"), sizes);
    assert_eq!(labels("input cls; linear hidden -> 2 * |"), sizes);
    assert_eq!(labels("input cls; linear hidden |"), [""; 0]);
    assert_eq!(labels("input cls; linear hidden -> 2, |"), ["bias", "tied"]);
    assert_eq!(labels("input cls; linear hidden -> 2, bias=false, |"), ["tied"]);
    assert_eq!(labels("input tokens; pool |"), ["mean", "max", "first", "last", "sum", "mean_sqrt", "attention"]);
    assert_eq!(labels("input tokens; conv -> 2, padding=|"), ["same", "none"]);
    assert_eq!(labels("input tokens; lstm -> 2, |"), ["bidirectional", "layers"]);
    assert_eq!(labels("input tokens; loss focal |"), ["gamma", "class_weights", "weight"]);
    assert_eq!(labels("input tokens; decode entities strategy=|"), ["simple", "first", "average", "max"]);
}

#[test]
fn keys_are_written_with_what_follows_them() {
    let found = all("input tokens; lstm -> 2, |");
    let written: Vec<&str> = found.iter().map(|completion| completion.text.as_str()).collect();
    assert_eq!(written, ["bidirectional", "layers="]);
}

#[test]
fn label_sets_are_sizes() {
    let text = "labels intent = a, b; labels \"O\", \"B-X\"; input cls; linear -> |";
    assert_eq!(labels(text), ["hidden", "vocab", "depth", "intent", "labels"]);
    assert!(all(text).last().unwrap().about.contains("2 labels: `O`, `B-X`"));
}

#[test]
fn values_are_those_in_force() {
    let text = "given at: position; given size: features 3; input tokens; let a = { let inner = { tanh; } concat inner, inner; } ";
    assert_eq!(labels(&format!("{text}concat |")), ["size", "inner", "a"]);
    assert_eq!(labels(&format!("{text}concat a, |")), ["size", "inner", "a"]);
    assert_eq!(labels(&format!("{text}at |")), ["at"]);
    assert_eq!(labels(&format!("{text}biaffine a, a -> |")), ["hidden", "vocab", "depth"]);
    assert_eq!(labels(&format!("{text}concat a, a; output one; input tokens; concat |")), ["size"]);
    let a = all(&format!("{text}concat a, |; linear -> 2;"));
    assert_eq!(a.last().unwrap().detail, "[batch, token, 2*hidden]");
}

#[test]
fn heads_above_can_be_used() {
    assert_eq!(labels("head A { input cls; tanh; } head B { input cls; use | } head C { input cls; }"), ["A"]);
}

#[test]
fn comments_strings_and_new_names_have_none() {
    for text in ["// |", "input cls; /* | */", "/// |", "labels \"|\";", "let |", "output |", "head |", "labels a, |", "input cls; 5|"] {
        let known = all(text).into_iter().filter(|_| text != "input cls; 5|");
        assert_eq!(known.count(), 0, "{text}");
    }
}

#[test]
fn every_completion_says_what_it_is() {
    for text in ["input cls; |", "input |", "input cls; loss |", "input cls; decode |", "input tokens; conv -> 2, |", "input cls; linear |"]
    {
        for completion in all(text) {
            assert!(!completion.detail.is_empty(), "{completion:?}");
        }
    }
}
