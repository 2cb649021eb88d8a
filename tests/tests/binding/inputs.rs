//! Batches and texts that no encoder reads.

use bert_runtime::encoder::Batch;
use bert_runtime::{BertFor, ErrorKind, Text};
use candle_core::Device;
use tests::folders::fixture;
use tests::heads::{Emotions, MultipleChoice, Ner};
use tests::samples::fresh;

use crate::says;

fn batch(id: u32, kind: u32, width: usize) -> bert_runtime::Result<Batch> {
    Batch::from_padded(&[vec![id; width]], &[vec![1; width]], &[vec![kind; width]])
}

/// The error of running a head on a batch that was made, if it was.
fn refused(batch: bert_runtime::Result<Batch>) -> String {
    let model = fresh::<Ner>();
    let error = batch.and_then(|batch| model.forward(&batch)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input, "{error}");
    error.to_string()
}

#[test]
fn ids_and_types_beyond_the_tables_are_refused() {
    says(&refused(batch(1200, 0, 3)), &["sequence 0, position 0", "1200", "vocabulary"]);
    says(&refused(batch(u32::MAX, 0, 3)), &["4294967295"]);
    says(&refused(batch(7, 2, 3)), &["token type 2"]);
    fresh::<Ner>().forward(&batch(1199, 1, 128).unwrap()).unwrap();
}

#[test]
fn sequences_that_are_too_long_are_refused() {
    says(&refused(batch(7, 0, 129)), &["sequence 0", "position 128", "128 tokens", "truncate"]);
}

#[test]
fn empty_batches_and_rows_are_refused() {
    says(&refused(Batch::from_padded(&[], &[], &[])), &["no sequences"]);
    says(&refused(Batch::from_padded(&vec![vec![7; 3]; 2], &[vec![1; 3], vec![0; 3]], &vec![vec![0; 3]; 2])), &["row 1", "all zero"]);
    says(&refused(Batch::from_padded(&[vec![]], &[vec![]], &[vec![]])), &["row 0", "no token"]);
    says(&refused(Batch::from_padded(&[vec![7; 3], vec![7; 2]], &vec![vec![1; 3]; 2], &vec![vec![0; 3]; 2])), &["row 1", "3 wide"]);
    says(&refused(Batch::from_padded(&[vec![7; 3]], &[vec![1, 2, 1]], &[vec![0; 3]])), &["row 0", "2"]);
}

#[test]
fn no_text_at_all_gives_no_prediction_and_no_panic() {
    let model = fresh::<Ner>();
    assert!(model.predict_many(Vec::<Text>::new()).unwrap().is_empty());
    assert_eq!(model.bert().encode(Vec::<Text>::new()).unwrap_err().kind(), ErrorKind::Input);
    model.predict("").unwrap();
}

#[test]
fn an_example_without_choices_is_refused_by_its_number() {
    let model = fresh::<MultipleChoice>();
    let error = model.predict_many([vec!["one", "two"], vec![]]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    says(&error.to_string(), &["choice"]);
}

#[test]
fn texts_that_are_too_long_are_read_in_windows_or_cut_and_that_is_told() {
    let (whole, by_token) = (fresh::<Emotions>(), fresh::<Ner>());
    let long = "again ".repeat(200);
    let cut = whole.predict(&long).unwrap();
    let truncation = cut.truncation().unwrap();
    assert_eq!((truncation.kept, truncation.total, cut.windows()), (whole.bert().max_length(), 202, 1));
    let tagged = by_token.predict(&long).unwrap();
    assert_eq!((tagged.truncation(), tagged.words.len()), (None, 200));
    assert!(tagged.windows() > 1);
    for short in [whole.predict("again").unwrap().truncation(), by_token.predict("again").unwrap().truncation()] {
        assert_eq!(short, None);
    }
}

#[test]
fn texts_without_a_tokenizer_are_refused() {
    let model = BertFor::<Ner>::fresh_head(fixture("token_classification"), 1, &Device::Cpu).unwrap();
    let error = model.predict("again").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tokenizer);
    says(&error.to_string(), &["tokenizer.json", "vocab.txt"]);
}
