//! AdamW beside its formula in f64.

use candle_core::DType;

use super::{FORMATS, assert_near, pair};
use crate::gpu::emulated::emulated;
use crate::gpu::{Adam, move_weight};
use crate::layers::testing::numbers;

#[test]
fn a_weight_and_its_means_move_in_place() {
    emulated(|| {
        for (dtype, _) in FORMATS {
            let count = 1000;
            let [weight, mean, square] = [1, 2, 3].map(|seed| pair(seed, &[count], DType::F32).0);
            let square = candle_core::Var::from_tensor(&square.sqr().unwrap()).unwrap();
            let gradient = pair(4, &[count], dtype).0;
            let before = [&weight, &mean, &square, &gradient].map(|tensor| numbers(tensor));
            let by = Adam {
                scale: 0.5,
                kept: 0.99,
                rate: 0.01,
                correction: 0.3,
                new_mean: 0.1,
                old_square: 0.999,
                new_square: 0.001,
                eps: 1e-8,
            };
            move_weight(&weight, &gradient, [&mean, &square], by).unwrap();
            let of = |element: usize| {
                let [weight, mean, square, gradient] = before.each_ref().map(|numbers| numbers[element]);
                let gradient = gradient * 0.5;
                let (mean, square) = (mean + 0.1 * (gradient - mean), square * 0.999 + 0.001 * gradient * gradient);
                [weight * 0.99 - 0.01 * mean / (square.sqrt() / 0.3 + 1e-8), mean, square]
            };
            let exact: Vec<[f64; 3]> = (0..count).map(of).collect();
            for (number, found) in [&weight, &mean, &square].into_iter().enumerate() {
                let exact: Vec<f64> = exact.iter().map(|all| all[number]).collect();
                let exact = candle_core::Tensor::new(exact, &candle_core::Device::Cpu).unwrap();
                assert_near(&format!("{dtype:?} {number}"), found, &exact, 1e-6);
            }
        }
    });
}
