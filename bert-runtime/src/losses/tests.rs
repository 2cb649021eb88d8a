//! Losses against PyTorch's formulas in f64, finite differences, and targets that are wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod formulas;
mod oracle;
mod pytorch;
mod refusals;

use std::sync::Arc;

use candle_core::{DType, Device, Tensor, Var};

use super::*;
use crate::context::Context;
use crate::error::ErrorKind;
use crate::head::Target;
use crate::layers::testing::{assert_close, check_gradients, layout, numbers, random, tokens};
use crate::value::{Layout, Rows, Value};

fn cx() -> Context {
    Context::evaluation()
}

fn classes(list: &[i64]) -> Target {
    Target::Classes(list.to_vec())
}

fn floats(list: &[f32]) -> Target {
    Target::Numbers(list.to_vec())
}

fn sequences(tensor: &Tensor) -> Value {
    let columns = vec![[0u32]; tensor.dim(0).unwrap()];
    Value::new(tensor.clone(), Rows::Sequence, Arc::new(Layout::new(columns.iter().map(|c| &c[..]), 1).unwrap()))
}

fn choices(tensor: &Tensor, offsets: &[usize]) -> Value {
    let columns = vec![[0u32]; tensor.dim(0).unwrap()];
    let layout = Layout::new(columns.iter().map(|c| &c[..]), 1).unwrap().with_choices(offsets.to_vec());
    Value::new(tensor.clone(), Rows::Sequence, Arc::new(layout)).without_features(tensor.clone())
}

fn bare(tensor: &Tensor) -> Value {
    tokens(tensor).without_features(tensor.clone())
}

fn sum(part: &Part) -> f64 {
    numbers(&part.sum)[0]
}

fn log_softmax(x: &[f64]) -> Vec<f64> {
    let sum: f64 = x.iter().map(|x| x.exp()).sum();
    x.iter().map(|x| x - sum.ln()).collect()
}

/// PyTorch's: `(sum, count)` of rows of logits with the class of each, -100 for none.
fn naive_cross_entropy(rows: &[Vec<f64>], targets: &[i64], weights: &[f64], smoothing: f64) -> (f64, f64) {
    let mut total = (0.0, 0.0);
    for (row, &class) in rows.iter().zip(targets).filter(|(_, class)| **class != -100) {
        let logs = log_softmax(row);
        let smooth: f64 = logs.iter().zip(weights).map(|(log, weight)| -log * weight).sum();
        total.0 += (1.0 - smoothing) * -logs[class as usize] * weights[class as usize] + smoothing / row.len() as f64 * smooth;
        total.1 += weights[class as usize];
    }
    total
}

#[test]
fn cross_entropy_of_sequences_is_pytorchs() {
    let x = random(1, &[4, 3]);
    let targets = [classes(&[2]), classes(&[-100]), classes(&[0]), classes(&[1])];
    let rows: Vec<Vec<f64>> = x.to_vec2().unwrap();
    for (weights, smoothing) in [(None, 0.0), (None, 0.2), (Some(vec![0.5f32, 2.0, 3.0]), 0.0), (Some(vec![0.5, 2.0, 3.0]), 0.3)] {
        let wide: Vec<f64> = weights.clone().unwrap_or(vec![1.0; 3]).into_iter().map(f64::from).collect();
        let loss = CrossEntropy { class_weights: weights, smoothing, ..Default::default() };
        let part = loss.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
        let (expected, count) = naive_cross_entropy(&rows, &[2, -100, 0, 1], &wide, smoothing);
        assert_close(&[sum(&part), part.count], &[expected, count], 1e-6);
        check_gradients(std::slice::from_ref(&x), |cx, p| loss.part("logits", 1.0, cx, &sequences(&p[0].get(cx)), &targets).unwrap().sum);
    }
}

#[test]
fn cross_entropy_of_tokens_ignores_padding_and_marks() {
    let x = random(1, &[9, 3]);
    let targets = [classes(&[9, 0, 1, 9, 2, 9]), classes(&[0, -100, 2, -100, 1]), classes(&[7, 7, 7, 2, 7, 7])];
    let part = CrossEntropy::default().part("logits", 1.0, &cx(), &tokens(&x), &targets).unwrap();
    let rows: Vec<Vec<f64>> = x.to_vec2().unwrap();
    let (expected, count) = naive_cross_entropy(&rows, &[0, 1, 2, 0, -100, 2, -100, 1, 2], &[1.0; 3], 0.0);
    assert_close(&[sum(&part), part.count], &[expected, count], 1e-9);
    check_gradients(&[x], |cx, p| CrossEntropy::default().part("logits", 1.0, cx, &tokens(&p[0].get(cx)), &targets).unwrap().sum);
}

#[test]
fn cross_entropy_of_selected_rows_reads_their_own_targets() {
    let (picked, rows) = layout().select(&[vec![2], vec![1, 4], vec![]]).unwrap();
    let x = random(1, &[9, 3]);
    let few = x.index_select(&Tensor::new(rows, &Device::Cpu).unwrap(), 0).unwrap();
    let targets = [classes(&[-100, -100, 1, -100, -100, -100]), classes(&[-100, 2, -100, -100, 0, -100]), classes(&[-100; 6])];
    let loss = CrossEntropy { smoothing: 0.1, ..Default::default() };
    let whole = loss.part("logits", 1.0, &cx(), &tokens(&x), &targets).unwrap();
    let part = loss.part("logits", 1.0, &cx(), &Value::new(few, Rows::Token, Arc::new(picked)), &targets).unwrap();
    assert_close(&[sum(&part), part.count], &[sum(&whole), 3.0], 1e-12);
}

#[test]
fn cross_entropy_chooses_among_ragged_choices() {
    let (x, offsets) = (random(1, &[6]), [0, 2, 5, 6]);
    let all = numbers(&x);
    let rows: Vec<Vec<f64>> = offsets.windows(2).map(|pair| all[pair[0]..pair[1]].to_vec()).collect();
    for smoothing in [0.0, 0.3] {
        let loss = CrossEntropy { smoothing, ..Default::default() };
        let targets = [classes(&[1]), classes(&[2]), classes(&[0])];
        let part = loss.part("logits", 1.0, &cx(), &choices(&x, &offsets), &targets).unwrap();
        let (expected, count) = naive_cross_entropy(&rows, &[1, 2, 0], &[1.0; 3], smoothing);
        assert_close(&[sum(&part), part.count], &[expected, count], 1e-7);
        check_gradients(std::slice::from_ref(&x), |cx, p| {
            loss.part("logits", 1.0, cx, &choices(&p[0].get(cx), &offsets), &targets).unwrap().sum
        });
    }
    let error = CrossEntropy::default()
        .part("logits", 1.0, &cx(), &choices(&x, &offsets), &[classes(&[1]), classes(&[3]), classes(&[0])])
        .unwrap_err();
    assert!(error.to_string().contains("example 1"), "{error}");
}

#[test]
fn small_batches_add_up_to_a_large_one() {
    let x = random(1, &[4, 3]);
    let targets = [classes(&[2]), classes(&[-100]), classes(&[0]), classes(&[1])];
    let loss = CrossEntropy { class_weights: Some(vec![0.5, 2.0, 3.0]), smoothing: 0.1, ..Default::default() };
    let whole = loss.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
    let part = |start: usize, length: usize| {
        loss.part("logits", 1.0, &cx(), &sequences(&x.narrow(0, start, length).unwrap()), &targets[start..start + length]).unwrap()
    };
    let parts = [part(0, 1), part(1, 1), part(2, 2)];
    let (sums, counts) = (parts.iter().map(sum).sum(), parts.iter().map(|part| part.count).sum());
    assert_close(&[sums, counts], &[sum(&whole), whole.count], 1e-9);
}

fn naive_bce(x: f64, t: f64, w: f64) -> f64 {
    -(w * t * (1.0 / (1.0 + (-x).exp())).ln() + (1.0 - t) * (1.0 / (1.0 + x.exp())).ln())
}

#[test]
fn bce_is_pytorchs() {
    let x = random(1, &[2, 3]);
    let shares = [0.0f32, 1.0, 0.25, 1.0, 0.0, 0.5];
    for weights in [None, Some(vec![0.5f32, 2.0, 3.0])] {
        let loss = Bce { pos_weight: weights.clone() };
        let targets = [floats(&shares[..3]), floats(&shares[3..])];
        let part = loss.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
        let weight = |label: usize| weights.as_ref().map_or(1.0, |weights| f64::from(weights[label % 3]));
        let expected: f64 = numbers(&x).iter().zip(shares).enumerate().map(|(i, (x, t))| naive_bce(*x, f64::from(t), weight(i))).sum();
        assert_close(&[sum(&part), part.count], &[expected, 6.0], 1e-7);
        check_gradients(std::slice::from_ref(&x), |cx, p| loss.part("logits", 1.0, cx, &sequences(&p[0].get(cx)), &targets).unwrap().sum);
    }
}

#[test]
fn bce_takes_sets_of_labels_and_values_without_features() {
    let x = random(1, &[2, 3]);
    let sets = Bce::default().part("logits", 1.0, &cx(), &sequences(&x), &[classes(&[2, 0]), classes(&[])]).unwrap();
    let same = Bce::default().part("logits", 1.0, &cx(), &sequences(&x), &[floats(&[1.0, 0.0, 1.0]), floats(&[0.0; 3])]).unwrap();
    assert_eq!(sum(&sets), sum(&same));
    let scores = random(1, &[9]);
    let targets = [floats(&[0.0, 1.0, 0.5, 0.0, 1.0]), floats(&[0.0; 6]), floats(&[1.0; 6])];
    let part = Bce::default().part("logits", 1.0, &cx(), &bare(&scores), &targets).unwrap();
    let wanted = [1.0, 0.5, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
    let expected: f64 = numbers(&scores).iter().zip(wanted).map(|(x, t)| naive_bce(*x, t, 1.0)).sum();
    assert_close(&[sum(&part), part.count], &[expected, 9.0], 1e-7);
}

#[test]
fn bce_is_finite_far_out_and_has_the_right_gradient_at_zero() {
    let x = Var::from_tensor(&Tensor::new(&[[100f32, -100.0, 0.0]], &Device::Cpu).unwrap()).unwrap();
    let cx = cx().with_gradients();
    for (target, expected, slopes) in [(0.0, 100.0 + 2f64.ln(), [1.0, 0.0, 0.5]), (1.0, 100.0 + 2f64.ln(), [0.0, -1.0, -0.5])] {
        let part = Bce::default().part("logits", 1.0, &cx, &sequences(x.as_tensor()), &[floats(&[target; 3])]).unwrap();
        assert_close(&[sum(&part)], &[expected], 1e-6);
        let gradients = part.sum.backward().unwrap();
        assert_close(&numbers(gradients.get(&x).unwrap()), &slopes, 1e-6);
    }
}

#[test]
fn mse_is_pytorchs() {
    let x = random(1, &[2, 3]);
    let targets = [floats(&[0.5, -1.0, 2.0]), floats(&[3.0, 0.0, 1.5])];
    let part = Mse.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
    let expected: f64 = numbers(&x).iter().zip([0.5, -1.0, 2.0, 3.0, 0.0, 1.5]).map(|(x, t)| (x - t).powi(2)).sum();
    assert_close(&[sum(&part), part.count], &[expected, 6.0], 1e-9);
    check_gradients(&[x], |cx, p| Mse.part("logits", 1.0, cx, &sequences(&p[0].get(cx)), &targets).unwrap().sum);
}

#[test]
fn span_is_the_mean_of_two_cross_entropies() {
    let (start, end) = (random(1, &[9]), random(2, &[9]));
    let (starts, ends) = ([classes(&[2]), classes(&[3]), classes(&[9])], [classes(&[4]), classes(&[-100]), classes(&[3])]);
    let run = |cx: &Context, start: &Tensor, end: &Tensor| {
        let parts = Span.parts(["start", "end"], 3.0, cx, [&bare(start), &bare(end)], [&starts, &ends]).unwrap();
        total(&parts).unwrap()
    };
    let (first, last) = (numbers(&start), numbers(&end));
    let rows = |x: &[f64]| vec![x[..3].to_vec(), x[3..8].to_vec(), x[8..].to_vec()];
    let (first, first_count) = naive_cross_entropy(&rows(&first), &[1, 3, -100], &[1.0; 5], 0.0);
    let (last, last_count) = naive_cross_entropy(&rows(&last), &[2, -100, 0], &[1.0; 5], 0.0);
    assert_eq!((first_count, last_count), (2.0, 2.0));
    let found = run(&cx(), &start, &end);
    assert_close(&numbers(&found), &[3.0 * (first / 2.0 + last / 2.0) / 2.0], 1e-9);
    check_gradients(&[start, end], |cx, p| run(cx, &p[0].get(cx), &p[1].get(cx)));
}

#[test]
fn span_refuses_negative_positions_and_padding() {
    let x = bare(&random(1, &[9]));
    let good = [classes(&[2]), classes(&[3]), classes(&[3])];
    for (position, what) in [(-1, "negative"), (3, "padding")] {
        let mut bad = good.clone();
        bad[0] = classes(&[position]);
        let error = Span.parts(["start", "end"], 1.0, &cx(), [&x, &x], [&good, &bad]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Target, "{what}");
        assert!(error.to_string().contains("`end` in example 0"), "{error}");
    }
}

#[test]
fn where_nothing_counts_the_loss_is_zero() {
    let x = Var::from_tensor(&random(1, &[2, 3]).to_dtype(DType::F32).unwrap()).unwrap();
    let part =
        CrossEntropy::default().part("logits", 1.0, &cx(), &sequences(x.as_tensor()), &[classes(&[-100]), classes(&[-100])]).unwrap();
    assert_eq!((sum(&part), part.count), (0.0, 0.0));
    let loss = total(&[part]).unwrap();
    assert_eq!(loss.to_scalar::<f32>().unwrap(), 0.0);
    assert!(loss.backward().is_ok());
    let (none, _) = layout().select(&[vec![], vec![], vec![]]).unwrap();
    let empty = Value::new(random(1, &[0, 3]), Rows::Token, Arc::new(none));
    let part = CrossEntropy::default()
        .part("logits", 1.0, &cx(), &empty, &[classes(&[-100; 6]), classes(&[-100; 6]), classes(&[-100; 6])])
        .unwrap();
    assert_eq!(part.count, 0.0);
}

#[test]
fn losses_of_halves_compute_in_f32() {
    let x = sequences(&random(1, &[2, 3]).to_dtype(DType::BF16).unwrap());
    let parts = [
        CrossEntropy { smoothing: 0.1, class_weights: Some(vec![1.0, 2.0, 3.0]), ..Default::default() }
            .part("a", 1.0, &cx(), &x, &[classes(&[0]), classes(&[1])])
            .unwrap(),
        Bce::default().part("b", 1.0, &cx(), &x, &[floats(&[0.0; 3]), floats(&[1.0; 3])]).unwrap(),
        Mse.part("c", 1.0, &cx(), &x, &[floats(&[0.0; 3]), floats(&[1.0; 3])]).unwrap(),
    ];
    assert!(parts.iter().all(|part| part.sum.dtype() == DType::F32 && sum(part).is_finite()));
}

#[test]
fn wrong_targets_are_errors_that_name_the_example() {
    let x = sequences(&random(1, &[2, 3]));
    let t = tokens(&random(1, &[9, 3]));
    let loss = CrossEntropy::default();
    let faults = [
        (loss.part("logits", 1.0, &cx(), &x, &[classes(&[0]), classes(&[3])]), "example 1"),
        (loss.part("logits", 1.0, &cx(), &x, &[classes(&[-1]), classes(&[0])]), "example 0"),
        (loss.part("logits", 1.0, &cx(), &x, &[classes(&[0]), classes(&[0, 1])]), "example 1"),
        (loss.part("logits", 1.0, &cx(), &x, &[classes(&[0])]), "2 examples"),
        (loss.part("logits", 1.0, &cx(), &x, &[floats(&[0.0]), classes(&[0])]), "example 0"),
        (loss.part("logits", 1.0, &cx(), &x, &[Target::Words(vec![None]), classes(&[0])]), "example 0"),
        (loss.part("logits", 1.0, &cx(), &t, &[classes(&[0; 6]), classes(&[0; 4]), classes(&[0; 6])]), "example 1"),
        (loss.part("logits", 1.0, &cx(), &t, &[classes(&[0; 6]), classes(&[0; 7]), classes(&[0; 6])]), "example 1"),
        (
            CrossEntropy { class_weights: Some(vec![1.0; 2]), ..loss.clone() }.part(
                "logits",
                1.0,
                &cx(),
                &x,
                &[classes(&[0]), classes(&[0])],
            ),
            "2 class weights",
        ),
        (Mse.part("logits", 1.0, &cx(), &x, &[floats(&[0.0; 3]), floats(&[0.0, f32::NAN, 0.0])]), "example 1"),
        (Mse.part("logits", 1.0, &cx(), &x, &[floats(&[0.0; 3]), floats(&[0.0; 2])]), "example 1"),
        (Bce::default().part("logits", 1.0, &cx(), &x, &[floats(&[0.0; 3]), floats(&[0.0, 1.5, 0.0])]), "example 1"),
        (Bce::default().part("logits", 1.0, &cx(), &x, &[classes(&[0]), classes(&[3])]), "example 1"),
        (
            Bce { pos_weight: Some(vec![1.0; 2]) }.part("logits", 1.0, &cx(), &x, &[floats(&[0.0; 3]), floats(&[0.0; 3])]),
            "2 positive weights",
        ),
    ];
    for (number, (result, place)) in faults.into_iter().enumerate() {
        let error = result.map(|part| part.name).expect_err(&format!("case {number}"));
        assert_eq!(error.kind(), ErrorKind::Target);
        assert!(error.to_string().contains(place), "case {number}: {error}");
    }
}

/// The cross-entropy of each first row over all second ones: `(sum, pairs)`.
fn naive_ranking(rows: &[Vec<f64>], scale: f64) -> (f64, f64) {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let pairs = rows.len() / 2;
    let scores = |first: usize| (0..pairs).map(|second| scale * dot(&rows[2 * first], &rows[2 * second + 1])).collect::<Vec<_>>();
    ((0..pairs).map(|pair| -log_softmax(&scores(pair))[pair]).sum(), pairs as f64)
}

#[test]
fn ranking_tells_each_pair_from_the_others() {
    let x = random(1, &[6, 4]);
    for scale in [1.0, 3.5] {
        let run = |cx: &Context, x: &Tensor| Ranking { scale }.part("embedding", 1.0, cx, &sequences(x)).unwrap();
        let part = run(&cx(), &x);
        let (expected, pairs) = naive_ranking(&x.to_vec2().unwrap(), scale);
        assert_close(&[sum(&part), part.count], &[expected, pairs], 1e-9);
        check_gradients(std::slice::from_ref(&x), |cx, p| run(cx, &p[0].get(cx)).sum);
    }
}

#[test]
fn ranking_has_one_direction() {
    let x = random(1, &[6, 4]);
    let swapped = x.index_select(&Tensor::new(&[1u32, 0, 3, 2, 5, 4], &Device::Cpu).unwrap(), 0).unwrap();
    let loss = |x: &Tensor| sum(&Ranking { scale: 2.0 }.part("embedding", 1.0, &cx(), &sequences(x)).unwrap());
    assert!((loss(&x) - loss(&swapped)).abs() > 1e-3);
}

#[test]
fn ranking_is_finite_far_out_and_zero_for_a_lone_pair_and_for_none() {
    let far = (random(1, &[4, 3]) * 50.0).unwrap();
    let loss = Ranking { scale: 20.0 };
    let part = |rows: usize| loss.part("embedding", 1.0, &cx(), &sequences(&far.narrow(0, 0, rows).unwrap())).unwrap();
    assert!(sum(&part(4)).is_finite());
    assert_eq!((sum(&part(2)), part(2).count), (0.0, 1.0));
    let nothing = loss.part("embedding", 1.0, &cx(), &sequences(&random(1, &[0, 3]))).unwrap();
    assert_eq!((sum(&nothing), nothing.count), (0.0, 0.0));
}

#[test]
fn ranking_of_halves_is_computed_in_f32() {
    let x = random(1, &[4, 3]).to_dtype(DType::F16).unwrap();
    let part = Ranking { scale: 20.0 }.part("embedding", 1.0, &cx(), &sequences(&x)).unwrap();
    let (expected, _) = naive_ranking(&x.to_dtype(DType::F64).unwrap().to_vec2().unwrap(), 20.0);
    assert_eq!(part.sum.dtype(), DType::F32);
    assert_close(&[sum(&part)], &[expected], 1e-5);
}

#[test]
fn ranking_refuses_odd_batches_and_values_with_tokens() {
    let loss = Ranking { scale: 20.0 };
    for (value, what) in [
        (sequences(&random(1, &[3, 4])), "3 texts"),
        (tokens(&random(1, &[9, 4])), "fold its tokens"),
        (bare(&random(1, &[9])), "one vector a text"),
    ] {
        let error = loss.part("embedding", 1.0, &cx(), &value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Target);
        assert!(error.to_string().contains(what), "{error}");
    }
}
