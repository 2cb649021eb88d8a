#![allow(clippy::unwrap_used, clippy::panic)]

use std::ops::Range;

use crate::error::ErrorKind;
use crate::testing::{shared, vocabulary};
use crate::text::{Choices, Encoding, Position, Text, Tokenizer, Truncation, collate};

fn small() -> Tokenizer {
    Tokenizer::open(vocabulary(&[]).path()).unwrap()
}

fn tokens(tokenizer: &Tokenizer, encoding: &Encoding) -> Vec<String> {
    encoding.ids().iter().map(|&id| tokenizer.token(id).unwrap()).collect()
}

fn chars(encoding: &Encoding) -> Vec<Range<usize>> {
    encoding.pieces().iter().map(|piece| piece.chars.clone()).collect()
}

#[test]
fn a_pair_has_two_types_and_two_sequences() {
    let tokenizer = small();
    let encoding = tokenizer.encode(&("Who eats?", "A man").into(), 64).unwrap();
    assert_eq!(tokens(&tokenizer, &encoding).join(" "), "[CLS] who eats ? [SEP] a man [SEP]");
    assert_eq!(encoding.types(), [0, 0, 0, 0, 0, 1, 1, 1]);
    let sequences: Vec<_> = encoding.pieces().iter().map(|piece| piece.sequence).collect();
    assert_eq!(sequences, [None, Some(0), Some(0), Some(0), None, Some(1), Some(1), None]);
    assert_eq!((encoding.words(0), encoding.words(1)), (3, 2));
}

#[test]
fn words_keep_their_numbers_and_their_characters() {
    let tokenizer = small();
    let encoding = tokenizer.encode(&["Zürich", "don't", "", "eating"].into(), 64).unwrap();
    assert_eq!(tokens(&tokenizer, &encoding).join(" "), "[CLS] zu ##rich don ' t eat ##ing [SEP]");
    let words: Vec<_> = encoding.pieces().iter().map(|piece| piece.word).collect();
    assert_eq!(words, [None, Some(0), Some(0), Some(1), Some(1), Some(1), Some(3), Some(3), None]);
    assert_eq!(encoding.text(0), "Zürich don't  eating");
    assert_eq!(chars(&encoding)[1..8], [0..2, 2..6, 7..10, 10..11, 11..12, 14..17, 17..20]);
    assert_eq!(encoding.first_pieces().collect::<Vec<_>>(), [1, 3, 6]);
    assert_eq!((encoding.words(0), encoding.word_pieces(4)), (4, 3..6));
}

#[test]
fn offsets_count_bytes_and_characters_of_the_original_text() {
    let tokenizer = small();
    let text = "🙂 Zürich, 東京!";
    let encoding = tokenizer.encode(&text.into(), 64).unwrap();
    let parts: Vec<&str> = encoding.pieces().iter().filter(|piece| !piece.special).map(|piece| &text[piece.bytes.clone()]).collect();
    assert_eq!(parts, ["🙂", "Zü", "rich", ",", "東", "京", "!"]);
    let by_chars = |range: &Range<usize>| text.chars().skip(range.start).take(range.len()).collect::<String>();
    let again: Vec<String> = encoding.pieces().iter().filter(|piece| !piece.special).map(|piece| by_chars(&piece.chars)).collect();
    assert_eq!(again, parts);
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    let tokenizer = small();
    let text = |tokens: usize| Text::from(vec!["man"; tokens - 2]);
    for (length, kept) in [(511, 511), (512, 512), (513, 512)] {
        let encoding = tokenizer.encode(&text(length), 512).unwrap();
        let truncation = (length > kept).then_some(Truncation { kept, total: length });
        assert_eq!((encoding.len(), encoding.truncation()), (kept, truncation));
        assert_eq!(encoding.ids().last(), Some(&tokenizer.special().sep));
        assert_eq!(encoding.words(0), length - 2);
    }
    let pair = tokenizer.encode(&(vec!["man"; 10], vec!["a"; 3]).into(), 10).unwrap();
    assert_eq!(tokens(&tokenizer, &pair).join(" "), "[CLS] man man man man [SEP] a a a [SEP]");
    assert_eq!(pair.truncation(), Some(Truncation { kept: 10, total: 16 }));
}

#[test]
fn lengths_without_room_are_refused() {
    let tokenizer = small();
    for (text, shortest) in [(Text::from("a man"), 3), (Text::from(("a man", "is")), 5)] {
        for length in 0..shortest {
            let error = tokenizer.encode(&text, length).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Input);
            assert!(error.to_string().contains(&format!("Give {shortest} at least")), "{error}");
        }
        assert_eq!(tokenizer.encode(&text, shortest).unwrap().len(), shortest);
    }
}

#[test]
fn empty_texts_are_texts() {
    let tokenizer = small();
    for text in ["", "   ", "\u{1}\u{0}\u{200b}"] {
        assert_eq!(tokens(&tokenizer, &tokenizer.encode(&text.into(), 64).unwrap()).join(" "), "[CLS] [SEP]", "{text:?}");
    }
    assert_eq!(tokenizer.encode(&Vec::<String>::new().into(), 64).unwrap().len(), 2);
    assert_eq!(tokens(&tokenizer, &tokenizer.encode(&("", "a").into(), 64).unwrap()).join(" "), "[CLS] [SEP] a [SEP]");
    assert_eq!(tokens(&tokenizer, &tokenizer.encode(&"[MASK] a [SEP]".into(), 64).unwrap()).join(" "), "[CLS] [MASK] a [SEP] [SEP]");
}

#[test]
fn huge_texts_take_bounded_time() {
    let tokenizer = small();
    let start = std::time::Instant::now();
    for text in [".".repeat(1_000_000), "a".repeat(1_000_000), "a\u{301}".repeat(100_000), "man ".repeat(250_000)] {
        let encoding = tokenizer.encode(&text.as_str().into(), 512).unwrap();
        assert!(encoding.len() <= 512);
    }
    assert_eq!(tokenizer.encode(&"a".repeat(17 << 20).into(), 512).unwrap_err().kind(), ErrorKind::Input);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn positions_are_found_by_token_word_and_character() {
    let encoding = small().encode(&"A man is eating food.".into(), 64).unwrap();
    assert_eq!(encoding.token_at(Position::Token(3)).unwrap(), 3);
    assert_eq!(encoding.token_at(Position::Word(3)).unwrap(), 4);
    assert_eq!(encoding.token_at(Position::Char(13)).unwrap(), 5);
    assert_eq!(encoding.tokens_of(0, 6..15), Some(3..6));
    assert_eq!(encoding.tokens_of(0, 1..2), None);
    for past in [Position::Token(9), Position::Word(6), Position::Char(21), Position::Char(1)] {
        assert_eq!(encoding.token_at(past).unwrap_err().kind(), ErrorKind::Input, "{past:?}");
    }
}

#[test]
fn choices_are_pairs_with_one_context() {
    let choices = Choices::from(("a man", ["is", "eats"]));
    assert_eq!(choices.texts(), [Text::pair("a man", "is"), Text::pair("a man", "eats")]);
    assert_eq!(Choices::from(vec!["a", "b", "c"]).texts().len(), 3);
}

#[test]
fn a_batch_has_no_padding() {
    let tokenizer = small();
    let encodings = ["a man", "a man is eating"].map(|text| tokenizer.encode(&text.into(), 64).unwrap());
    let batch = collate(&encodings).unwrap();
    assert_eq!(batch.ids(), encodings.iter().flat_map(Encoding::ids).collect::<Vec<_>>());
    assert_eq!((batch.layout().sequences(), batch.layout().width()), (2, 7));
}

#[test]
fn casing_and_accents_follow_the_settings() {
    let settings = |json: &str| Tokenizer::open(vocabulary(&[("tokenizer_config.json", json)]).path()).unwrap();
    let cut = |tokenizer: &Tokenizer| tokens(tokenizer, &tokenizer.encode(&"A zürich 東京".into(), 64).unwrap()).join(" ");
    assert_eq!(cut(&settings("{}")), "[CLS] a zu ##rich 東 京 [SEP]");
    assert_eq!(cut(&settings(r#"{"do_lower_case": false}"#)), "[CLS] [UNK] [UNK] 東 京 [SEP]");
    assert_eq!(cut(&settings(r#"{"do_lower_case": false, "strip_accents": true}"#)), "[CLS] [UNK] zu ##rich 東 京 [SEP]");
    assert_eq!(cut(&settings(r#"{"tokenize_chinese_chars": false}"#)), "[CLS] a zu ##rich [UNK] [SEP]");
    assert_eq!(settings(r#"{"model_max_length": 512}"#).max_length(), Some(512));
    assert_eq!(settings(r#"{"model_max_length": 1000000000000000019884624838656}"#).max_length(), None);
}

#[test]
fn bad_vocabularies_are_refused_with_the_line() {
    let refused = |bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("vocab.txt"), bytes).unwrap();
        let error = Tokenizer::open(folder.path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tokenizer);
        error.to_string()
    };
    assert!(refused(b"[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\na\n").contains("`a` stands on line 5 and again on line 7"));
    assert!(refused(b"[PAD]\n[UNK]\n\n[CLS]\n[SEP]\n").contains("line 3 is blank"));
    assert!(refused(b"\xef\xbb\xbf[PAD]\n[UNK]\n[CLS]\n[SEP]\n").contains("byte order mark"));
    assert!(refused(b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n\xff\n").contains("line 5 is not UTF-8"));
    assert!(refused(b"").contains("line 1 is blank"));
    for missing in ["[PAD]", "[UNK]", "[CLS]", "[SEP]"] {
        let text = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"].into_iter().filter(|token| *token != missing).collect::<Vec<_>>().join("\n");
        assert!(refused(text.as_bytes()).contains(missing));
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("vocab.txt"), "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nman\r\n").unwrap();
    assert_eq!(Tokenizer::open(folder.path()).unwrap().id("man"), Some(4));
}

#[test]
fn bad_tokenizer_files_are_refused() {
    let refused = |json: &str| {
        let folder = vocabulary(&[("tokenizer.json", json)]);
        let error = Tokenizer::open(folder.path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tokenizer);
        error.to_string()
    };
    assert!(refused("").contains("is empty"));
    assert!(refused("<!DOCTYPE html>").contains("web page"));
    assert!(refused("version https://git-lfs.github.com/spec/v1\noid").contains("git lfs pull"));
    assert!(refused("{").contains("not valid JSON"));
    assert!(refused(r#"{"version": "1.1"}"#).contains("not a tokenizer"));
    let template = r#"{"version":"1.0","post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[X]","type_id":0}}],"pair":[],"special_tokens":{}}}"#;
    assert!(refused(template).contains("`[X]`"));
    assert_eq!(Tokenizer::open(tempfile::tempdir().unwrap().path()).unwrap_err().kind(), ErrorKind::Tokenizer);
}

#[test]
fn a_vocabulary_larger_than_the_embeddings_is_refused() {
    let mut tokenizer = small();
    let size = tokenizer.vocab_size();
    assert_eq!(tokenizer.fit(size - 1).unwrap_err().kind(), ErrorKind::Tokenizer);
    tokenizer.fit(size).unwrap();
    assert!(tokenizer.notes().is_empty());
    tokenizer.fit(size + 8).unwrap();
    assert!(tokenizer.notes()[0].contains("the first"));
}

#[test]
fn the_real_tokenizer_gives_the_ids_of_transformers() {
    let Some(folder) = shared("models/all-MiniLM-L6-v2") else { return };
    let expected: serde_json::Value = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let whole = Tokenizer::open(&folder).unwrap();
    assert_eq!(whole.notes().len(), 2, "{:?}", whole.notes());
    let other = tempfile::tempdir().unwrap();
    for name in ["vocab.txt", "tokenizer_config.json"] {
        std::fs::copy(folder.join(name), other.path().join(name)).unwrap();
    }
    let from_vocab = Tokenizer::open(other.path()).unwrap();
    for sentence in expected["sentence"].as_array().unwrap() {
        let ids: Vec<u32> = serde_json::from_value(sentence["input_ids"].clone()).unwrap();
        for tokenizer in [&whole, &from_vocab] {
            assert_eq!(tokenizer.encode(&sentence["text"].as_str().unwrap().into(), 256).unwrap().ids(), ids);
        }
    }
}
