//! What is accepted of a `config.json`, and what every fault says.
#![allow(clippy::unwrap_used)]

use super::BertConfig;
use crate::error::{ErrorKind, Result};

const BASE: &str = r#""model_type": "bert", "vocab_size": 100, "hidden_size": 32, "num_hidden_layers": 2,
"num_attention_heads": 4, "intermediate_size": 64"#;

fn parse(text: &str) -> Result<BertConfig> {
    BertConfig::parse(text.as_bytes(), "some/config.json")
}

fn with(more: &str) -> Result<BertConfig> {
    parse(&format!("{{{BASE}, {more}}}"))
}

#[track_caller]
fn refused(result: Result<BertConfig>, words: &[&str]) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = error.to_string();
    for word in words.iter().chain(&["some/config.json"]) {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

#[test]
fn absent_keys_take_the_defaults_of_transformers() {
    let config = parse(&format!("{{{BASE}}}")).unwrap();
    assert_eq!((config.max_position_embeddings, config.type_vocab_size, config.pad_token_id), (512, 2, 0));
    assert_eq!((config.hidden_dropout_prob, config.classifier_dropout, config.layer_norm_eps), (0.1, None, 1e-12));
    assert!(config.tie_word_embeddings);
    assert_eq!(config.id2label, None);
    let facts = config.facts(false);
    assert_eq!((facts.hidden, facts.vocab, facts.depth, facts.head_dropout, facts.has_pooler), (32, 100, 3, 0.1, false));
}

#[test]
fn each_size_must_be_there() {
    for key in ["vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size"] {
        refused(parse(&format!("{{{}}}", BASE.replace(key, "other"))), &[key, "is missing"]);
        for value in ["0", "-1", "null", "1e9", "\"32\"", "32.0", "1000000000", "true", "[]", "99999999999999999999999999"] {
            let start = BASE.find(key).unwrap() + key.len() + 3;
            let length = BASE[start..].find([',', '\n']).unwrap_or(BASE.len() - start);
            let text = format!("{{{}{value}{}}}", &BASE[..start], &BASE[start + length..]);
            refused(parse(&text), &[key, "expected"]);
        }
    }
}

#[test]
fn malformed_files_name_their_line() {
    refused(parse("{\n\"hidden_size\": NaN\n}"), &["line 2", "Python"]);
    refused(parse("{\n\"a\": None}"), &["line 2", "None is Python"]);
    refused(parse("{\n\n'a': 1}"), &["line 3", "Python"]);
    refused(parse("{\"a\": 1,\n}"), &["line 2", "trailing comma"]);
    refused(parse("{\"a\": 1,\n \"a\": 2}"), &["line 2", "twice"]);
    refused(parse("{\"a\": {\"0\": 1,\n \"0\": 2}}"), &["line 2", "twice"]);
    refused(parse("\u{feff}{}"), &["byte order mark"]);
    refused(BertConfig::parse(b"\xff\xfe{\0", "some/config.json"), &["UTF-16"]);
    refused(BertConfig::parse(b"{\"a\": \"\xc3\x28\"}", "some/config.json"), &["not UTF-8 from byte 7"]);
    refused(parse(""), &["empty"]);
    refused(parse("[]"), &["object"]);
    refused(parse("{} {}"), &["line 1"]);
    refused(parse("  <!DOCTYPE html><html>"), &["HTML"]);
    refused(parse("version https://git-lfs.github.com/spec/v1"), &["LFS"]);
    refused(parse(&format!("{{\"a\": {}", "[".repeat(100_000))), &["recursion limit"]);
    refused(parse("{\"a\": 1e999}"), &["out of range"]);
}

#[test]
fn models_that_are_not_supported_say_so() {
    refused(parse("{}"), &["model_type", "missing", "bert"]);
    refused(parse("{\"model_type\": \"roberta\"}"), &["model_type", "roberta", "only \"bert\""]);
    refused(with("\"position_embedding_type\": \"relative_key\""), &["position_embedding_type", "absolute"]);
    refused(with("\"is_decoder\": true"), &["is_decoder", "decoder"]);
    refused(with("\"add_cross_attention\": true"), &["add_cross_attention"]);
    refused(with("\"pruned_heads\": {\"0\": [1]}"), &["pruned_heads"]);
    refused(with("\"quantization_config\": {\"bits\": 4}"), &["quantization_config"]);
    refused(with("\"hidden_act\": \"gulu\""), &["hidden_act", "gulu", "gelu_new"]);
    refused(with("\"hidden_act\": null"), &["hidden_act", "null"]);
    refused(with("\"problem_type\": \"ranking\""), &["problem_type", "regression"]);
    with("\"position_embedding_type\": \"absolute\", \"pruned_heads\": {}, \"problem_type\": null, \"is_decoder\": false").unwrap();
    for act in ["gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "quick_gelu", "relu", "silu", "tanh"] {
        with(&format!("\"hidden_act\": {act:?}")).unwrap();
    }
}

#[test]
fn numbers_are_bounded() {
    refused(
        parse(&format!("{{{}}}", BASE.replace("\"num_attention_heads\": 4", "\"num_attention_heads\": 5"))),
        &["num_attention_heads", "divide"],
    );
    refused(with("\"hidden_dropout_prob\": 1"), &["hidden_dropout_prob", "below 1"]);
    refused(with("\"classifier_dropout\": \"0.1\""), &["classifier_dropout", "without quotes"]);
    refused(with("\"layer_norm_eps\": 0"), &["layer_norm_eps"]);
    refused(with("\"initializer_range\": -0.1"), &["initializer_range"]);
    refused(with("\"pad_token_id\": 100"), &["pad_token_id", "vocab_size is 100"]);
    refused(with("\"pad_token_id\": -1"), &["pad_token_id"]);
    refused(with("\"type_vocab_size\": 0"), &["type_vocab_size"]);
    refused(with("\"architectures\": [1]"), &["architectures"]);
    let config = with("\"classifier_dropout\": 0.3, \"pad_token_id\": null, \"type_vocab_size\": 1").unwrap();
    assert_eq!((config.facts(true).head_dropout, config.type_vocab_size), (0.3, 1));
}

#[test]
fn labels_are_in_order_without_gaps() {
    let labels = |text: &str| with(&format!("\"id2label\": {text}"));
    assert_eq!(labels("{\"1\": \"b\", \"0\": \"a\"}").unwrap().id2label, Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(labels("{}").unwrap().num_labels(), None);
    assert_eq!(labels("null").unwrap().num_labels(), None);
    let many: Vec<String> = (0..12).map(|id| format!("\"{id}\": \"name {id}\"")).collect();
    assert_eq!(labels(&format!("{{{}}}", many.join(","))).unwrap().id2label.unwrap()[10], "name 10");
    refused(labels("{\"0\": \"a\", \"2\": \"b\"}"), &["id2label", "no label 1"]);
    refused(labels("{\"1\": \"a\"}"), &["id2label", "no label 0"]);
    for key in ["a", "-1", "01", "+1", "1.0", "", " 1", "99999999999999999999"] {
        refused(labels(&format!("{{\"0\": \"a\", {key:?}: \"b\"}}")), &["id2label", "whole numbers"]);
    }
    refused(labels("{\"0\": \"a\", \"1\": \"a\"}"), &["id2label", "both 0 and 1"]);
    refused(labels("{\"0\": 1}"), &["id2label", "name is expected"]);
    refused(labels("[\"a\"]"), &["id2label", "an object"]);
    refused(labels("{\"0\": \"a\"}, \"label2id\": {\"b\": 0}"), &["label2id", "otherwise"]);
    refused(labels("{\"0\": \"a\"}, \"label2id\": {\"a\": 1}"), &["label2id"]);
    refused(labels("{\"0\": \"a\", \"1\": \"b\"}, \"label2id\": {\"a\": 0}"), &["label2id", "has 1 labels"]);
    refused(labels("{\"0\": \"a\"}, \"num_labels\": 3"), &["num_labels"]);
    labels("{\"0\": \"a\"}, \"label2id\": {\"a\": 0}, \"num_labels\": 1").unwrap();
}

#[test]
fn every_truncation_and_byte_flip_is_an_error_or_a_config() {
    let text = format!("{{{BASE}, \"id2label\": {{\"0\": \"a\", \"1\": \"b\"}}, \"hidden_act\": \"gelu\"}}");
    for end in 0..text.len() {
        assert!(BertConfig::parse(&text.as_bytes()[..end], "some/config.json").is_err());
    }
    for place in 0..text.len() {
        for bit in 0..8 {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1 << bit;
            let _ = BertConfig::parse(&bytes, "some/config.json");
        }
    }
}

#[test]
fn folders_and_missing_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = BertConfig::from_folder(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("config.json"));
    std::fs::create_dir(folder.path().join("config.json")).unwrap();
    assert!(BertConfig::from_folder(folder.path()).unwrap_err().to_string().contains("not a file"));
    let spaced = folder.path().join("a folder é");
    std::fs::create_dir(&spaced).unwrap();
    std::fs::write(spaced.join("config.json"), format!("{{{BASE}}}")).unwrap();
    assert_eq!(BertConfig::from_folder(&spaced).unwrap().hidden_size, 32);
}
