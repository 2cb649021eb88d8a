//! Batches that the memory of a device does not suffice for.

use super::*;
use crate::model::engine::{Answer, Engine, in_halves};
use crate::model::question::Question;
use crate::testing::memory::with_memory_for;

/// Eight texts of three to nine tokens, as answered at once by a device with memory for so many tokens.
fn answered(tokens: usize) -> Result<Vec<Answer>> {
    let folder = tiny_bert(true);
    let bert = Bert::open(folder.path(), &Device::Cpu).unwrap();
    let model = bert.bind::<Embed>().unwrap();
    let texts = ["a", "a man", "who eats food ?", "a man is eating food .", "paris", "new york", "who", "a man eats a man"];
    let questions: Vec<Question> = texts.iter().map(|text| bert.question(&Text::from(*text)).unwrap()).collect();
    let engine: Engine<'_> = bert.engine().unwrap();
    let asked: Vec<&Question> = questions.iter().collect();
    let answers = with_memory_for(tokens, || engine.answer_at_once(&[model.head() as &dyn Head], &asked))?;
    Ok(answers.into_iter().map(crate::model::Predicted::into_inner).collect())
}

#[test]
fn a_batch_is_halved_until_it_fits_and_the_answers_are_the_same() {
    let whole = format!("{:?}", answered(usize::MAX).unwrap());
    for tokens in [20, 12, 9] {
        assert_eq!(format!("{:?}", answered(tokens).unwrap()), whole, "{tokens}");
    }
}

#[test]
fn a_text_that_does_not_fit_alone_is_an_error_that_names_it() {
    let error = answered(6).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Memory);
    let told = error.to_string();
    assert!(told.contains("a batch of 1 texts with 9 tokens, the longest of 9: give `BertOptions::batch_tokens` fewer"), "{told}");
}

#[test]
fn other_errors_are_not_tried_again() {
    let asked = std::cell::Cell::new(0);
    let run = |_: &[u32]| -> Result<Vec<u32>> {
        asked.set(asked.get() + 1);
        Err(crate::error::Error::new(ErrorKind::Tensor, "other"))
    };
    assert!(in_halves(&[1, 2, 3, 4], &run).is_err());
    assert_eq!(asked.get(), 1);
}
