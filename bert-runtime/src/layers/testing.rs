//! What the tests of layers, losses and encoder share: ragged values, and gradients by finite differences.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use candle_core::{DType, Device, Tensor, Var};
use rand::Rng;

use crate::context::{Context, keyed};
use crate::parameter::Parameter;
use crate::value::{Layout, Rows, Value};

/// Three sequences with padding at the left, a hole and padding at the right.
pub(crate) fn layout() -> Arc<Layout> {
    let columns: [&[u32]; 3] = [&[1, 2, 4], &[0, 1, 2, 3, 4], &[3]];
    Arc::new(Layout::new(columns, 6).unwrap())
}

/// Numbers in -2..2 that depend on the seed alone, in f64.
pub(crate) fn random(seed: u64, shape: &[usize]) -> Tensor {
    let mut random = keyed(seed, 0, "test", 0);
    let numbers: Vec<f64> = (0..shape.iter().product()).map(|_| random.random::<f64>() * 4.0 - 2.0).collect();
    Tensor::from_vec(numbers, shape, &Device::Cpu).unwrap()
}

pub(crate) fn tokens(tensor: &Tensor) -> Value {
    Value::new(tensor.clone(), Rows::Token, layout())
}

pub(crate) fn fixed(tensor: &Tensor) -> Parameter {
    Parameter::fixed("fixed", tensor.clone())
}

pub(crate) fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

pub(crate) fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "element {place}: {found} and not {expected}");
    }
}

/// Compares the gradient of every element of every input with a central difference of the evaluation pass.
pub(crate) fn check_gradients(inputs: &[Tensor], function: impl Fn(&Context, &[Parameter]) -> Tensor) {
    let loss = |cx: &Context, inputs: &[Parameter]| {
        let output = function(cx, inputs);
        (&output * random(99, output.dims())).unwrap().sum_all().unwrap()
    };
    let trained: Vec<Parameter> = inputs.iter().map(|input| Parameter::trained("x", Var::from_tensor(input).unwrap())).collect();
    let gradients = loss(&Context::evaluation().with_gradients(), &trained).backward().unwrap();
    for (which, parameter) in trained.iter().enumerate() {
        let found = gradients.get(parameter.tensor()).unwrap_or_else(|| panic!("input {which} has no gradient"));
        assert_close(&numbers(found), &differences(inputs, which, &loss), 2e-6);
    }
}

fn differences(inputs: &[Tensor], which: usize, loss: &impl Fn(&Context, &[Parameter]) -> Tensor) -> Vec<f64> {
    let base = numbers(&inputs[which]);
    let at = |element: usize, step: f64| {
        let mut moved = base.clone();
        moved[element] += step;
        let mut parameters: Vec<Parameter> = inputs.iter().map(fixed).collect();
        parameters[which] = fixed(&Tensor::from_vec(moved, inputs[which].shape(), &Device::Cpu).unwrap());
        loss(&Context::evaluation(), &parameters).to_scalar::<f64>().unwrap()
    };
    let step = 1e-5;
    (0..base.len()).map(|element| (at(element, step) - at(element, -step)) / (2.0 * step)).collect()
}
