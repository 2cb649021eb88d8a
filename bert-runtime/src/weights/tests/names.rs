//! Names in files, and names that are asked for.

use super::{file, open, refused};
use crate::error::Result;
use crate::weights::Checkpoint;

const FILE: &str = "model.safetensors";

/// A checkpoint of tensors of one number each: the first is 0, then 1, ..
fn named(names: &[&str]) -> Result<Checkpoint> {
    let tensors: Vec<(&str, &[usize], Vec<f32>)> =
        names.iter().zip(0i16..).map(|(name, number)| (*name, &[1usize][..], vec![number.into()])).collect();
    open(FILE, &file(&tensors))
}

const PARTS: [&str; 4] = [
    "embeddings.word_embeddings.weight",
    "encoder.layer.0.attention.self.query.weight",
    "embeddings.LayerNorm.gamma",
    "embeddings.position_ids",
];

#[test]
fn prefixes_are_taken_off() {
    for (prefix, outer) in
        [("bert.", ""), ("model.bert.", "model."), ("module.bert.", "module."), ("_orig_mod.module.bert.", "_orig_mod.module.")]
    {
        let mut names: Vec<String> = PARTS.iter().map(|part| format!("{prefix}{part}")).collect();
        names.extend([format!("{outer}classifier.weight"), format!("{outer}pooler.weight")]);
        let checkpoint = named(&names.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        let expected = [
            "bert.embeddings.LayerNorm.weight",
            "bert.embeddings.word_embeddings.weight",
            "bert.encoder.layer.0.attention.self.query.weight",
        ];
        assert_eq!(checkpoint.names().collect::<Vec<_>>(), [&expected[..], &["classifier.weight", "pooler.weight"]].concat());
        assert_eq!(super::numbers(&checkpoint, "classifier.weight"), [4.]);
    }
}

#[test]
fn an_encoder_that_was_saved_alone_has_no_prefix() {
    for outer in ["", "module."] {
        let names: Vec<String> =
            PARTS.iter().chain(&["pooler.dense.weight", "pooler.dense.bias"]).map(|part| format!("{outer}{part}")).collect();
        let checkpoint = named(&names.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        assert!(checkpoint.names().all(|name| name.starts_with("bert.")));
        assert!(checkpoint.has_pooler());
    }
}

#[test]
fn ambiguous_names_are_listed() {
    refused(
        named(&["bert.embeddings.word_embeddings.weight", "module.bert.embeddings.word_embeddings.weight"]),
        &["several prefixes", "`bert.`", "`module.bert.`"],
    );
    refused(named(&["query.embeddings.word_embeddings.weight"]), &["`query.`", "is expected"]);
    refused(named(&["bert.embeddings.word_embeddings.weight", "encoder.layer.0.attention.self.key.bias"]), &["several prefixes"]);
    let wrapped = ["module.bert.embeddings.word_embeddings.weight", "module.classifier.bias", "classifier.bias"];
    refused(named(&wrapped), &["`classifier.bias`", "`module.classifier.bias`"]);
}

#[test]
fn gamma_beside_weight_is_a_conflict() {
    refused(
        named(&["bert.embeddings.LayerNorm.gamma", "bert.embeddings.LayerNorm.weight"]),
        &["LayerNorm.gamma", "LayerNorm.weight", "take one"],
    );
    refused(named(&["cls.LayerNorm.beta", "cls.LayerNorm.bias"]), &["LayerNorm.beta"]);
    assert!(named(&["mix.gamma", "mix.beta"]).unwrap().contains("mix.gamma"));
}

#[test]
fn wrappers_without_end_are_no_danger() {
    let name = format!("{}embeddings.word_embeddings.weight", "module.".repeat(200_000));
    assert!(named(&[&name]).unwrap().contains("bert.embeddings.word_embeddings.weight"));
}
