//! What the answers of heads are measured by: each kind of decode with its kinds of target.
#![allow(clippy::single_range_in_vec_init)]

use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::decode::*;
use crate::error::ErrorKind;
use crate::head::{Outcome, Target, Targets};
use crate::interpret::Labels;
use crate::losses::Part;
use crate::metrics::*;
use crate::testing::vocabulary;
use crate::text::{Encoding, Text, Tokenizer};

fn encode(text: impl Into<Text>) -> Encoding {
    Tokenizer::open(vocabulary(&[]).path()).unwrap().encode(&text.into(), 16).unwrap()
}

fn named(names: &[&str]) -> Labels {
    Labels::Named(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().into())
}

fn of(labels: Labels) -> Outcome {
    Outcome { labels, ..Outcome::new("logits", &["labels"]) }
}

fn class(best: usize, of: usize) -> Decoded {
    Decoded::Class { best, scores: vec![1.0 / of as f32; of] }
}

/// The first token of each word of a text, with an answer each.
fn words(text: &Encoding, answers: impl IntoIterator<Item = Decoded>) -> Vec<At<Decoded>> {
    let place = |(token, value): (usize, Decoded)| {
        let piece = &text.pieces()[token];
        At { token, sequence: piece.sequence.unwrap(), word: piece.word, text: String::new(), chars: 0..0, value }
    };
    text.first_pieces().zip(answers).map(place).collect()
}

/// The scores of examples under one outcome.
fn scores(outcome: Outcome, examples: impl IntoIterator<Item = (Decoded, Target, Vec<Encoding>)>) -> Scores {
    let name = outcome.targets[0].clone();
    let mut metrics = Metrics::of_outcomes(vec![outcome]);
    for (decoded, target, texts) in examples {
        metrics.add_example(&[decoded], &Targets::new().with(&name, vec![target]), &texts).unwrap();
    }
    metrics.scores()
}

fn all(scores: &Scores) -> Vec<(&str, f64)> {
    scores.iter().map(|score| (score.name.as_str(), (score.value * 1e6).round() / 1e6)).collect()
}

fn classes(labels: Labels, answers: &[(usize, i64)]) -> Scores {
    let count = labels.count().max(3);
    scores(of(labels), answers.iter().map(|&(best, wanted)| (class(best, count), Target::Classes(vec![wanted]), vec![encode("a")])))
}

#[test]
fn two_labels_more_labels_and_choices() {
    let answers = [(0, 0), (1, 1), (1, 0), (0, 0), (1, -100)];
    let two = classes(named(&["no", "yes"]), &answers);
    let expected = [("accuracy", 0.75), ("f1", 0.666667), ("precision", 0.5), ("recall", 1.0), ("matthews_correlation", 0.57735)];
    assert_eq!(all(&two), expected);
    let more = classes(Labels::Count(3), &[(0, 0), (2, 1), (2, 2)]);
    assert_eq!(all(&more), [("accuracy", 0.666667), ("f1_macro", 0.555556), ("f1_micro", 0.666667), ("matthews_correlation", 0.612372)]);
    assert_eq!(all(&classes(Labels::None, &answers)), [("accuracy", 0.75)]);
    assert!(more.iter().all(|score| score.better == Better::Higher));
}

#[test]
fn nothing_that_counts_is_told() {
    let none = classes(named(&["no", "yes"]), &[]);
    assert!(none.is_empty() && none.unmeasured().is_empty());
    assert!(classes(named(&["no", "yes"]), &[(1, -100)]).is_empty());
}

#[test]
fn distributions_want_their_largest_share() {
    let shares = |shares: &[f32]| (class(1, 2), Target::Numbers(shares.to_vec()), vec![encode("a")]);
    let found = scores(of(Labels::Count(2)), [shares(&[0.25, 0.75]), shares(&[0.5, 0.5]), shares(&[0.0, 0.0])]);
    assert_eq!(found.get("accuracy"), Some(0.5));
}

#[test]
fn sets_of_labels() {
    let set = |above: &[usize], wanted: &[f32]| {
        let decoded = Decoded::Labels { above: above.to_vec(), scores: vec![0.5; wanted.len()] };
        (decoded, Target::Numbers(wanted.to_vec()), vec![encode("a")])
    };
    let found = scores(of(Labels::Count(3)), [set(&[0, 2], &[1.0, 0.0, 1.0]), set(&[1], &[1.0, 1.0, 0.0])]);
    assert_eq!(all(&found), [("accuracy", 0.5), ("f1_macro", 0.888889), ("f1_micro", 0.857143)]);
}

#[test]
fn entities_are_told_before_words() {
    let tags = named(&["O", "B-PER", "I-PER"]);
    let pair = encode((["a", "eating", "man"], ["who", "eats"]));
    let answers = [1, 2, 0, 1, 2].map(|best| class(best, 3));
    let decoded = Decoded::Entities { entities: Vec::new(), words: words(&pair, answers) };
    let target = Target::Words(vec![Some(1), Some(2), None, Some(1), Some(0)]);
    let found = scores(of(tags.clone()), [(decoded.clone(), target.clone(), vec![pair.clone()])]);
    let half = [("entity_f1", 0.5), ("entity_precision", 0.5), ("entity_recall", 0.5), ("accuracy", 0.75)];
    assert_eq!(all(&found), half);
    let Decoded::Entities { words, .. } = decoded else { unreachable!() };
    let tokens = Decoded::Tokens(words);
    assert_eq!(all(&scores(of(tags), [(tokens.clone(), target.clone(), vec![pair.clone()])])), half);
    let plain = scores(of(named(&["noun", "verb", "other"])), [(tokens, target, vec![pair])]);
    assert_eq!((plain.get("entity_f1"), plain.get("accuracy"), plain.get("f1_micro")), (None, Some(0.75), Some(0.75)));
}

#[test]
fn an_entity_does_not_go_on_in_the_second_text() {
    let pair = encode((["a"], ["man"]));
    let decoded = Decoded::Tokens(words(&pair, [class(2, 3), class(2, 3)]));
    let target = Target::Words(vec![Some(1), Some(1)]);
    assert_eq!(scores(of(named(&["O", "B-X", "I-X"])), [(decoded, target, vec![pair])]).get("entity_f1"), Some(1.0));
}

#[test]
fn of_a_word_with_several_answers_the_first_counts_and_cut_words_do_not() {
    let text = encode(["eating", "man"]);
    let piece = |token: usize, best: usize| {
        let word = text.pieces()[token].word;
        At { token, sequence: 0, word, text: String::new(), chars: 0..0, value: class(best, 2) }
    };
    let decoded = Decoded::Tokens(vec![piece(1, 1), piece(2, 0), piece(3, 0)]);
    let target = Target::Words(vec![Some(1), Some(0), Some(1)]);
    assert_eq!(scores(of(Labels::Count(2)), [(decoded.clone(), target, vec![text.clone()])]).get("accuracy"), Some(1.0));
    let at_tokens = Target::Classes(vec![-100, 1, -100, 1, -100]);
    assert_eq!(scores(of(Labels::Count(2)), [(decoded, at_tokens, vec![text])]).get("accuracy"), Some(0.5));
}

fn number(predicted: f32, wanted: f32, texts: Vec<Encoding>) -> (Decoded, Target, Vec<Encoding>) {
    (Decoded::Number(predicted), Target::Numbers(vec![wanted]), texts)
}

#[test]
fn numbers_correlate_and_are_so_far_off() {
    let some = |numbers: &[(f32, f32)]| {
        let examples: Vec<_> = numbers.iter().map(|&(predicted, wanted)| number(predicted, wanted, vec![encode("a")])).collect();
        scores(of(Labels::None), examples)
    };
    let found = some(&[(1.0, 2.0), (2.0, 3.0), (4.0, 3.5)]);
    assert_eq!(all(&found), [("pearson", 0.928571), ("spearman", 1.0), ("mse", 0.75), ("mae", 0.833333)]);
    assert_eq!(found.iter().map(|score| score.better).collect::<Vec<_>>()[1..3], [Better::Higher, Better::Lower]);
    let constant = some(&[(1.0, 2.0), (1.0, 3.0)]);
    assert_eq!(constant.iter().map(|score| score.name.as_str()).collect::<Vec<_>>(), ["mse", "mae"]);
    assert!(constant.unmeasured()[0].why.contains("1 throughout"), "{:?}", constant.unmeasured());
    let several = scores(of(Labels::None), [(Decoded::Numbers(vec![1.0, 2.0]), Target::Numbers(vec![2.0, 2.0]), vec![encode("a")])]);
    assert_eq!(all(&several), [("mse", 0.5), ("mae", 0.5)]);
}

#[test]
fn a_yes_or_no_for_pairs_ranks_what_has_one_query() {
    let pair = |query: &str, passage: &str| vec![encode((query, passage))];
    let examples = [
        number(0.9, 0.0, pair("who", "a man")),
        number(0.2, 0.0, pair("eats", "paris")),
        number(0.6, 1.0, pair("who", "food")),
        number(0.7, 1.0, pair("eats", "a man")),
    ];
    let yes = scores(of(Labels::None).probability(), examples.clone());
    assert_eq!(all(&yes), [("accuracy", 0.75), ("f1", 0.8), ("average_precision", 0.583333), ("map", 0.75), ("mrr", 0.75)]);
    let soft = scores(of(Labels::None).probability(), [number(0.5, 0.5, pair("who", "a")), number(0.75, 1.0, pair("who", "man"))]);
    assert_eq!(soft.iter().map(|score| score.name.as_str()).collect::<Vec<_>>(), ["pearson", "spearman", "mse", "mae"]);
    let alone = scores(of(Labels::None).probability(), [number(0.9, 1.0, vec![encode("a")])]);
    assert_eq!(alone.get("map"), None);
}

#[test]
fn choices_with_a_number_each_are_a_ranking() {
    let choices = |scores: &[f32], wanted: &[f32]| {
        let decoded = Decoded::Choices(scores.iter().copied().map(Decoded::Number).collect());
        (decoded, Target::Numbers(wanted.to_vec()), vec![encode("a"); scores.len()])
    };
    let examples = [choices(&[0.1, 0.9, 0.3], &[0.0, 0.0, 1.0]), choices(&[0.8, 0.9], &[0.0, 1.0])];
    let found = scores(of(Labels::None).probability(), examples);
    assert_eq!((found.get("map"), found.get("mrr"), found.get("accuracy")), (Some(0.75), Some(0.75), Some(0.4)));
}

#[test]
fn ranks_are_right_or_so_far_off() {
    let rank = |rank: usize, wanted: i64| (Decoded::Rank { rank, above: Vec::new() }, Target::Classes(vec![wanted]), vec![encode("a")]);
    let found = scores(of(Labels::Count(5)), [rank(4, 4), rank(0, 3)]);
    assert_eq!(all(&found), [("accuracy", 0.5), ("mae", 1.5)]);
    assert_eq!(found.score("mae").unwrap().better, Better::Lower);
}

/// A span head's scores: the predicted tokens, the score of there being none, and the wanted first and last token.
fn spans(examples: &[(std::ops::Range<usize>, f32, [i64; 2])]) -> Scores {
    let mut metrics = Metrics::of_outcomes(vec![Outcome::new("start_end", &["labels.start", "labels.end"])]);
    let text = encode(("who", "a man eats food"));
    for (tokens, no_answer, ends) in examples {
        let excerpt = text.excerpt(tokens.clone());
        let answer = Answer { text: excerpt.text, score: 0.5, sequence: 1, chars: excerpt.chars, tokens: tokens.clone() };
        let decoded = Decoded::PossibleAnswers { answers: vec![answer], no_answer: *no_answer };
        let [start, end] = ends.map(|end| vec![Target::Classes(vec![end])]);
        let targets = Targets::new().with("labels.start", start).with("labels.end", end);
        metrics.add_example(&[decoded], &targets, std::slice::from_ref(&text)).unwrap();
    }
    metrics.scores()
}

#[test]
fn answers_are_compared_as_texts() {
    // [CLS] who [SEP] a man eats food [SEP]
    assert_eq!(all(&spans(&[(3..5, 0.1, [4, 4])])), [("exact_match", 1.0), ("f1", 1.0)]);
    assert_eq!(all(&spans(&[(4..6, 0.1, [5, 6])])), [("exact_match", 0.0), ("f1", 0.5)]);
    assert_eq!(all(&spans(&[(4..5, 0.9, [0, 0]), (4..5, 0.1, [0, 0])])), [("exact_match", 0.5), ("f1", 0.5)]);
    let past = spans(&[(4..5, 0.1, [90, 91]), (4..5, 0.1, [-100, -100])]);
    assert!(past.is_empty() && past.unmeasured().len() == 2, "{past:?}");
}

#[test]
fn words_have_parents_and_relations() {
    let text = encode(["who", "eats", "food"]);
    let parent = |index: Option<usize>| Decoded::Parent { index, score: 1.0 };
    let arcs = Decoded::Tokens(words(&text, [parent(Some(1)), parent(None), parent(Some(0))]));
    let relations = [[0, 1, 0], [0, 2, 0], [0, 1, 0]];
    let rows = words(&text, relations.map(|_| Decoded::Number(0.0)));
    let rows = rows.into_iter().zip(relations).map(|(at, row)| at.with(row.iter().map(|best| class(*best, 3)).collect())).collect();
    let targets = Targets::new()
        .with("labels.arc", vec![Target::WordParents(vec![Some(1), Some(1), Some(1)])])
        .with("labels.relation", vec![Target::WordPairs(vec![(0, 1, 1), (1, 1, 0), (2, 1, 1)])]);
    let relation = Outcome { labels: Labels::Count(3), ..Outcome::new("relation", &["labels.relation"]) };
    let mut metrics = Metrics::of_outcomes(vec![Outcome::new("arc", &["labels.arc"]), relation]);
    metrics.add_example(&[arcs, Decoded::Pairs(rows)], &targets, &[text]).unwrap();
    let scores = metrics.scores();
    assert_eq!(all(&scores)[..2], [("arc.uas", 0.666667), ("relation.accuracy", 0.666667)]);
    assert_eq!(scores.get("relation.las"), Some(1.0 / 3.0));
}

#[test]
fn masks_are_filled_and_the_loss_gives_the_perplexity() {
    let masked = |position: usize, id: u32| MaskedToken {
        position,
        sequence: 0,
        chars: 0..0,
        candidates: vec![Candidate { id, token: String::new(), score: 1.0 }],
    };
    let mut metrics = Metrics::of_outcomes(vec![Outcome::new("logits", &["labels"])]);
    let decoded = Decoded::Masked(vec![masked(1, 7), masked(2, 8), masked(3, 9)]);
    let targets = Targets::new().with("labels", vec![Target::Classes(vec![-100, 7, 9, -100])]);
    metrics.add_example(&[decoded], &targets, &[encode("a man")]).unwrap();
    for sum in [1.0f32, 2.0] {
        let sum = Tensor::new(sum, &Device::Cpu).unwrap();
        metrics.add_loss(&[Part { name: "logits".into(), weight: 0.5, sum, count: 1.0 }]).unwrap();
    }
    let scores = metrics.scores();
    assert_eq!(all(&scores), [("loss", 0.75), ("masked_accuracy", 0.5), ("perplexity", 4.481689)]);
    assert_eq!(scores.score("perplexity").unwrap().better, Better::Lower);
}

#[test]
fn pairs_of_vectors_are_as_alike_as_their_target() {
    let outcome = Outcome::new("embedding", &["labels"]).read_together(2);
    let mut metrics = Metrics::of_outcomes(vec![outcome]);
    let vectors = [[1.0, 0.0], [1.0, 0.1], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
    let decoded = vec![vectors.iter().map(|vector| Decoded::Embedding(vector.to_vec())).collect::<Vec<_>>()];
    let targets = Targets::new().with("labels", [0.9, 0.1, 0.4].map(|wanted| Target::Numbers(vec![wanted])).to_vec());
    metrics.add(&decoded, &targets, &vec![vec![encode("a")]; 6]).unwrap();
    assert_eq!(all(&metrics.scores())[0], ("spearman", 1.0));
}

#[test]
fn what_only_the_loss_can_tell_is_said() {
    let tensor = Tensor::zeros(2, candle_core::DType::F32, &Device::Cpu).unwrap();
    let mut metrics = Metrics::of_outcomes(vec![Outcome::new("embedding", &[]), Outcome::new("raw", &[])]);
    metrics.add_example(&[Decoded::Embedding(vec![1.0]), Decoded::Tensor(tensor)], &Targets::new(), &[encode("a")]).unwrap();
    let scores = metrics.scores();
    let told: Vec<(&str, bool)> =
        scores.unmeasured().iter().map(|missing| (missing.name.as_str(), missing.why.contains("the loss alone"))).collect();
    assert_eq!((scores.is_empty(), told), (true, vec![("embedding", true), ("raw", true)]));
    let unlike = scores_of_unlike();
    assert!(unlike.unmeasured()[0].why.contains("different kinds"), "{unlike:?}");
}

fn scores_of_unlike() -> Scores {
    scores(of(Labels::None), [(Decoded::Number(1.0), Target::Classes(vec![1]), vec![encode("a")])])
}

#[test]
fn batches_may_have_any_size_and_lack_targets() {
    let both = || vec![Outcome { labels: Labels::Count(2), ..Outcome::new("a", &["labels.a"]) }, Outcome::new("b", &["labels.b"])];
    let answers = [0, 1, 1, 0, 1].map(|best| class(best, 2));
    let wanted = [0, 1, 0, 0, 0].map(|class| Target::Classes(vec![class]));
    let texts = |count: usize| vec![vec![encode("a")]; count];
    let count = |ranges: &[std::ops::Range<usize>]| {
        let mut metrics = Metrics::of_outcomes(both());
        for range in ranges {
            let decoded = vec![answers[range.clone()].to_vec(), vec![Decoded::Number(1.0); range.len()]];
            let targets = Targets::new().with("labels.a", wanted[range.clone()].to_vec());
            metrics.add(&decoded, &targets, &texts(range.len())).unwrap();
        }
        (metrics.scores(), metrics.examples())
    };
    assert_eq!(count(&[0..5]), count(&[0..2, 2..3, 3..5]));
    assert_eq!((count(&[0..5]).0.get("a.accuracy"), count(&[0..5]).1), (Some(0.6), 5));
    let mut metrics = Metrics::of_outcomes(both());
    let few = metrics.add(&[answers.to_vec(), answers.to_vec()], &Targets::new().with("labels.a", wanted[..2].to_vec()), &texts(5));
    assert!(few.as_ref().is_err_and(|error| error.kind() == ErrorKind::Metric && error.to_string().contains("2 targets for 5")), "{few:?}");
    assert!(metrics.add_example(&answers[..1], &Targets::new(), &[]).unwrap_err().to_string().contains("1 answers, and the head gives 2"));
}

#[test]
fn scores_are_written_as_a_map() {
    let scores = classes(Labels::None, &[(0, 0), (1, 0)]);
    assert_eq!(scores.to_string(), "accuracy 0.5000");
    assert_eq!(serde_json::to_string(&scores).unwrap(), r#"{"accuracy":0.5}"#);
    let _: Arc<dyn Send> = Arc::new(scores);
}
