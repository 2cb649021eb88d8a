//! Examples for any head: texts, or choices of them, with what the head is given.

use bert_dsl::CheckedHead;
use bert_dsl::ir::GivenKind;
use bert_runtime::encoder::Batch;
use bert_runtime::interpret::DynamicInput;
use bert_runtime::text::{Example, Position, collate};
use bert_runtime::{Bert, Choices, Result};

/// Texts of different lengths, as many as make whole pairs and whole threes.
const TEXTS: [&str; 6] = [
    "A man is eating some [MASK] in the house today",
    "The children play in the park with their old dog and a ball",
    "She said that [MASK] would not go there again before the end of the year",
    "It was a good film for the whole family and for me",
    "We went to the city by train in the morning and came home at night",
    "He has never seen a [MASK] as large as this one in his life",
];

/// How many choices an example has, where it has several.
const CHOICES: usize = 3;

/// Six examples of a head.
pub(crate) fn examples(head: &CheckedHead) -> Vec<DynamicInput> {
    (0..TEXTS.len()).map(|number| example(head, number)).collect()
}

fn example(head: &CheckedHead, number: usize) -> DynamicInput {
    let text = |choice: usize| TEXTS[(number + choice) % TEXTS.len()];
    let texts = match head.sources.iter().any(|source| source.per_choice) {
        true => DynamicInput::from((0..CHOICES).map(text).collect::<Choices>()),
        false => DynamicInput::from(text(0)),
    };
    head.givens.iter().enumerate().fold(texts, |input, (place, wanted)| match wanted.kind {
        GivenKind::Position => input.with_position(&wanted.name, Position::Token(1 + (number + place) % 5)),
        GivenKind::Features(size) => {
            let feature = |feature| (number as f32 - 2.5) * 0.3 + feature as f32 * 0.1;
            input.with_numbers(&wanted.name, (0..size).map(feature).collect())
        }
    })
}

/// The batch of some examples.
///
/// # Errors
/// What the runtime says of it.
pub(crate) fn batch(bert: &Bert, examples: &[DynamicInput]) -> Result<Batch> {
    let encodings: Vec<_> = examples.iter().map(|example| bert.tokenize(example)).collect::<Result<_>>()?;
    let mut batch = collate(&encodings.concat())?;
    if examples[0].is_choices() {
        batch = batch.with_choices(&vec![CHOICES; examples.len()])?;
    }
    for (place, (name, _)) in examples[0].numbers().into_iter().enumerate() {
        batch = batch.with_features(name, examples.iter().map(|example| example.numbers()[place].1.to_vec()).collect())?;
    }
    for (place, (name, _)) in examples[0].positions().into_iter().enumerate() {
        batch = batch.with_positions(name, examples.iter().map(|example| token(example.positions()[place].1)).collect())?;
    }
    Ok(batch)
}

fn token(position: Position) -> u32 {
    match position {
        Position::Token(token) => u32::try_from(token).unwrap(),
        Position::Word(_) | Position::Char(_) => unreachable!("the examples give tokens"),
    }
}
