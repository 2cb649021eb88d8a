#![allow(clippy::unwrap_used, clippy::panic)]

mod chains;
mod parses;
mod possible;
mod strategies;

use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::decode::span::best_spans;
use crate::decode::*;
use crate::testing::vocabulary;
use crate::text::{Encoding, Text, Tokenizer, collate};
use crate::value::{Layout, Rows, Value};

fn tokenizer() -> Tokenizer {
    Tokenizer::open(vocabulary(&[]).path()).unwrap()
}

fn encode(texts: &[Text]) -> Vec<Encoding> {
    texts.iter().map(|text| tokenizer().encode(text, 64).unwrap()).collect()
}

fn layout(encodings: &[Encoding]) -> Arc<Layout> {
    collate(encodings).unwrap().layout().clone()
}

/// A value whose rows are these.
fn rows(kind: Rows, layout: &Arc<Layout>, rows: &[Vec<f32>]) -> Value {
    Value::new(Tensor::new(rows.to_vec(), &Device::Cpu).unwrap(), kind, layout.clone())
}

fn column(kind: Rows, layout: &Arc<Layout>, numbers: &[f32]) -> Value {
    let tensor = Tensor::new(numbers.to_vec(), &Device::Cpu).unwrap();
    rows(kind, layout, &vec![vec![0.0]; numbers.len()]).without_features(tensor)
}

fn one<P: FromDecoded>(decoded: Vec<Decoded>) -> P {
    let [decoded]: [Decoded; 1] = decoded.try_into().unwrap();
    P::from_decoded(decoded).unwrap()
}

fn close(a: f32, b: f64) -> bool {
    (f64::from(a) - b).abs() < 1e-6
}

const NAMES: [&str; 5] = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"];

#[derive(Debug, Clone, Copy, PartialEq)]
struct Tag(usize);

impl crate::head::Label for Tag {
    const NAMES: &'static [&'static str] = &NAMES;
    const COUNT: usize = 5;
    fn from_index(index: usize) -> Option<Self> {
        (index < 5).then_some(Self(index))
    }
    fn index(self) -> usize {
        self.0
    }
}

#[test]
fn argmax_gives_the_softmax_of_every_label() {
    let texts = encode(&["a".into(), "man".into()]);
    let x = rows(Rows::Sequence, &layout(&texts), &[vec![0.5, -1.0, 2.0], vec![1000.0, 0.0, -1000.0]]);
    let decoded = decode_argmax(&x, &Reading::new(&texts)).unwrap();
    let typed: Vec<Classified<IndexLabel<3>>> = decoded.into_iter().map(|one| Classified::from_decoded(one).unwrap()).collect();
    let powers = [0.5f64, -1.0, 2.0].map(f64::exp);
    for (index, power) in powers.iter().enumerate() {
        let label = IndexLabel::new(index).unwrap();
        assert!(close(typed[0].score_of(label), power / powers.iter().sum::<f64>()));
    }
    assert_eq!((usize::from(typed[0].label), usize::from(typed[1].label), typed[1].score), (2, 0, 1.0));
    assert!(Classified::<IndexLabel<4>>::from_decoded(decode_argmax(&x, &Reading::new(&texts)).unwrap().remove(0)).is_err());
}

#[test]
fn argmax_without_features_chooses_among_choices_or_tokens() {
    let texts = encode(&["a".into(), "man".into(), "is".into()]);
    let grouped = Arc::new(Layout::clone(&layout(&texts)).with_choices(vec![0, 1, 3]));
    let decoded = decode_argmax(&column(Rows::Sequence, &grouped, &[5.0, 0.0, 1.0]), &Reading::new(&texts)).unwrap();
    let chosen: Vec<Chosen> = decoded.into_iter().map(|one| Chosen::from_decoded(one).unwrap()).collect();
    assert_eq!((chosen[0].index, chosen[0].score, chosen[1].index), (0, 1.0, 1));
    assert!(close(chosen[1].score, 1f64.exp() / (1f64.exp() + 1.0)));

    let texts = encode(&["a man".into()]);
    let chosen: Chosen = one(decode_argmax(&column(Rows::Token, &layout(&texts), &[0.0, 3.0, 1.0, 2.0]), &Reading::new(&texts)).unwrap());
    assert_eq!((chosen.index, chosen.scores.len()), (1, 4));
}

#[test]
fn labels_of_choices_are_one_answer_a_choice() {
    let texts = encode(&["a".into(), "man".into()]);
    let grouped = Arc::new(Layout::clone(&layout(&texts)).with_choices(vec![0, 2]));
    let x = rows(Rows::Sequence, &grouped, &[vec![0.0, 1.0], vec![1.0, 0.0]]);
    let answers: PerChoice<Classified<IndexLabel<2>>> = one(decode_argmax(&x, &Reading::new(&texts)).unwrap());
    assert_eq!(answers.iter().map(|answer| usize::from(answer.label)).collect::<Vec<_>>(), [1, 0]);
}

/// Rows that favour one label each, by 2 logits.
fn favour(labels: &[usize], of: usize) -> Vec<Vec<f32>> {
    labels.iter().map(|&label| (0..of).map(|other| if other == label { 2.0 } else { 0.0 }).collect()).collect()
}

#[test]
fn words_are_read_at_their_first_token() {
    let texts = encode(&["eating food".into()]);
    let x = rows(Rows::Token, &layout(&texts), &favour(&[0, 1, 2, 0, 1], 3));
    let words: PerToken<Classified<IndexLabel<3>>> = one(decode_argmax(&x, &Reading::new(&texts)).unwrap());
    let read: Vec<_> = words.iter().map(|at| (at.text.as_str(), at.token, at.word, usize::from(at.value.label))).collect();
    assert_eq!(read, [("eating", 1, Some(0), 1), ("food", 3, Some(1), 0)]);
}

fn tag(text: Text, labels: &[usize]) -> Tagged<Tag> {
    let texts = encode(&[text]);
    let x = rows(Rows::Token, &layout(&texts), &favour(labels, NAMES.len()));
    one(decode_entities(&x, &NAMES, &Reading::new(&texts)).unwrap())
}

#[test]
fn entities_are_merged_as_transformers_merges_them() {
    let kinds = |labels: &[usize]| {
        let text = vec!["man"; labels.len()];
        let framed: Vec<usize> = [&[0], labels, &[0]].concat();
        let tagged = tag(text.into(), &framed);
        tagged.entities.iter().map(|entity| (entity.kind, entity.words.clone())).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[1, 2, 2, 0, 3]), [("PER", 0..3), ("LOC", 4..5)]);
    assert_eq!(kinds(&[1, 1, 2]), [("PER", 0..1), ("PER", 1..3)]);
    assert_eq!(kinds(&[2, 2, 4, 4]), [("PER", 0..2), ("LOC", 2..4)]);
    assert_eq!(kinds(&[2, 0, 2]), [("PER", 0..1), ("PER", 2..3)]);
    assert_eq!(kinds(&[1, 4, 2]), [("PER", 0..1), ("LOC", 1..2), ("PER", 2..3)]);
    assert!(kinds(&[0, 0]).is_empty());
}

#[test]
fn an_entity_has_its_characters_its_words_and_a_mean_score() {
    let tagged = tag("🙂 New York, Zürich!".into(), &[0, 0, 3, 4, 0, 3, 0, 0, 0]);
    let [york, zurich] = tagged.entities.as_slice() else { panic!("{tagged:?}") };
    assert_eq!((york.text.as_str(), york.chars.clone(), york.words.clone(), york.label), ("New York", 2..10, 1..3, Tag(3)));
    assert_eq!((zurich.text.as_str(), zurich.chars.clone()), ("Zürich", 12..18));
    let score = 2f64.exp() / (2f64.exp() + 4.0);
    assert!(close(york.score, score) && close(tagged.words[0].value.score, score));
    assert_eq!(tagged.words.len(), 6);
}

#[test]
fn marks_of_the_end_and_of_single_words_part_entities() {
    let names = ["O", "B-X", "I-X", "E-X", "S-X", "E-mail"];
    let texts = encode(&[vec!["a"; 6].into()]);
    let x = rows(Rows::Token, &layout(&texts), &favour(&[0, 1, 3, 2, 4, 5, 5, 0], names.len()));
    let Decoded::Entities { entities, .. } = decode_entities(&x, &names, &Reading::new(&texts)).unwrap().remove(0) else { panic!() };
    assert_eq!(entities.iter().map(|entity| entity.words.clone()).collect::<Vec<_>>(), [0..2, 2..3, 3..4, 4..6]);
}

#[test]
fn thresholds_take_every_label_by_itself() {
    let texts = encode(&["a".into()]);
    let x = rows(Rows::Sequence, &layout(&texts), &[vec![100.0, -100.0, 0.0, -0.4]]);
    let set: LabelSet<IndexLabel<4>> = one(decode_threshold(&x, 0.4, &Reading::new(&texts)).unwrap());
    assert_eq!(set.labels.iter().map(|&label| usize::from(label)).collect::<Vec<_>>(), [0, 2, 3]);
    assert!(set.scores.iter().all(|(_, score)| score.is_finite()) && close(set.scores[3].1, 1.0 / (1.0 + 0.4f64.exp())));
    let half: LabelSet<IndexLabel<4>> = one(decode_threshold(&x, 0.5, &Reading::new(&texts)).unwrap());
    assert_eq!(half.labels.len(), 1, "a probability of exactly the threshold is not above it");
}

#[test]
fn values_are_numbers_or_probabilities() {
    let texts = encode(&["a".into()]);
    let x = column(Rows::Sequence, &layout(&texts), &[-1.5]);
    assert_eq!(one::<f32>(decode_value(&x, Link::Identity, &Reading::new(&texts)).unwrap()), -1.5);
    assert!(close(one::<f32>(decode_value(&x, Link::Logit, &Reading::new(&texts)).unwrap()), 1.0 / (1.0 + 1.5f64.exp())));
    let x = rows(Rows::Sequence, &layout(&texts), &[vec![1.0, 2.0]]);
    assert_eq!(one::<Vec<f32>>(decode_value(&x, Link::Identity, &Reading::new(&texts)).unwrap()), [1.0, 2.0]);
}

#[test]
fn embeddings_are_rows() {
    let texts = encode(&["a".into()]);
    let x = rows(Rows::Token, &layout(&texts), &[vec![1.0, 0.0], vec![0.0, 1.0], vec![1.0, 1.0]]);
    let all: PerToken<Embedding> = one(decode_embedding(&x, &Reading::new(&texts)).unwrap());
    assert_eq!((all.len(), all[1].text.as_str(), all[1].value.to_vec()), (3, "a", vec![0.0, 1.0]));
    assert!(close(all[0].value.cosine(&all[2].value), 0.5f64.sqrt()));
}

#[test]
fn masks_are_filled_with_the_likeliest_tokens() {
    let (tokenizer, texts) = (tokenizer(), encode(&["a man".into(), "🙂 [MASK] is [MASK]".into()]));
    let size = tokenizer.vocab_size();
    let likes =
        |token: &str| (0..size).map(|id| if Some(id as u32) == tokenizer.id(token) { 3.0 } else { -(id as f32) }).collect::<Vec<f32>>();
    let (picked, _) = layout(&texts).select(&[vec![], vec![2, 4]]).unwrap();
    let x = rows(Rows::Token, &Arc::new(picked), &[likes("man"), likes("food")]);
    let decoded = decode_top_k(&x, 2, &Reading::new(&texts).with_tokenizer(&tokenizer)).unwrap();
    let [none, some] = decoded.try_into().map(|all: [Decoded; 2]| all.map(|one| Vec::<MaskedToken>::from_decoded(one).unwrap())).unwrap();
    assert!(none.is_empty());
    let read: Vec<_> = some
        .iter()
        .map(|mask| (mask.position, mask.chars.clone(), mask.candidates[0].token.as_str(), mask.candidates[1].token.as_str()))
        .collect();
    assert_eq!(read, [(2, 2..8, "man", "[PAD]"), (4, 12..18, "food", "[PAD]")]);
    assert!(some[0].candidates[0].score > 0.9);
}

/// Every span, scored and sorted.
fn naive_spans(starts: &[f32], ends: &[f32], max_len: usize, best: usize) -> Vec<(usize, usize)> {
    let mut all = Vec::new();
    for (from, start) in starts.iter().enumerate() {
        for (to, end) in ends.iter().enumerate() {
            if to >= from && to - from < max_len {
                all.push((from, to, start * end));
            }
        }
    }
    all.sort_by(|a, b| b.2.partial_cmp(&a.2).unwrap().then((a.0, a.1).cmp(&(b.0, b.1))));
    all.iter().take(best).map(|span| (span.0, span.1)).collect()
}

#[test]
fn spans_are_those_of_a_search_through_all() {
    let mut seed = 1u32;
    let mut draw = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from((seed >> 24) as u8 % 16) / 16.0
    };
    for (length, max_len, best) in
        (0..14).flat_map(|n| [0, 1, 3, 30].into_iter().flat_map(move |max| [0, 1, 3, 500].map(|best| (n, max, best))))
    {
        let (starts, ends): (Vec<f32>, Vec<f32>) = (0..length).map(|_| (draw(), draw())).unzip();
        let found: Vec<_> = best_spans(&starts, &ends, max_len, best).into_iter().map(|span| (span.0, span.1)).collect();
        assert_eq!(found, naive_spans(&starts, &ends, max_len, best));
    }
}

#[test]
fn an_answer_lies_in_the_context_alone() {
    let texts = encode(&[("who is eating?", "Zürich, a man").into()]);
    let tokens = texts[0].len();
    let peak = |at: &[(usize, f32)]| {
        (0..tokens).map(|token| at.iter().find(|(peak, _)| *peak == token).map_or(0.0, |peak| peak.1)).collect::<Vec<_>>()
    };
    let layout = layout(&texts);
    let (start, end) = (peak(&[(1, 90.0), (0, 80.0), (7, 9.0)]), peak(&[(1, 90.0), (6, 50.0), (8, 9.0), (10, 8.5)]));
    let decoded =
        decode_span(&column(Rows::Token, &layout, &start), &column(Rows::Token, &layout, &end), 30, 2, &Reading::new(&texts)).unwrap();
    let answers: Answers = one(decoded);
    let read: Vec<_> = answers.iter().map(|answer| (answer.text.as_str(), answer.chars.clone(), answer.sequence)).collect();
    assert_eq!(read, [("Zürich", 0..6, 1), ("Zürich, a", 0..9, 1)]);
    let context: f64 = 9f64.exp() + 4.0;
    let ends: f64 = 9f64.exp() + 8.5f64.exp() + 3.0;
    assert!(close(answers.best().unwrap().score, 9f64.exp() / context * 9f64.exp() / ends));
}

#[test]
fn an_empty_context_has_no_answer() {
    let texts = encode(&[("who?", "").into()]);
    let layout = layout(&texts);
    let zeros = column(Rows::Token, &layout, &vec![0.0; texts[0].len()]);
    let answers: Answers = one(decode_span(&zeros, &zeros, 30, 3, &Reading::new(&texts)).unwrap());
    assert!(answers.is_empty());
}

#[test]
fn tensors_are_an_examples_own_rows() {
    let texts = encode(&["a".into(), "a man".into()]);
    let x = rows(Rows::Token, &layout(&texts), &(0..7).map(|row| vec![row as f32, 0.5]).collect::<Vec<_>>());
    let decoded = decode_tensor(&x, &Reading::new(&texts)).unwrap();
    let shapes: Vec<_> = decoded.into_iter().map(|one| Tensor::from_decoded(one).unwrap().dims().to_vec()).collect();
    assert_eq!(shapes, [[3, 2], [4, 2]]);
}
