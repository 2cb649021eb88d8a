//! A step of training, by hand.

use std::collections::BTreeMap;

use bert_runtime::losses::{Part, total};
use bert_runtime::{Bert, BertFor, Context, Task};
use candle_core::Tensor;
use tests::each_head;
use tests::heads::MultipleChoice;
use tests::numbers::{furthest, largest, numbers, relative};
use tests::proof::{gradients, same_names, within};
use tests::samples::{EXAMPLES, Sample, batch, fresh, fresh_with};

fn trainable<T: Sample>() -> BertFor<T> {
    fresh_with(&Bert::options().trainable(true))
}

fn magnitude(tensor: &Tensor) -> f64 {
    numbers(tensor).into_iter().map(f64::abs).fold(0.0, largest)
}

/// What adds as much to all scores of a softmax is not seen by it, and has a gradient of 0 but for rounding: a key's bias, and
/// the bias of what scores choices.
fn cancels(task: &str, name: &str) -> bool {
    name.ends_with("attention.self.key.bias") || (task == MultipleChoice::NAME && name == "classifier.bias")
}

fn every_tensor_moves<T: Sample>() {
    let model = trainable::<T>();
    let (batch, targets) = batch::<T>(model.bert(), 0..EXAMPLES, 0);
    let gradients = gradients(&model, &total(&model.loss(&Context::training(1, 1), &batch, &targets).unwrap()).unwrap());
    same_names(T::NAME, gradients.keys(), model.parameters().iter().map(|parameter| parameter.name())).unwrap();
    for parameter in model.parameters() {
        let (name, gradient, before) = (parameter.name(), &gradients[parameter.name()], parameter.tensor().copy().unwrap());
        assert!(magnitude(gradient).is_finite(), "{}: {name}", T::NAME);
        if cancels(T::NAME, name) {
            assert!(magnitude(gradient) < 1e-5, "{}: {name} has the gradient {}", T::NAME, magnitude(gradient));
            continue;
        }
        parameter.var().unwrap().set(&(&before - (gradient * 0.5).unwrap()).unwrap()).unwrap();
        assert!(furthest(parameter.tensor(), &before) > 0.0, "{}: {name} does not move", T::NAME);
    }
}

#[test]
fn every_trainable_tensor_gets_a_gradient_and_moves_in_one_step() {
    each_head!(every_tensor_moves);
}

fn a_small_step_lowers_the_loss<T: Sample>() {
    let model = trainable::<T>();
    let (batch, targets) = batch::<T>(model.bert(), 0..EXAMPLES, 0);
    let cx = Context::training(1, 1);
    let loss = || total(&model.loss(&cx, &batch, &targets).unwrap()).unwrap();
    let before = loss();
    for (name, gradient) in gradients(&model, &before) {
        let parameter = model.parameters().into_iter().find(|parameter| parameter.name() == name).unwrap();
        let moved = (parameter.tensor() - (gradient * 1e-3).unwrap()).unwrap();
        parameter.var().unwrap().set(&moved).unwrap();
    }
    let [before, after] = [before, loss()].map(|loss| loss.to_scalar::<f32>().unwrap());
    assert!(after < before, "{}: {before} becomes {after}", T::NAME);
}

#[test]
fn a_step_against_the_gradient_lowers_the_loss() {
    each_head!(a_small_step_lowers_the_loss);
}

fn passes_differ_by_their_step<T: Sample>() {
    let model = fresh::<T>();
    let batch = batch::<T>(model.bert(), 0..EXAMPLES, 0).0;
    let outputs = |cx: &Context| model.outputs(cx, &batch).unwrap();
    let apart = |a: &Context, b: &Context| -> Vec<f64> {
        outputs(a).iter().zip(&outputs(b)).map(|(a, b)| furthest(a.tensor(), b.tensor())).collect()
    };
    let all = |differences: &[f64], holds: fn(f64) -> bool| differences.iter().all(|&difference| holds(difference));
    let (evaluation, training) = (Context::evaluation(), Context::training(7, 1));
    assert!(all(&apart(&evaluation, &evaluation), |difference| difference == 0.0), "{}", T::NAME);
    assert!(all(&apart(&training, &training), |difference| difference == 0.0), "{}", T::NAME);
    for other in [Context::training(7, 2), Context::training(8, 1), evaluation] {
        assert!(all(&apart(&training, &other), |difference| difference > 1e-3), "{}", T::NAME);
    }
}

#[test]
fn two_training_passes_differ_and_two_evaluation_passes_agree() {
    each_head!(passes_differ_by_their_step);
}

fn parts<T: Sample>(model: &BertFor<T>, cx: &Context, examples: std::ops::Range<usize>) -> Vec<Part> {
    let (batch, targets) = batch::<T>(model.bert(), examples, 0);
    model.loss(cx, &batch, &targets).unwrap().into_iter().collect()
}

/// The gradients of the sum of these sums, each over the count of the whole step.
fn accumulated<T: Sample>(model: &BertFor<T>, batches: &[Vec<Part>]) -> BTreeMap<String, Tensor> {
    let count = |part: usize| batches.iter().map(|parts| parts[part].count).sum::<f64>();
    let mut sums: BTreeMap<String, Tensor> = BTreeMap::new();
    for parts in batches {
        let over_all = parts.iter().enumerate().map(|(number, part)| Part { count: count(number), ..part.clone() });
        for (name, gradient) in gradients(model, &total(&over_all.collect::<Vec<_>>()).unwrap()) {
            let sum = sums.remove(&name).map_or_else(|| gradient.clone(), |sum| (sum + &gradient).unwrap());
            sums.insert(name, sum);
        }
    }
    sums
}

fn small_batches_add_up<T: Sample>() {
    let model = trainable::<T>();
    let cx = Context::training(5, 2);
    let large = parts(&model, &cx, 0..EXAMPLES);
    let small = [0..1, 1..3, 3..EXAMPLES].map(|examples| parts(&model, &cx, examples));
    for (number, part) in large.iter().enumerate() {
        let count: f64 = small.iter().map(|parts| parts[number].count).sum();
        let sum: f64 = small.iter().map(|parts| numbers(&parts[number].sum)[0]).sum();
        assert_eq!(count, part.count, "{}", T::NAME);
        let apart = (sum - numbers(&part.sum)[0]).abs() / sum.abs().max(1.0);
        within(&format!("{}: the sum", T::NAME), apart, 1e-6).unwrap();
    }
    let whole = gradients(&model, &total(&large).unwrap());
    let added = accumulated(&model, &small);
    same_names(T::NAME, added.keys(), whole.keys()).unwrap();
    for (name, gradient) in &added {
        within(&format!("{}: {name}", T::NAME), relative(gradient, &whole[name]), 2e-6).unwrap();
    }
}

#[test]
fn small_batches_accumulate_to_a_large_one() {
    each_head!(small_batches_add_up);
}
