//! What kernels are compared with: functions in f64, as they are defined, and slopes as differences.

use crate::kernels::activation::Function;

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
