//! Tokens, their numbers and their places in the text, as transformers' tokenizers give them.

use bert_runtime::Text;
use bert_runtime::text::Tokenizer;
use serde_json::{Value as Json, json};
use tests::folders::fixture;

fn found(tokenizer: &Tokenizer, text: Text) -> Json {
    let encoding = tokenizer.encode(&text, 512).unwrap();
    let tokens: Vec<String> = encoding.ids().into_iter().map(|id| tokenizer.token(id).unwrap()).collect();
    let offsets: Vec<[usize; 2]> = encoding.pieces().iter().map(|piece| [piece.chars.start, piece.chars.end]).collect();
    json!({"tokens": tokens, "ids": encoding.ids(), "type_ids": encoding.types(), "offsets": offsets})
}

fn is_as_expected(name: &str) {
    let folder = fixture("tokenizers").join(name);
    let tokenizer = Tokenizer::open(&folder).unwrap();
    let expected: Vec<Json> = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    assert!(expected.len() > 20);
    for mut example in expected {
        let example = example.as_object_mut().unwrap();
        let mut take = |key: &str| example.remove(key).map(|text| text.as_str().unwrap().to_owned());
        // An empty second text is none to transformers, where a single example is given.
        let (first, second) = (take("text").unwrap(), take("text_pair").filter(|text| !text.is_empty()));
        let text = second.map_or_else(|| Text::from(first.as_str()), |second| Text::from((first.as_str(), second)));
        assert_eq!(found(&tokenizer, text), Json::Object(example.clone()), "{first}");
    }
}

#[test]
fn an_uncased_vocabulary_reads_as_in_transformers() {
    is_as_expected("uncased");
}

#[test]
fn a_cased_vocabulary_reads_as_in_transformers() {
    is_as_expected("cased");
}
