//! Norms, activations, embeddings and their sums beside operations in f64.

use candle_core::{D, DType, Tensor};

use super::{FORMATS, assert_near, compare, pair};
use crate::context::Context;
use crate::gpu::emulated::emulated;
use crate::gpu::{Normed, Tables, activated, embedded, normed, product, squares};
use crate::layers::Activation;
use crate::layers::testing::numbers;
use crate::value::{Layout, Rows, Value};

/// `(x - mean) / sqrt(variance + eps) * weight + bias`.
fn norm(x: &Tensor, weight: &Tensor, bias: &Tensor, eps: f64) -> Tensor {
    let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1).unwrap()).unwrap();
    let root = (centred.sqr().unwrap().mean_keepdim(D::Minus1).unwrap() + eps).unwrap().sqrt().unwrap();
    centred.broadcast_div(&root).unwrap().broadcast_mul(weight).unwrap().broadcast_add(bias).unwrap()
}

/// A sequence of these rows.
fn value(tensor: Tensor) -> Value {
    let columns: Vec<u32> = (0..tensor.dim(0).unwrap() as u32).collect();
    let layout = Layout::new([columns.as_slice()], columns.len()).unwrap();
    Value::new(tensor, Rows::Token, std::sync::Arc::new(layout))
}

#[test]
fn norms_of_any_width_and_their_gradients() {
    emulated(|| {
        for (dtype, tolerance) in FORMATS {
            for (rows, width) in [(1, 8), (5, 20), (9, 300), (3, 1030), (600, 16)] {
                let of = |seed| pair(seed, &[rows, width], dtype);
                let (x, skip) = (of(1), of(2));
                let [added, weight, bias] = [3, 4, 5].map(|seed| pair(seed, &[width], dtype));
                let normed_of =
                    Normed { rows: &x.0, added: &added.0, kept: None, skip: &skip.0, weight: &weight.0, bias: &bias.0, eps: 1e-5 };
                let found = normed(&normed_of, true).unwrap();
                let alone = normed(&normed_of, false).unwrap();
                let sum = (x.1.broadcast_add(&added.1).unwrap() + skip.1.as_tensor()).unwrap();
                let exact = norm(&sum, &weight.1, &bias.1, 1e-5);
                let what = format!("{dtype:?} {rows} x {width}");
                assert_near(&what, &alone, &exact, tolerance);
                let of = [&x, &added, &skip, &weight, &bias].map(|(own, other)| (own, other));
                compare(&what, tolerance * 2.0, (&found, &exact), &of);
            }
        }
    });
}

#[test]
fn activations_and_their_gradients() {
    use Activation::{Gelu, GeluNew, Identity, LeakyRelu, Mish, QuickGelu, Relu, Relu2, Relu6, Sigmoid, Silu, Tanh};
    emulated(|| {
        for (dtype, tolerance) in FORMATS {
            for activation in [Identity, Gelu, GeluNew, QuickGelu, Relu, Relu2, Relu6, LeakyRelu, Silu, Mish, Tanh, Sigmoid] {
                for width in [16, 11] {
                    let (x, added) = (pair(1, &[7, width], dtype), pair(2, &[width], dtype));
                    let found = activated(&x.0, &added.0, activation.function().unwrap(), true).unwrap();
                    let cx = Context::evaluation().with_gradients();
                    let rounded = x.1.broadcast_add(&added.1).unwrap();
                    let exact = activation.forward(&cx, &value(rounded)).unwrap();
                    let of = [(&x.0, &x.1), (&added.0, &added.1)];
                    compare(&format!("{dtype:?} {activation:?} {width}"), tolerance * 2.0, (&found, exact.tensor()), &of);
                }
            }
        }
    });
}

#[test]
fn embeddings_and_the_gradients_of_their_tables() {
    emulated(|| {
        for (dtype, tolerance) in FORMATS {
            let width = 24;
            let tables = [(1, 50), (2, 9), (3, 2)].map(|(seed, rows)| pair(seed, &[rows, width], dtype));
            let [weight, bias] = [4, 5].map(|seed| pair(seed, &[width], dtype));
            let tokens = 100u32;
            let numbers = [(0..tokens).map(|n| n * 7 % 50).collect(), (0..tokens).map(|n| n % 9).collect(), vec![1; tokens as usize]];
            let [words, positions, types] = &tables;
            let of = Tables {
                tables: [&words.0, &positions.0, &types.0],
                numbers: numbers.clone(),
                weight: &weight.0,
                bias: &bias.0,
                eps: 1e-5,
            };
            let found = embedded(of, true).unwrap();
            let look = |table: &Tensor, numbers: &Vec<u32>| {
                table.index_select(&Tensor::from_vec(numbers.clone(), numbers.len(), table.device()).unwrap(), 0).unwrap()
            };
            let sum = ((look(&words.1, &numbers[0]) + look(&positions.1, &numbers[1])).unwrap() + look(&types.1, &numbers[2])).unwrap();
            let exact = norm(&sum, &weight.1, &bias.1, 1e-5);
            let of = [words, positions, types, &weight, &bias].map(|(own, other)| (own, other));
            compare(&format!("{dtype:?}"), tolerance * 3.0, (&found, &exact), &of);
        }
    });
}

#[test]
fn products_and_their_gradients() {
    for dtype in [DType::F32, DType::F16] {
        let (x, weight) = (pair(1, &[5, 6], dtype), pair(2, &[7, 6], dtype));
        let found = product(&x.0, &weight.0, true).unwrap();
        let exact = x.1.matmul(&weight.1.t().unwrap()).unwrap();
        compare(&format!("{dtype:?}"), 2e-3, (&found, &exact), &[(&x.0, &x.1), (&weight.0, &weight.1)]);
    }
}

#[test]
fn squares_of_many_tensors_at_once() {
    emulated(|| {
        let tensors = [1usize, 5000, 700_000].map(|count| pair(count as u64, &[count], DType::F32).0.as_tensor().clone());
        let found = squares(&tensors.iter().collect::<Vec<_>>()).unwrap();
        for (tensor, found) in tensors.iter().zip(found) {
            let exact: f64 = numbers(tensor).iter().map(|x| x * x).sum();
            assert!((found - exact).abs() < 1e-5 * exact, "{found} and not {exact}");
        }
    });
}
