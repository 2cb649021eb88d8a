//! Examples for each of the nine heads, on the small model with a tokenizer.

use std::ops::Range;

use bert_runtime::encoder::Batch;
use bert_runtime::head::Targets;
use bert_runtime::targets::{Labels, Span, Tags, TokenTargets, collate_targets};
use bert_runtime::text::{Encoding, Example, collate};
use bert_runtime::{Bert, BertFor, BertOptions, Choices, Label, Task, Text};
use candle_core::Device;

use crate::folders::Copy;
use crate::heads::*;

/// How many examples there are of each head.
pub const EXAMPLES: usize = 4;

/// A head with examples.
pub trait Sample: Task<Input: Clone> {
    /// The examples, of different lengths.
    fn inputs() -> Vec<Self::Input>;

    /// What the example of this number is trained towards, given its tokens.
    fn target(number: usize, texts: &[Encoding]) -> Self::Target;
}

/// A new head on the small model.
pub fn fresh<T: Task>() -> BertFor<T> {
    fresh_with(&Bert::options())
}

/// A new head on the small model, opened in this way.
pub fn fresh_with<T: Task>(options: &BertOptions) -> BertFor<T> {
    options.fresh_for(Copy::of_tiny_bert().path(), 11, &Device::Cpu).unwrap()
}

/// Some of a head's examples as a batch with its targets, with columns of padding added at the right.
pub fn batch<T: Sample>(bert: &Bert, examples: Range<usize>, more: usize) -> (Batch, Targets) {
    let inputs = T::inputs();
    let tokens = |inputs: &[T::Input]| inputs.iter().map(|input| bert.tokenize(input).unwrap()).collect::<Vec<_>>();
    let (before, here) = (tokens(&inputs[..examples.start]), tokens(&inputs[examples.clone()]));
    let texts: Vec<Encoding> = here.iter().flatten().cloned().collect();
    let mut batch = wider(&collate(&texts).unwrap(), more).with_first_sequence(before.iter().map(Vec::len).sum::<usize>() as u64);
    if inputs[0].is_choices() {
        batch = batch.with_choices(&here.iter().map(Vec::len).collect::<Vec<_>>()).unwrap();
    }
    let targets = examples.clone().zip(&here).map(|(number, texts)| T::target(number, texts));
    (batch.with_mask_token(bert.tokenizer().unwrap().special().mask.unwrap()), collate_targets(targets, &here).unwrap())
}

/// The same sequences with more padding.
fn wider(batch: &Batch, more: usize) -> Batch {
    let layout = batch.layout();
    let table = |of: &dyn Fn(usize) -> u32| -> Vec<Vec<u32>> {
        let row = |sequence: usize| {
            let mut row = vec![0; layout.width() + more];
            layout.rows(sequence).zip(layout.positions(sequence)).for_each(|(token, &column)| row[column as usize] = of(token));
            row
        };
        (0..layout.sequences()).map(row).collect()
    };
    let wider = Batch::from_padded(&table(&|token| batch.ids()[token]), &table(&|_| 1), &table(&|token| batch.types()[token])).unwrap();
    wider.with_words(batch.words().unwrap().to_vec()).unwrap()
}

const TEXTS: [&str; EXAMPLES] = [
    "The [MASK] was great, and Anna [MASK] it twice.",
    "Paris",
    "Who walked to the bank in [MASK] yesterday, and why did nobody ask them to stay a little longer?",
    "We never saw the end of it.",
];

fn texts() -> Vec<Text> {
    TEXTS.into_iter().map(Text::from).collect()
}

fn pairs() -> Vec<Text> {
    let seconds = ["It ended well.", "Where is the river that we crossed on our way?", "No.", "Anna [MASK] again."];
    TEXTS.into_iter().zip(seconds).map(Text::from).collect()
}

fn choices() -> Vec<Choices> {
    [
        vec!["it rained", "nobody came"],
        vec!["a city"],
        vec!["to rest for a while", "no", "because of the river"],
        vec!["never", "again and again"],
    ]
    .into_iter()
    .zip(TEXTS)
    .map(|(endings, start)| Choices::from((start, endings)))
    .collect()
}

fn label<L: Label>(number: usize) -> L {
    L::from_index(number % L::COUNT).unwrap()
}

/// Every third token is to be found again.
fn masked(number: usize, texts: &[Encoding]) -> TokenTargets {
    let ids = texts[0].ids();
    TokenTargets(ids.iter().enumerate().map(|(token, &id)| ((token + number) % 3 == 1).then_some(id)).collect())
}

/// Every word but each fourth has a label.
fn tags<L: Label>(number: usize, texts: &[Encoding]) -> Tags<L> {
    Tags((0..texts[0].words(0)).map(|word| (word % 4 != 3).then(|| label(word + number))).collect())
}

fn span(number: usize, texts: &[Encoding]) -> Span {
    let last = texts[0].len() - 1;
    Span { start: number.min(last), end: (number + 2).min(last) }
}

fn both(number: usize, texts: &[Encoding]) -> PreTrainingTarget {
    PreTrainingTarget { prediction_logits: Some(masked(number, texts)), seq_relationship_logits: Some(label(number)) }
}

macro_rules! samples {
    ($($task:ident: $inputs:ident, |$number:pat_param, $texts:pat_param| $target:expr;)+) => {
        $(
            impl Sample for $task {
                fn inputs() -> Vec<Self::Input> {
                    $inputs()
                }
                fn target($number: usize, $texts: &[Encoding]) -> Self::Target {
                    $target
                }
            }
        )+
    };
}

samples! {
    MaskedLm: texts, |number, texts| masked(number, texts);
    NextSentence: pairs, |number, _| label(number);
    PreTraining: pairs, |number, texts| both(number, texts);
    SequenceClassification: texts, |number, _| label(number);
    Similarity: pairs, |number, _| number as f32 * 1.25;
    Emotions: texts, |number, _| Labels(vec![label(number), label(number + 2)]);
    Ner: texts, |number, texts| tags(number, texts);
    QuestionAnswering: pairs, |number, texts| span(number, texts);
    MultipleChoice: choices, |number, texts| number % texts.len();
}
