//! A real model, with a head that is written in the language.

use bert_runtime::decode::Embedding;
use bert_runtime::{Bert, BertFor, Text, head};
use candle_core::Device;
use serde_json::{Value as Json, json};
use tests::folders::shared;
use tests::numbers::largest;
use tests::proof::announce;

head! {
    /// What a sentence means, as sentence-transformers trained it.
    head Meaning {
        input tokens;
        pool mean;
        normalize;
        decode embedding;
    }
}

fn open() -> Option<(BertFor<Meaning>, Vec<Json>)> {
    let folder = shared("models/all-MiniLM-L6-v2")?;
    let expected: Json = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let longest = expected["max_length"].as_u64().unwrap() as usize;
    let model = Bert::options().max_length(longest).open_for(folder, &Device::Cpu).unwrap();
    Some((model, expected["sentence"].as_array().unwrap().clone()))
}

fn text(sentence: &Json) -> &str {
    sentence["text"].as_str().unwrap()
}

fn apart(found: &Embedding, expected: &[Json]) -> f64 {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).map(|(&found, expected)| (f64::from(found) - expected.as_f64().unwrap()).abs()).fold(0.0, largest)
}

#[test]
fn token_ids_and_embeddings_are_those_of_transformers() {
    let Some((model, sentences)) = open() else { return };
    let embeddings = model.predict_many(sentences.iter().map(text)).unwrap();
    let mut furthest = 0.0;
    for (sentence, embedding) in sentences.iter().zip(&embeddings) {
        let tokens = model.bert().tokenize(&Text::from(text(sentence))).unwrap();
        assert_eq!(json!(tokens[0].ids()), sentence["input_ids"], "{}", text(sentence));
        let difference = apart(embedding, sentence["embedding"].as_array().unwrap());
        assert!(difference <= 1e-5, "{}: {difference:e}", text(sentence));
        furthest = largest(furthest, difference);
    }
    announce(&format!("minilm {}/{}\n  furthest: embeddings {furthest:.1e}", embeddings.len(), sentences.len()));
}
