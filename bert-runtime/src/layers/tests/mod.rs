//! Layers against naive references in f64 and finite differences.
#![allow(clippy::unwrap_used, clippy::panic)]

mod activation;
mod conv;
mod crf;
mod fixtures;
mod layer_axis;
mod multi_dropout;
mod oracle;
mod pairs;
mod pool;
mod sequences;

use std::sync::Arc;

use candle_core::{DType, Device, Tensor};

use crate::context::Context;
use crate::layers::testing::{assert_close, check_gradients, fixed, layout, numbers, random, tokens};
use crate::layers::*;
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::{Layout, Rows, Value};

const SEQUENCES: [std::ops::Range<usize>; 3] = [0..3, 3..8, 8..9];

fn eval() -> Context {
    Context::evaluation()
}

fn rows(tensor: &Tensor) -> Vec<Vec<f64>> {
    tensor.to_vec2().unwrap()
}

#[test]
fn linear_is_a_product_and_a_shift() {
    let (x, w, b) = (random(1, &[9, 4]), random(2, &[3, 4]), random(3, &[3]));
    let found = Linear::new(fixed(&w), Some(fixed(&b))).forward(&eval(), &tokens(&x)).unwrap();
    let (w2, b2) = (rows(&w), numbers(&b));
    let dot = |x: &Vec<f64>, out: usize| x.iter().zip(&w2[out]).map(|(x, w)| x * w).sum::<f64>() + b2[out];
    let expected: Vec<f64> = rows(&x).iter().flat_map(|x| (0..3).map(|out| dot(x, out)).collect::<Vec<_>>()).collect();
    assert_close(&numbers(found.tensor()), &expected, 1e-12);
    check_gradients(&[x, w, b], |cx, p| {
        Linear::new(p[1].clone(), Some(p[2].clone())).forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone()
    });
}

#[test]
fn linear_takes_no_rows_and_a_layer_axis() {
    let linear = Linear::new(fixed(&random(2, &[3, 4])), None);
    let none = Value::new(random(1, &[0, 4]), Rows::Token, layout());
    assert_eq!(linear.forward(&eval(), &none).unwrap().tensor().dims(), [0, 3]);
    assert_eq!(linear.forward(&eval(), &tokens(&random(1, &[9, 2, 4]))).unwrap().tensor().dims(), [9, 2, 3]);
}

#[test]
fn layer_norm_is_pytorchs() {
    let (x, w, b, eps) = (random(1, &[9, 5]), random(2, &[5]), random(3, &[5]), 0.3);
    let found = LayerNorm::new(fixed(&w), fixed(&b), eps).forward(&eval(), &tokens(&x)).unwrap();
    let (w2, b2) = (numbers(&w), numbers(&b));
    let row = |x: &Vec<f64>| {
        let mean = x.iter().sum::<f64>() / 5.0;
        let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 5.0;
        x.iter().enumerate().map(|(i, x)| (x - mean) / (variance + eps).sqrt() * w2[i] + b2[i]).collect::<Vec<_>>()
    };
    assert_close(&numbers(found.tensor()), &rows(&x).iter().flat_map(row).collect::<Vec<_>>(), 1e-12);
    check_gradients(&[x, w, b], |cx, p| {
        LayerNorm::new(p[1].clone(), p[2].clone(), eps).forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone()
    });
}

#[test]
fn layer_norm_of_equal_features_is_finite() {
    let x = Tensor::full(1234.567f32, (9, 5), &Device::Cpu).unwrap();
    let one = Tensor::ones(5, DType::F32, &Device::Cpu).unwrap();
    let norm = LayerNorm::new(fixed(&one), fixed(&one), 1e-12);
    let found = norm.forward(&eval(), &Value::new(x, Rows::Token, layout())).unwrap();
    assert!(numbers(found.tensor()).iter().all(|x| x.is_finite()));
}

#[test]
fn rms_norm_is_pytorchs() {
    let (x, w, eps) = (random(1, &[9, 5]), random(2, &[5]), 0.3);
    let found = RmsNorm::new(fixed(&w), eps).forward(&eval(), &tokens(&x)).unwrap();
    let w2 = numbers(&w);
    let row = |x: &Vec<f64>| {
        let square = x.iter().map(|x| x * x).sum::<f64>() / 5.0;
        x.iter().zip(&w2).map(|(x, w)| x / (square + eps).sqrt() * w).collect::<Vec<_>>()
    };
    assert_close(&numbers(found.tensor()), &rows(&x).iter().flat_map(row).collect::<Vec<_>>(), 1e-12);
    check_gradients(&[x, w], |cx, p| RmsNorm::new(p[1].clone(), eps).forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone());
}

#[test]
fn normalize_gives_unit_vectors_and_finite_gradients_at_zero() {
    let x = random(1, &[9, 5]);
    let found = Normalize.forward(&eval(), &tokens(&x)).unwrap();
    let row = |x: &Vec<f64>| {
        let length = x.iter().map(|x| x * x).sum::<f64>().sqrt();
        x.iter().map(|x| x / length).collect::<Vec<_>>()
    };
    assert_close(&numbers(found.tensor()), &rows(&x).iter().flat_map(row).collect::<Vec<_>>(), 1e-12);
    check_gradients(&[x], |cx, p| Normalize.forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone());

    let zero = candle_core::Var::zeros((9, 5), DType::F32, &Device::Cpu).unwrap();
    let cx = eval().with_gradients();
    let unit = Normalize.forward(&cx, &Value::new(zero.as_tensor().clone(), Rows::Token, layout())).unwrap();
    let gradients = unit.tensor().sum_all().unwrap().backward().unwrap();
    assert!(numbers(gradients.get(&zero).unwrap()).iter().all(|x| x.is_finite()));
}

#[test]
fn scale_multiplies() {
    let (x, s) = (random(1, &[9, 5]), random(2, &[1]));
    let found = Scale::fixed(-2.5).forward(&eval(), &tokens(&x)).unwrap();
    assert_close(&numbers(found.tensor()), &numbers(&x).iter().map(|x| x * -2.5).collect::<Vec<_>>(), 1e-12);
    check_gradients(std::slice::from_ref(&x), |cx, p| Scale::fixed(-2.5).forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone());
    let learned = numbers(&s)[0];
    let found = Scale::learned(fixed(&s)).forward(&eval(), &tokens(&x)).unwrap();
    assert_close(&numbers(found.tensor()), &numbers(&x).iter().map(|x| x * learned).collect::<Vec<_>>(), 1e-12);
    check_gradients(&[x, s], |cx, p| Scale::learned(p[1].clone()).forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone());
}

fn naive_softmax(x: &[f64]) -> Vec<f64> {
    let sum: f64 = x.iter().map(|x| x.exp()).sum();
    x.iter().map(|x| x.exp() / sum).collect()
}

#[test]
fn named_values_combine() {
    let (a, b, c) = (random(1, &[9, 2]), random(2, &[9, 2]), random(3, &[9, 2]));
    let three = |cx: &Context, p: &[Parameter]| p.iter().map(|p| tokens(&p.get(cx))).collect::<Vec<_>>();
    let each = |combine: fn(f64, f64, f64) -> f64| {
        numbers(&a).iter().zip(numbers(&b)).zip(numbers(&c)).map(|((a, b), c)| combine(*a, b, c)).collect::<Vec<_>>()
    };
    type Combine = fn(&Context, &[&Value]) -> Value;
    let cases: [(Combine, Vec<f64>); 3] = [
        (|cx, values| Add.forward(cx, values).unwrap(), each(|a, b, c| a + b + c)),
        (|cx, values| Sub.forward(cx, values).unwrap(), each(|a, b, c| a - b - c)),
        (|cx, values| Mul.forward(cx, values).unwrap(), each(|a, b, c| a * b * c)),
    ];
    for (combine, expected) in cases {
        let run = |cx: &Context, p: &[Parameter]| combine(cx, &three(cx, p).iter().collect::<Vec<_>>()).tensor().clone();
        assert_close(&numbers(&run(&eval(), &[fixed(&a), fixed(&b), fixed(&c)])), &expected, 1e-12);
        check_gradients(&[a.clone(), b.clone(), c.clone()], run);
    }
    assert!(Add.forward(&eval(), &[]).is_err());
}

#[test]
fn concat_joins_features_and_residual_adds() {
    let (a, b) = (random(1, &[9, 2]), random(2, &[9, 3]));
    let join =
        |cx: &Context, p: &[Parameter]| Concat.forward(cx, &[&tokens(&p[0].get(cx)), &tokens(&p[1].get(cx))]).unwrap().tensor().clone();
    let expected: Vec<f64> = rows(&a).into_iter().zip(rows(&b)).flat_map(|(a, b)| [a, b].concat()).collect();
    assert_eq!(numbers(&join(&eval(), &[fixed(&a), fixed(&b)])), expected);
    check_gradients(&[a.clone(), b], join);
    let sum = residual(&tokens(&a), &tokens(&a)).unwrap();
    assert_eq!(numbers(sum.tensor()), numbers(&a).iter().map(|x| x + x).collect::<Vec<_>>());
    assert!(Concat.forward(&eval(), &[]).is_err());
}

#[test]
fn split_and_squeeze_drop_the_feature_axis() {
    let x = random(1, &[9, 2]);
    let parts = Split::new(2).forward(&eval(), &tokens(&x)).unwrap();
    assert!(parts.iter().all(|part| !part.has_features() && part.tensor().dims() == [9]));
    let second: Vec<f64> = rows(&x).iter().map(|row| row[1]).collect();
    assert_eq!(numbers(parts[1].tensor()), second);
    check_gradients(std::slice::from_ref(&x), |cx, p| Split::new(2).forward(cx, &tokens(&p[0].get(cx))).unwrap()[1].tensor().clone());
    assert!(Split::new(3).forward(&eval(), &tokens(&x)).is_err());
    assert!(Squeeze.forward(&eval(), &tokens(&x)).is_err());
    assert!(Squeeze.forward(&eval(), &parts[0]).is_err());
    let one = tokens(&random(1, &[9, 1]));
    assert_eq!(Squeeze.forward(&eval(), &one).unwrap().tensor().dims(), [9]);
}

#[test]
fn dropout_masks_follow_the_token_and_not_the_batch() {
    let dropout = Dropout::new("head.dropout", 0.4);
    let one = |columns: &[&[u32]], width, first| {
        let layout = Arc::new(Layout::new(columns.iter().copied(), width).unwrap().with_first_sequence(first));
        let x = Tensor::ones((layout.total(), 8), DType::F32, &Device::Cpu).unwrap();
        let found = dropout.forward(&Context::training(7, 3), &Value::new(x, Rows::Token, layout)).unwrap();
        found.tensor().to_vec2::<f32>().unwrap()
    };
    let whole = one(&[&[0, 1, 2], &[1, 3]], 9, 0);
    assert_eq!(one(&[&[1, 3]], 4, 1), whole[3..]);
    assert_eq!(one(&[&[0, 2]], 3, 0), [whole[0].clone(), whole[2].clone()]);
    assert_ne!(whole[0], whole[1]);
    assert!(whole.concat().iter().all(|x| *x == 0.0 || (x - 1.0 / 0.6).abs() < 1e-6));
}

#[test]
fn dropout_is_for_training_alone() {
    let x = tokens(&random(1, &[9, 4]));
    assert_eq!(numbers(Dropout::new("d", 0.5).forward(&eval(), &x).unwrap().tensor()), numbers(x.tensor()));
    let all = Dropout::new("d", 1.0).forward(&Context::training(1, 1), &x).unwrap();
    assert_eq!(numbers(all.tensor()), [0.0; 36]);
}

#[test]
fn modules_print_as_pytorch_does() {
    let w = fixed(&random(1, &[2, 768]));
    let b = fixed(&random(1, &[768]));
    let shown: [(&dyn Module, &str); 5] = [
        (&Linear::new(w.clone(), None), "Linear(in_features=768, out_features=2, bias=False)"),
        (&LayerNorm::new(b.clone(), b.clone(), 1e-12), "LayerNorm((768,), eps=1e-12, elementwise_affine=True, bias=True)"),
        (&RmsNorm::new(b, 1e-5), "RMSNorm((768,), eps=1e-05, elementwise_affine=True)"),
        (&Dropout::new("d", 0.1), "Dropout(p=0.1, inplace=False)"),
        (&Activation::Gelu, "GELUActivation()"),
    ];
    for (module, text) in shown {
        assert_eq!(module.class().as_deref(), Some(text));
    }
    let silent: [&dyn Module; 4] = [&Pool::Mean, &Normalize, &Scale::fixed(2.0), &Squeeze];
    assert!(silent.iter().all(|module| module.class().is_none()));
}
