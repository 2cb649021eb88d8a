//! Examples for any head: texts, or choices of them, with what the head is given.

use bert_dsl::ir::GivenKind;
use bert_dsl::{Bare, CheckedHead, Source, check};
use bert_runtime::encoder::Batch;
use bert_runtime::text::{Example, Position, Text, collate};
use bert_runtime::{Bert, Result};

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

/// An example with what is given.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    texts: Vec<Text>,
    is_choices: bool,
    numbers: Vec<(&'static str, Vec<f32>)>,
    positions: Vec<(&'static str, Position)>,
}

impl Example for Given {
    fn texts(&self) -> &[Text] {
        &self.texts
    }

    fn is_choices(&self) -> bool {
        self.is_choices
    }

    fn numbers(&self) -> Vec<(&'static str, &[f32])> {
        self.numbers.iter().map(|(name, numbers)| (*name, numbers.as_slice())).collect()
    }

    fn positions(&self) -> Vec<(&'static str, Position)> {
        self.positions.clone()
    }
}

/// The checked head of a text.
pub(crate) fn checked(text: &str) -> CheckedHead {
    let source = Source::new("head", text);
    let heads = check(&source, Bare::Refused).heads().unwrap_or_else(|errors| panic!("{}", errors.render(&source)));
    heads.into_iter().next().unwrap()
}

/// Six examples of a head.
pub(crate) fn examples(head: &CheckedHead) -> Vec<Given> {
    (0..TEXTS.len()).map(|number| example(head, number)).collect()
}

fn example(head: &CheckedHead, number: usize) -> Given {
    let is_choices = head.sources.iter().any(|source| source.per_choice);
    let count = if is_choices { CHOICES } else { 1 };
    let texts = (0..count).map(|choice| TEXTS[(number + choice) % TEXTS.len()].into()).collect();
    let mut given = Given { texts, is_choices, numbers: Vec::new(), positions: Vec::new() };
    for (place, wanted) in head.givens.iter().enumerate() {
        let name: &'static str = wanted.name.clone().leak();
        match wanted.kind {
            GivenKind::Position => given.positions.push((name, Position::Token(1 + (number + place) % 5))),
            GivenKind::Features(size) => {
                let numbers = (0..size).map(|feature| (number as f32 - 2.5) * 0.3 + feature as f32 * 0.1).collect();
                given.numbers.push((name, numbers));
            }
        }
    }
    given
}

/// The batch of some examples.
///
/// # Errors
/// What the runtime says of it.
pub(crate) fn batch(bert: &Bert, examples: &[Given]) -> Result<Batch> {
    let encodings: Vec<_> = examples.iter().map(|example| bert.tokenize(example)).collect::<Result<_>>()?;
    let mut batch = collate(&encodings.concat())?;
    if examples[0].is_choices {
        batch = batch.with_choices(&vec![CHOICES; examples.len()])?;
    }
    for (place, (name, _)) in examples[0].numbers.iter().enumerate() {
        batch = batch.with_features(name, examples.iter().map(|example| example.numbers[place].1.clone()).collect())?;
    }
    for (place, (name, _)) in examples[0].positions.iter().enumerate() {
        batch = batch.with_positions(name, examples.iter().map(|example| token(example.positions[place].1)).collect())?;
    }
    Ok(batch)
}

fn token(position: Position) -> u32 {
    match position {
        Position::Token(token) => u32::try_from(token).unwrap(),
        Position::Word(_) | Position::Char(_) => unreachable!("the examples give tokens"),
    }
}
