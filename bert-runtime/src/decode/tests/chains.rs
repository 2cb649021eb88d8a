//! Viterbi and its probabilities, against a search through all paths.

use std::collections::HashMap;

use super::*;
use crate::layers::Crf;
use crate::layers::testing::{fixed, numbers, random};
use crate::testing::shared;

struct Chain {
    start: Vec<f64>,
    end: Vec<f64>,
    moves: Vec<Vec<f64>>,
}

impl Chain {
    fn random(seed: u64, labels: usize) -> (Self, Crf) {
        let [start, end, moves] = [(1, vec![labels]), (2, vec![labels]), (3, vec![labels, labels])]
            .map(|(which, shape)| random(seed * 10 + which, &shape).to_dtype(candle_core::DType::F32).unwrap());
        let chain =
            Self { start: numbers(&start), end: numbers(&end), moves: numbers(&moves).chunks(labels).map(<[f64]>::to_vec).collect() };
        (chain, Crf::new(fixed(&start), fixed(&end), fixed(&moves)))
    }

    fn score(&self, emissions: &[Vec<f32>], path: &[usize]) -> f64 {
        let emitted: f64 = emissions.iter().zip(path).map(|(row, &label)| f64::from(row[label])).sum();
        let moved: f64 = path.windows(2).map(|pair| self.moves[pair[0]][pair[1]]).sum();
        emitted + moved + self.start[path[0]] + self.end[path[path.len() - 1]]
    }
}

fn paths(labels: usize, length: usize) -> Vec<Vec<usize>> {
    (0..length)
        .fold(vec![vec![]], |paths, _| paths.iter().flat_map(|path| (0..labels).map(move |label| [&path[..], &[label]].concat())).collect())
}

/// `I-X` only after `B-X` or `I-X`.
fn is_bio(path: &[usize]) -> bool {
    let tag = |label: usize| NAMES[label].split_at(1);
    path.iter().enumerate().all(|(place, &label)| {
        let before = place.checked_sub(1).map(|before| tag(path[before]));
        tag(label).0 != "I" || before.is_some_and(|(mark, kind)| mark != "O" && kind == tag(label).1)
    })
}

#[test]
fn the_path_is_the_best_of_all_and_never_impossible() {
    let texts = encode(&[vec!["eating", "man", "food", "zurich"].into()]);
    let firsts: Vec<usize> = texts[0].first_pieces().collect();
    let mut barred = 0;
    for seed in 1..30 {
        let (chain, crf) = Chain::random(seed, NAMES.len());
        let logits: Vec<Vec<f32>> =
            random(seed, &[texts[0].len(), NAMES.len()]).to_dtype(candle_core::DType::F32).unwrap().to_vec2().unwrap();
        let emissions: Vec<Vec<f32>> = firsts.iter().map(|&token| logits[token].clone()).collect();
        let x = rows(Rows::Token, &layout(&texts), &logits);
        let tagged: Tagged<Tag> = one(decode_viterbi(&crf, &x, &NAMES, &Reading::new(&texts)).unwrap());
        let all = paths(NAMES.len(), firsts.len());
        let best = |paths: &[Vec<usize>]| {
            paths.iter().max_by(|a, b| chain.score(&emissions, a).total_cmp(&chain.score(&emissions, b))).unwrap().clone()
        };
        let legal: Vec<Vec<usize>> = all.iter().filter(|path| is_bio(path)).cloned().collect();
        let found: Vec<usize> = tagged.words.iter().map(|word| word.value.label.0).collect();
        assert_eq!(found, best(&legal));
        barred += usize::from(found != best(&all));
        let whole: f64 = legal.iter().map(|path| chain.score(&emissions, path).exp()).sum();
        for (place, word) in tagged.words.iter().enumerate() {
            for (label, (_, share)) in word.value.scores.iter().enumerate() {
                let through = legal.iter().filter(|path| path[place] == label).map(|path| chain.score(&emissions, path).exp());
                assert!(close(*share, through.sum::<f64>() / whole), "word {place} label {label}");
            }
        }
    }
    assert!(barred > 5, "the bars never mattered");
}

#[test]
fn labels_without_names_are_a_label_a_word() {
    let texts = encode(&["a man".into(), "food".into()]);
    let (_, crf) = Chain::random(1, 3);
    let x = rows(
        Rows::Token,
        &layout(&texts),
        &favour(&[0, 1, 2, 0, 0, 2, 1], 3).iter().map(|row| row.iter().map(|x| x * 20.0).collect()).collect::<Vec<_>>(),
    );
    let decoded = decode_viterbi(&crf, &x, &[] as &[&str], &Reading::new(&texts)).unwrap();
    let words: Vec<PerToken<Classified<IndexLabel<3>>>> = decoded.into_iter().map(|one| PerToken::from_decoded(one).unwrap()).collect();
    let labels = |words: &PerToken<Classified<IndexLabel<3>>>| words.iter().map(|word| usize::from(word.value.label)).collect::<Vec<_>>();
    assert_eq!((labels(&words[0]), labels(&words[1])), (vec![1, 2], vec![2]));
}

#[test]
fn sets_without_begins_bar_nothing_and_marks_of_the_end_go_on_too() {
    let texts = encode(&[vec!["a", "man"].into()]);
    let zeros = |shape: &[usize]| fixed(&Tensor::zeros(shape, candle_core::DType::F32, &Device::Cpu).unwrap());
    let labels = |names: &[&str], favoured: &[usize]| {
        let crf = Crf::new(zeros(&[names.len()]), zeros(&[names.len()]), zeros(&[names.len(), names.len()]));
        let x = rows(Rows::Token, &layout(&texts), &favour(favoured, names.len()));
        let Decoded::Entities { words, .. } = decode_viterbi(&crf, &x, names, &Reading::new(&texts)).unwrap().remove(0) else { panic!() };
        let best = |word: &At<Decoded>| if let Decoded::Class { best, .. } = word.value { best } else { panic!() };
        words.iter().map(best).collect::<Vec<_>>()
    };
    assert_eq!(labels(&["O", "I-X"], &[0, 1, 1, 0]), [1, 1]);
    assert_eq!(labels(&["O", "B-X", "E-X"], &[0, 1, 2, 0]), [1, 2]);
    assert_ne!(labels(&["O", "B-X", "E-X"], &[0, 0, 2, 0]), [0, 2]);
    assert_eq!(labels(&["O", "B-X", "S-X"], &[0, 0, 2, 0]), [0, 2]);
}

#[test]
fn paths_are_those_of_the_shared_case() {
    let Some(folder) = shared("oracle/cases/lstm_crf_ner") else { return };
    let load = |name: &str| candle_core::safetensors::load(folder.join(name), &Device::Cpu).unwrap();
    let (case, weights): (HashMap<String, Tensor>, HashMap<String, Tensor>) = (load("io.safetensors"), load("model.safetensors"));
    let weight = |name: &str| fixed(&weights[&format!("crf.{name}")]);
    let crf = Crf::new(weight("start_transitions"), weight("end_transitions"), weight("transitions"));
    let integers = |name: &str| case[name].to_vec2::<i64>().unwrap();
    let lengths: Vec<u32> = integers("in.attention_mask").iter().map(|row| row.iter().sum::<i64>() as u32).collect();
    let columns: Vec<Vec<u32>> = lengths.iter().map(|&length| (0..length).collect()).collect();
    let layout = Layout::new(columns.iter().map(Vec::as_slice), 23).unwrap();
    let kept_rows: Vec<Tensor> = lengths
        .iter()
        .enumerate()
        .map(|(row, &length)| case["out.logits"].get(row).unwrap().narrow(0, 0, length as usize).unwrap())
        .collect();
    let x = Value::new(Tensor::cat(&kept_rows, 0).unwrap(), Rows::Token, Arc::new(layout));
    let kept: Vec<Vec<u32>> = integers("in.token_mask")
        .iter()
        .map(|row| (0u32..).zip(row).filter(|(_, mark)| **mark == 1).map(|(column, _)| column).collect())
        .collect();
    let found = crf.viterbi_where(&x, &kept, |_, _| true).unwrap();
    for (row, (path, columns)) in integers("decoded.path").iter().zip(found.iter().zip(&kept)) {
        let expected: Vec<usize> = columns.iter().map(|&column| row[column as usize] as usize).collect();
        assert_eq!(path, &expected);
    }
}
