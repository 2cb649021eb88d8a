//! The extension's folder.

use fancy_regex::Regex;
use serde_json::Value;

use crate::textmate::Grammar;
use crate::{folder, json};

#[test]
fn every_file_that_is_named_is_there() {
    let package = json("package.json");
    let contributes = &package["contributes"];
    let grammars = contributes["grammars"].as_array().unwrap().iter().map(|grammar| &grammar["path"]);
    let languages = contributes["languages"].as_array().unwrap().iter().map(|language| &language["configuration"]);
    for path in grammars.chain(languages).chain([&package["main"]]) {
        assert!(folder().join(path.as_str().unwrap()).is_file(), "{path}");
    }
    json("language-configuration.json");
}

#[test]
fn grammars_are_called_by_the_scopes_that_they_have() {
    for grammar in json("package.json")["contributes"]["grammars"].as_array().unwrap() {
        let found = json(grammar["path"].as_str().unwrap());
        assert_eq!(found["scopeName"], grammar["scopeName"]);
        Grammar::read(&found);
    }
}

#[test]
fn the_client_starts_the_language_server() {
    let client = std::fs::read_to_string(folder().join("extension.js")).unwrap();
    assert!(client.contains("args: [\"lsp\"]") && client.contains("language: \"head\""), "{client}");
    let package = json("package.json");
    assert_eq!(package["contributes"]["configuration"]["properties"]["bert.command"]["default"], "bert");
    assert_eq!(package["contributes"]["languages"][0]["extensions"], serde_json::json!([".head"]));
}

/// In Rust the grammar begins behind `head! {` and ends at its own bracket.
#[test]
fn heads_in_rust_are_found() {
    let rust = json("syntaxes/rust.head.tmLanguage.json");
    let finds = |rule: &Value, text: &str| Regex::new(rule["begin"].as_str().unwrap()).unwrap().is_match(text).unwrap();
    let (in_macro, in_text) = (&rust["repository"]["macro"], &rust["repository"]["attribute"]);
    assert!(finds(in_macro, "head! { head A { .. } }") && finds(in_macro, "bert_runtime::head!{") && !finds(in_macro, "ahead! {"));
    assert!(finds(in_text, "#[head(r\"input pooled;\")]") && finds(in_text, "#[head(r##\"..\"##)]") && !finds(in_text, "#[tail(r\"..\")]"));
    assert!(in_macro["patterns"][0]["include"] == "source.head" && in_text["patterns"][0]["include"] == "source.head");
}
