//! Entities by each strategy, against what transformers' pipeline finds.

use std::path::Path;

use serde_json::Value as Json;

use super::*;

const STRATEGIES: [(&str, Aggregation); 4] =
    [("simple", Aggregation::Simple), ("first", Aggregation::First), ("average", Aggregation::Average), ("max", Aggregation::Max)];

fn numbers(json: &Json) -> Vec<Vec<f32>> {
    serde_json::from_value(json.clone()).unwrap()
}

#[test]
fn entities_are_those_of_transformers_by_each_strategy() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let Ok(text) = std::fs::read(fixtures.join("entities.json")) else {
        eprintln!("skipped: {} is not there", fixtures.display());
        return;
    };
    let cases: Json = serde_json::from_slice(&text).unwrap();
    let tokenizer = Tokenizer::open(fixtures.join("tokenizers/uncased")).unwrap();
    for case in cases["texts"].as_array().unwrap() {
        let texts = [tokenizer.encode(&case["text"].as_str().unwrap().into(), 64).unwrap()];
        let x = rows(Rows::Token, &layout(&texts), &numbers(&case["logits"]));
        for (name, strategy) in STRATEGIES {
            let tagged: Tagged<Tag> = one(decode_entities_by(&x, &NAMES, strategy, &Reading::new(&texts)).unwrap());
            let expected = case["entities"][name].as_array().unwrap();
            assert_eq!(tagged.entities.len(), expected.len(), "{name}: {case}");
            for (found, expected) in tagged.entities.iter().zip(expected) {
                let chars = expected["start"].as_u64().unwrap() as usize..expected["end"].as_u64().unwrap() as usize;
                assert_eq!((found.kind, &found.chars), (expected["kind"].as_str().unwrap(), &chars), "{name}: {case}");
                assert!((f64::from(found.score) - expected["score"].as_f64().unwrap()).abs() < 1e-5, "{name}: {case}");
            }
        }
    }
}

#[test]
fn strategies_label_a_word_by_different_tokens() {
    let texts = encode(&["eating food".into()]);
    let quiet = vec![3.0, 0.0, 0.0, 0.0, 0.0];
    let x = rows(
        Rows::Token,
        &layout(&texts),
        &[quiet.clone(), vec![1.0, 0.0, 0.0, 0.9, 0.0], vec![0.0, 0.0, 2.0, 1.9, 0.0], quiet.clone(), quiet],
    );
    let labels = |strategy| {
        let tagged: Tagged<Tag> = one(decode_entities_by(&x, &NAMES, strategy, &Reading::new(&texts)).unwrap());
        tagged.words.iter().map(|word| (word.text.clone(), word.value.label.0)).collect::<Vec<_>>()
    };
    let word = |label| vec![("eating".to_owned(), label), ("food".to_owned(), 0)];
    assert_eq!([Aggregation::First, Aggregation::Average, Aggregation::Max].map(labels), [word(0), word(3), word(2)]);
    assert_eq!(labels(Aggregation::Simple), [("eat".to_owned(), 0), ("ing".to_owned(), 2), ("food".to_owned(), 0)]);
    let plain: Tagged<Tag> = one(decode_entities(&x, &NAMES, &Reading::new(&texts)).unwrap());
    assert_eq!(plain.words[0].value.label.0, 0, "the default is the first token");
}
