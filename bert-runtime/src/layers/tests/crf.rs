//! Chains against all of their paths, one by one.

use super::*;
use crate::head::Target;

const LABELS: usize = 3;

struct Weights {
    start: Vec<f64>,
    end: Vec<f64>,
    moves: Vec<Vec<f64>>,
}

impl Weights {
    fn score(&self, emissions: &[Vec<f64>], path: &[usize]) -> f64 {
        let own: f64 = path.iter().zip(emissions).map(|(&label, emission)| emission[label]).sum();
        let between: f64 = path.windows(2).map(|pair| self.moves[pair[0]][pair[1]]).sum();
        self.start[path[0]] + own + between + self.end[path[path.len() - 1]]
    }
}

fn paths(length: usize) -> Vec<Vec<usize>> {
    (0..length).fold(vec![vec![]], |paths, _| {
        paths.iter().flat_map(|path| (0..LABELS).map(move |label| [path.clone(), vec![label]].concat())).collect()
    })
}

fn tensors() -> [Tensor; 4] {
    [random(1, &[9, LABELS]), random(2, &[LABELS]), random(3, &[LABELS]), random(4, &[LABELS, LABELS])]
}

fn crf(p: &[Parameter]) -> Crf {
    Crf::new(p[0].clone(), p[1].clone(), p[2].clone())
}

fn weights() -> Weights {
    let [_, start, end, moves] = tensors();
    Weights { start: numbers(&start), end: numbers(&end), moves: rows(&moves) }
}

fn fixed_crf() -> Crf {
    let [_, start, end, moves] = tensors();
    Crf::new(fixed(&start), fixed(&end), fixed(&moves))
}

/// Labels at columns 1 and 4 of the first sequence, at none of the lone token of the last.
fn targets() -> Vec<Target> {
    let ignored = -100;
    [vec![ignored, 2, ignored, ignored, 0], vec![1, 1, ignored, 0, 2, ignored], vec![ignored; 6]].map(Target::Classes).to_vec()
}

/// The rows and labels of each chain that has any.
fn chains() -> Vec<(Vec<usize>, Vec<usize>)> {
    vec![(vec![0, 2], vec![2, 0]), (vec![3, 4, 6, 7], vec![1, 1, 0, 2])]
}

#[test]
fn the_loss_is_that_of_all_paths() {
    let (emissions, weights) = (rows(&tensors()[0]), weights());
    let loss = |(rows, labels): &(Vec<usize>, Vec<usize>)| {
        let emissions: Vec<Vec<f64>> = rows.iter().map(|&row| emissions[row].clone()).collect();
        let all: f64 = paths(rows.len()).iter().map(|path| weights.score(&emissions, path).exp()).sum();
        all.ln() - weights.score(&emissions, labels)
    };
    let expected: f64 = chains().iter().map(loss).sum();
    let part = fixed_crf().part("logits", 1.0, &eval(), &tokens(&tensors()[0]), &targets()).unwrap();
    assert_close(&numbers(&part.sum), &[expected], 1e-12);
    assert_eq!(part.count, 2.0);
    check_gradients(&tensors(), |cx, p| crf(&p[1..]).part("logits", 1.0, cx, &tokens(&p[0].get(cx)), &targets()).unwrap().sum);
}

#[test]
fn a_batch_without_labels_counts_nothing() {
    let none = vec![Target::Classes(vec![-100; 6]); 3];
    let part = fixed_crf().part("logits", 1.0, &eval(), &tokens(&tensors()[0]), &none).unwrap();
    assert_eq!((part.count, part.sum.to_scalar::<f32>().unwrap()), (0.0, 0.0));
    let odd = vec![Target::Classes(vec![3; 6]), Target::Classes(vec![0; 6]), Target::Classes(vec![0; 6])];
    let error = fixed_crf().part("logits", 1.0, &eval(), &tokens(&tensors()[0]), &odd).unwrap_err();
    assert!(error.to_string().contains("example 0") && error.to_string().contains("label is 3"), "{error}");
    assert!(fixed_crf().part("logits", 1.0, &eval(), &tokens(&random(1, &[9, 4])), &none).is_err());
}

#[test]
fn viterbi_finds_the_best_path() {
    let (emissions, weights) = (rows(&tensors()[0]), weights());
    let kept = [vec![1, 2, 4], vec![0, 2, 3, 4], vec![]];
    let chosen = [vec![0, 1, 2], vec![3, 5, 6, 7], vec![]];
    let by_hand = |forbidden: Option<(usize, usize)>| {
        let best = |rows: &Vec<usize>| {
            let emissions: Vec<Vec<f64>> = rows.iter().map(|&row| emissions[row].clone()).collect();
            let fits = |path: &Vec<usize>| forbidden.is_none_or(|(from, to)| path.windows(2).all(|pair| (pair[0], pair[1]) != (from, to)));
            let score = |path: &Vec<usize>| weights.score(&emissions, path);
            let all = paths(rows.len()).into_iter().filter(|path| !path.is_empty() && fits(path));
            all.max_by(|a, b| score(a).total_cmp(&score(b))).unwrap_or_default()
        };
        chosen.iter().map(best).collect::<Vec<_>>()
    };
    let x = tokens(&tensors()[0]);
    let free = fixed_crf().viterbi(&x, &kept).unwrap();
    assert_eq!(free, by_hand(None));
    let bad = (free[1][0], free[1][1]);
    let strict = fixed_crf().viterbi_where(&x, &kept, |from, to| from != Some(bad.0) || to != bad.1).unwrap();
    assert_eq!(strict, by_hand(Some(bad)));
    assert_ne!(strict, free);
    let none = fixed_crf().viterbi_where(&x, &kept, |_, _| false).unwrap();
    assert_eq!(none, free);
}

#[test]
fn far_apart_scores_stay_finite() {
    for dtype in [DType::F32, DType::F16, DType::BF16] {
        let of = |tensor: &Tensor| ((tensor * 100.0).unwrap()).to_dtype(dtype).unwrap();
        let [x, start, end, moves] = tensors().map(|tensor| of(&tensor));
        let crf = Crf::new(fixed(&start), fixed(&end), fixed(&moves));
        let part = crf.part("logits", 1.0, &eval(), &tokens(&x), &targets()).unwrap();
        assert_eq!(part.sum.dtype(), DType::F32);
        assert!(numbers(&part.sum)[0].is_finite());
        assert_eq!(crf.viterbi(&tokens(&x), &[vec![1, 2, 4], vec![0], vec![3]]).unwrap()[0].len(), 3);
    }
}

#[test]
fn viterbi_refuses_other_tokens() {
    let x = tokens(&tensors()[0]);
    for (kept, what) in [(vec![vec![0], vec![], vec![]], "no token at position 0"), (vec![vec![]], "1 lists of kept tokens")] {
        let error = fixed_crf().viterbi(&x, &kept).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
}
