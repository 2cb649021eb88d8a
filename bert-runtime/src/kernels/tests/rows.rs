//! Rows' kernels and their gradients beside f64: functions as they are defined, and slopes as differences.

use super::{on_threads, random};
use crate::kernels::Isa;
use crate::kernels::activation::Function;
use crate::kernels::norm::Norm;
use crate::kernels::rows::choice::{gradient, log_probabilities};

/// How far the places are apart between which a slope is taken.
pub(super) const STEP: f64 = 1e-5;

/// The slope of a sum of `function` of numbers, weighted by `result`, at each number.
pub(super) fn slopes(numbers: &[f32], result: &[f32], function: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let numbers: Vec<f64> = numbers.iter().map(|&x| f64::from(x)).collect();
    let total = |numbers: &[f64]| function(numbers).iter().zip(result).map(|(y, &weight)| y * f64::from(weight)).sum::<f64>();
    let at = |place: usize, by: f64| {
        let mut moved = numbers.clone();
        moved[place] += by;
        total(&moved)
    };
    (0..numbers.len()).map(|place| (at(place, STEP) - at(place, -STEP)) / (2.0 * STEP)).collect()
}

pub(super) fn check(what: &str, found: &[f32], exact: &[f64], bound: f64) {
    assert_eq!(found.len(), exact.len());
    for (place, (&found, &exact)) in found.iter().zip(exact).enumerate() {
        assert!((f64::from(found) - exact).abs() < bound * exact.abs().max(1.0), "{what} at {place}: {found} and {exact}");
    }
}

pub(super) fn wide(numbers: &[f32]) -> Vec<f64> {
    numbers.iter().map(|&x| f64::from(x)).collect()
}

pub(super) fn norm(rows: &[f64], weight: &[f64], bias: &[f64], eps: f64) -> Vec<f64> {
    let width = weight.len();
    let of_row = |row: &[f64]| {
        let mean = row.iter().sum::<f64>() / width as f64;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64;
        row.iter().zip(weight).zip(bias).map(|((x, w), b)| (x - mean) / (variance + eps).sqrt() * w + b).collect::<Vec<_>>()
    };
    rows.chunks(width).flat_map(of_row).collect()
}

#[test]
fn norms_and_their_gradients_are_those_of_the_formula() {
    for isa in Isa::all() {
        for (count, width) in [(1, 1), (3, 7), (70, 33), (2, 100)] {
            let (rows, weight, bias) = (random(1, count * width), random(2, width), random(3, width));
            let (result, eps) = (random(4, count * width), 1e-3f32);
            let kernel = Norm { weight: &weight, bias: &bias, eps };
            let (w, b, eps) = (wide(&weight), wide(&bias), f64::from(eps));
            check("norm", &kernel.of_rows(isa, &rows), &norm(&wide(&rows), &w, &b, eps), 1e-5);
            let found = kernel.gradients(isa, &rows, &result);
            check("rows", &found.rows, &slopes(&rows, &result, |rows| norm(rows, &w, &b, eps)), 1e-4);
            check("weight", &found.weight, &slopes(&weight, &result, |w| norm(&wide(&rows), w, &b, eps)), 1e-4);
            check("bias", &found.bias, &slopes(&bias, &result, |b| norm(&wide(&rows), &w, b, eps)), 1e-4);
        }
    }
}

const FUNCTIONS: [Function; 12] = [
    Function::Identity,
    Function::Gelu,
    Function::GeluTanh,
    Function::QuickGelu,
    Function::Relu,
    Function::Relu2,
    Function::Relu6,
    Function::LeakyRelu,
    Function::Silu,
    Function::Mish,
    Function::Tanh,
    Function::Sigmoid,
];

/// The functions in f64, by their definitions.
pub(super) fn exact(function: Function, x: f64) -> f64 {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    match function {
        Function::Identity => x,
        Function::Gelu => x * normal(x),
        Function::GeluTanh => 0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh()),
        Function::QuickGelu => x * sigmoid(1.702 * x),
        Function::Relu => x.max(0.0),
        Function::Relu2 => x.max(0.0).powi(2),
        Function::Relu6 => x.clamp(0.0, 6.0),
        Function::LeakyRelu => {
            if x > 0.0 {
                x
            } else {
                0.01 * x
            }
        }
        Function::Silu => x * sigmoid(x),
        Function::Mish => x * x.exp().ln_1p().tanh(),
        Function::Tanh => x.tanh(),
        Function::Sigmoid => sigmoid(x),
    }
}

/// The normal distribution up to `x`, by Simpson's rule from where nothing is left below.
fn normal(x: f64) -> f64 {
    let (low, parts) = (-12.0, 4000);
    let width = (x - low) / f64::from(parts);
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let weight = |part: i32| {
        if part == 0 || part == parts {
            1.0
        } else if part % 2 == 1 {
            4.0
        } else {
            2.0
        }
    };
    (0..=parts).map(|part| weight(part) * density(low + f64::from(part) * width)).sum::<f64>() * width / 3.0
}

#[test]
fn slopes_of_activations_are_the_differences() {
    let places: Vec<f32> = (-90..=90).map(|place| place as f32 / 10.0 + 0.013).collect();
    let result = random(1, places.len());
    for isa in Isa::all() {
        for function in FUNCTIONS {
            let found = function.gradient(isa, &places, &result);
            let slope = |(&x, &weight): (&f32, &f32)| {
                let x = f64::from(x);
                (exact(function, x + STEP) - exact(function, x - STEP)) / (2.0 * STEP) * f64::from(weight)
            };
            check(&format!("{function:?}"), &found, &places.iter().zip(&result).map(slope).collect::<Vec<_>>(), 2e-6);
        }
        let ends = [f32::NEG_INFINITY, -1e30, -0.0, 0.0, 1e30];
        for function in [Function::Gelu, Function::Relu, Function::Tanh, Function::Sigmoid, Function::Silu] {
            let found = function.gradient(isa, &ends[1..], &[1.0; 4]);
            assert!(found.iter().all(|slope| slope.is_finite()), "{function:?}: {found:?}");
        }
    }
}

#[test]
fn the_chosen_are_as_likely_as_a_softmax_says() {
    for isa in Isa::all() {
        for (count, width) in [(1, 1), (3, 7), (20, 33), (2, 500)] {
            let rows: Vec<f32> = random(1, count * width).iter().map(|x| x * 9.0).collect();
            let classes: Vec<u32> = (0..count as u32).map(|row| row * 5 % width as u32).collect();
            let result = random(2, count);
            let exact = |rows: &[f64]| {
                let of_row = |(row, &class): (&[f64], &u32)| row[class as usize] - row.iter().map(|x| x.exp()).sum::<f64>().ln();
                rows.chunks(width).zip(&classes).map(of_row).collect::<Vec<_>>()
            };
            check("logarithms", &log_probabilities(isa, &rows, width, &classes), &exact(&wide(&rows)), 1e-6);
            check("rows", &gradient(isa, &rows, width, &classes, &result), &slopes(&rows, &result, exact), 1e-5);
        }
        let far = [f32::NEG_INFINITY, 100.0, -100.0, 88.0];
        let logs = log_probabilities(isa, &far, 2, &[1, 0]);
        assert!(logs[0].abs() < 1e-6 && (logs[1] + 188.0).abs() < 1e-3, "{logs:?}");
        assert!(gradient(isa, &far, 2, &[1, 0], &[1.0, 1.0]).iter().all(|slope| slope.is_finite()));
    }
}

#[test]
fn gradients_have_the_same_bits_on_any_number_of_threads() {
    let (rows, weight, result) = (random(1, 200 * 48), random(2, 48), random(3, 200 * 48));
    let norm = || Norm { weight: &weight, bias: &weight, eps: 1e-12 }.gradients(Isa::best(), &rows, &result);
    let expected = norm();
    for threads in [1, 3] {
        let found = on_threads(threads, norm);
        assert!(found.rows == expected.rows && found.weight == expected.weight && found.bias == expected.bias);
    }
}
