//! Texts that are longer than the encoder: windows are measured whole, and what was cut does not count.

use bert_runtime::targets::Tags;
use bert_runtime::text::Windows;
use bert_runtime::{Bert, BertFor, Label};
use tests::heads::*;
use tests::samples::fresh_with;

const WORDS: usize = 60;

fn evaluate(windows: Windows) -> (bert_runtime::metrics::Evaluation, usize) {
    let model: BertFor<Ner> = fresh_with(&Bert::options().max_length(16).windows(windows));
    let long = || (0..WORDS).map(|word| ["Anna", "walked", "to", "Paris"][word % 4]).collect::<Vec<_>>();
    let answer = model.predict(long()).unwrap();
    let own: Vec<NerLabel> = answer.words.iter().map(|word| word.value.label).collect();
    let read = own.len();
    // Everything that was read is right; what was not is anything.
    let wanted = own.into_iter().chain((read..WORDS).map(|_| NerLabel::from_index(1).unwrap())).collect::<Vec<_>>();
    let short = (vec!["Paris"], Tags(vec![None]));
    (model.evaluate([(long(), Tags::from(wanted)), short]).unwrap(), read)
}

#[test]
fn windows_are_measured_as_one_text() {
    let (evaluation, read) = evaluate(Windows::overlapping(4));
    assert_eq!((read, evaluation.examples, evaluation.truncated, evaluation.get("accuracy")), (WORDS, 2, 0, Some(1.0)));
    assert!(evaluation.get("loss").is_some_and(f64::is_finite));
}

#[test]
fn words_that_were_cut_off_do_not_count() {
    let (evaluation, read) = evaluate(Windows::off());
    assert!(read < WORDS && evaluation.to_string().ends_with("(1 of 2 examples were cut)"), "{evaluation}");
    assert_eq!((evaluation.truncated, evaluation.get("accuracy")), (1, Some(1.0)));
}
