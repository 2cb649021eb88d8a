//! Trees against a search through all trees, pairs of words, and ranks.

use std::collections::HashMap;

use super::*;
use crate::decode::arborescence::best_tree;
use crate::layers::testing::{numbers, random};
use crate::testing::shared;

/// Every list of parents.
fn assignments(words: usize) -> Vec<Vec<usize>> {
    (0..words).fold(vec![vec![]], |lists, _| {
        lists.iter().flat_map(|list| (0..words).map(move |parent| [&list[..], &[parent]].concat())).collect()
    })
}

fn is_tree(parents: &[usize]) -> bool {
    let up = |word: usize| (0..parents.len()).fold(word, |word, _| parents[word]);
    let roots: Vec<usize> = (0..parents.len()).filter(|&word| parents[word] == word).collect();
    roots.len() == 1 && (0..parents.len()).all(|word| up(word) == roots[0])
}

fn score(scores: &[Vec<f32>], parents: &[usize]) -> f64 {
    parents.iter().enumerate().map(|(word, &parent)| f64::from(scores[word][parent])).sum()
}

#[test]
fn the_tree_is_the_best_of_all_trees() {
    assert!(best_tree::<Vec<f32>>(&[]).is_empty());
    let mut greedy_fails = 0;
    for words in 1..=5 {
        let trees: Vec<Vec<usize>> = assignments(words).into_iter().filter(|parents| is_tree(parents)).collect();
        for seed in 0..200 {
            let drawn = random(seed * 10 + words as u64, &[words, words]).to_vec2::<f64>().unwrap();
            let steps = if seed % 2 == 0 { 0.5 } else { 1e-6 };
            let scores: Vec<Vec<f32>> =
                drawn.iter().map(|row| row.iter().map(|x| (x / steps).round() as f32 * steps as f32).collect()).collect();
            let found = best_tree(&scores);
            assert!(is_tree(&found), "{found:?} of {scores:?}");
            let best = trees.iter().map(|tree| score(&scores, tree)).fold(f64::NEG_INFINITY, f64::max);
            assert!((score(&scores, &found) - best).abs() < 1e-5, "{found:?} of {scores:?}");
            let greedy: Vec<usize> = scores.iter().map(|row| crate::decode::probability::largest(row)).collect();
            greedy_fails += usize::from(!is_tree(&greedy));
        }
    }
    assert!(greedy_fails > 300);
}

#[test]
fn trees_of_long_texts_and_of_odd_scores_are_trees() {
    for words in [40, 120] {
        let ring: Vec<Vec<f32>> =
            (0..words).map(|i| (0..words).map(|j| if j == (i + 1) % words { 5.0 } else { ((i * j) % 7) as f32 }).collect()).collect();
        assert!(is_tree(&best_tree(&ring)));
        let drawn = random(3, &[words, words]).to_dtype(candle_core::DType::F32).unwrap();
        assert!(is_tree(&best_tree(&drawn.to_vec2::<f32>().unwrap())));
    }
    for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MIN, 0.0] {
        assert!(is_tree(&best_tree(&vec![vec![odd; 4]; 4])), "{odd}");
    }
    let barred = [vec![f32::NEG_INFINITY, 1.0, 2.0], vec![3.0, f32::NEG_INFINITY, 4.0], vec![1.0, 0.5, 0.0]];
    assert_eq!(best_tree(&barred), [2, 2, 2]);
}

/// A value with a number for each pair of tokens, from a function of their columns.
fn pairs(encodings: &[Encoding], number: impl Fn(usize, usize, usize) -> f32) -> Value {
    let cells = |(text, encoding): (usize, &Encoding)| {
        let tokens = encoding.len();
        (0..tokens * tokens).map(|pair| number(text, pair / tokens, pair % tokens)).collect::<Vec<_>>()
    };
    column(Rows::Pair, &layout(encodings), &encodings.iter().enumerate().flat_map(cells).collect::<Vec<_>>())
}

#[test]
fn a_tree_is_of_words_alone() {
    let texts = encode(&["eating food".into(), "a man is eating".into()]);
    let x = pairs(&texts, |text, child, parent| match (text, child, parent) {
        (_, _, 0) => 90.0,
        (0, 1, 2) => 80.0,
        (0, 3, 1) | (0, 1, 1) | (1, 4, 4) | (1, 3, 4) => 2.0,
        (1, 1, 2) | (1, 2, 4) => 3.0,
        _ => 0.0,
    });
    let decoded = decode_tree(&x, &Reading::new(&texts)).unwrap();
    let trees: Vec<PerToken<Parent>> = decoded.into_iter().map(|one| PerToken::from_decoded(one).unwrap()).collect();
    let parents = |tree: &PerToken<Parent>| tree.iter().map(|at| at.value.index).collect::<Vec<_>>();
    assert_eq!((parents(&trees[0]), parents(&trees[1])), (vec![None, Some(0)], vec![Some(1), Some(3), Some(3), None]));
    assert!(close(trees[0][1].value.score, 2f64.exp() / (2f64.exp() + 1.0)));
    assert_eq!(trees[1][1].text, "man");
}

#[test]
fn pairs_of_words_are_classified_each() {
    let texts = encode(&["a".into(), "eating food".into()]);
    let tokens: Vec<usize> = texts.iter().map(Encoding::len).collect();
    let numbers: Vec<Vec<f32>> = tokens
        .iter()
        .flat_map(|&n| {
            (0..n * n).map(move |pair| (0..3).map(|class| if class == (pair / n + 2 * (pair % n)) % 3 { 1.0 } else { 0.0 }).collect())
        })
        .collect();
    let x = rows(Rows::Pair, &layout(&texts), &numbers);
    let decoded = decode_argmax(&x, &Reading::new(&texts)).unwrap();
    let typed: Vec<PerPair<Classified<IndexLabel<3>>>> = decoded.into_iter().map(|one| PerPair::from_decoded(one).unwrap()).collect();
    assert_eq!((typed[0].len(), typed[1].len()), (1, 2));
    let tokens = [1, 3];
    for (i, first) in tokens.iter().enumerate() {
        for (j, second) in tokens.iter().enumerate() {
            assert_eq!(usize::from(typed[1].get(i, j).unwrap().label), (first + 2 * second) % 3);
        }
    }
    assert!(typed[1].get(2, 0).is_none() && typed[1][1].text == "food");
}

#[test]
fn pairs_without_features_choose_a_token_for_each_word() {
    let texts = encode(&["a".into(), "eating food".into()]);
    let x = pairs(&texts, |_, first, second| if second == first - first.min(1) { 4.0 } else { 0.0 });
    let words: Vec<PerToken<Chosen>> =
        decode_argmax(&x, &Reading::new(&texts)).unwrap().into_iter().map(|one| PerToken::from_decoded(one).unwrap()).collect();
    let chosen = |words: &PerToken<Chosen>| words.iter().map(|at| (at.value.index, at.value.scores.len())).collect::<Vec<_>>();
    assert_eq!((chosen(&words[0]), chosen(&words[1])), (vec![(0, 3)], vec![(0, 5), (2, 5)]));
}

#[test]
fn ranks_are_the_thresholds_that_are_passed() {
    let texts = encode(&["a".into()]);
    let x = rows(Rows::Sequence, &layout(&texts), &[vec![1.0, 0.5, 0.0, 2.0]]);
    let decode = || decode_rank(&x, &Reading::new(&texts)).unwrap();
    assert_eq!((one::<usize>(decode()), usize::from(one::<IndexLabel<5>>(decode()))), (3, 3));
    let ranked: Ranked<Tag> = one(decode());
    assert_eq!(ranked.rank, Tag(3));
    assert!(close(ranked.above[1], 1.0 / (1.0 + (-0.5f64).exp())));
    assert!(IndexLabel::<3>::from_decoded(decode().remove(0)).is_err());
    assert!(decode_rank(&column(Rows::Sequence, &layout(&texts), &[1.0]), &Reading::new(&texts)).is_err());
}

#[test]
fn ranks_are_those_of_the_shared_case() {
    let Some(folder) = shared("oracle/cases/ordinal") else { return };
    let case: HashMap<String, Tensor> = candle_core::safetensors::load(folder.join("io.safetensors"), &Device::Cpu).unwrap();
    let texts = encode(&["a".into(), "a".into(), "a".into(), "a".into()]);
    let x = Value::new(case["out.logits"].clone(), Rows::Sequence, layout(&texts));
    let found = decode_rank(&x, &Reading::new(&texts)).unwrap().into_iter().map(|one| usize::from_decoded(one).unwrap() as f64);
    assert_eq!(found.collect::<Vec<_>>(), numbers(&case["decoded.rank"]));
}

#[test]
fn trees_of_the_shared_case_are_trees_and_no_worse_than_any_star() {
    let Some(folder) = shared("oracle/cases/dependency") else { return };
    let case: HashMap<String, Tensor> = candle_core::safetensors::load(folder.join("io.safetensors"), &Device::Cpu).unwrap();
    let arcs: Vec<Vec<Vec<f32>>> = case["out.arc"].to_vec3().unwrap();
    for (scores, mask) in arcs.iter().zip(case["in.attention_mask"].to_vec2::<i64>().unwrap()) {
        let words = mask.iter().sum::<i64>() as usize;
        let scores: Vec<Vec<f32>> = scores[..words].iter().map(|row| row[..words].to_vec()).collect();
        let found = best_tree(&scores);
        assert!(is_tree(&found));
        assert!((0..words).all(|root| score(&scores, &vec![root; words]) <= score(&scores, &found) + 1e-4));
    }
}
