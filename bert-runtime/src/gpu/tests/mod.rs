//! The kernels, emulated, beside plain operations in f64: values and gradients, in every number format. With `BERT_TEST_DEVICE=cuda` they run on
//! that GPU instead.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attention;
mod optimizer;
mod rows;

use std::sync::OnceLock;

use candle_core::{DType, Device, Tensor, Var};

use crate::gpu::emulated::device_of_tests;
use crate::layers::testing::{numbers, random};

/// The formats of kernels, and how far results may be from those of f64, over the larger of 1 and their largest.
const FORMATS: [(DType, f64); 3] = [(DType::F32, 1e-5), (DType::F16, 3e-3), (DType::BF16, 3e-2)];

/// A tensor that trains, of numbers that the format can hold, and the same in f64.
fn pair(seed: u64, shape: &[usize], dtype: DType) -> (Var, Var) {
    let rounded = random(seed, shape).to_dtype(dtype).unwrap();
    (Var::from_tensor(&rounded.to_device(&device()).unwrap()).unwrap(), Var::from_tensor(&rounded.to_dtype(DType::F64).unwrap()).unwrap())
}

fn assert_near(what: &str, found: &Tensor, exact: &Tensor, tolerance: f64) {
    let (found, exact) = (numbers(found), numbers(exact));
    assert_eq!(found.len(), exact.len(), "{what}");
    let largest = exact.iter().fold(1.0f64, |largest, x| largest.max(x.abs()));
    let worst = found.iter().zip(&exact).map(|(a, b)| if a.is_nan() { f64::INFINITY } else { (a - b).abs() }).fold(0.0, f64::max);
    assert!(worst <= tolerance * largest, "{what}: off by {worst:e} of {largest}");
}

/// Compares results, and the gradients of a weighted sum of them, for each of some tensors.
fn compare(what: &str, tolerance: f64, results: (&Tensor, &Tensor), of: &[(&Var, &Var)]) {
    let (found, exact) = results;
    assert_near(what, found, exact, tolerance);
    // Numbers that both formats hold.
    let weights = random(77, exact.dims()).to_dtype(found.dtype()).unwrap();
    let gradients = |result: &Tensor| {
        let weights = weights.to_dtype(result.dtype()).unwrap().to_device(result.device()).unwrap();
        (result * weights).unwrap().sum_all().unwrap().backward().unwrap()
    };
    let (of_found, of_exact) = (gradients(found), gradients(exact));
    for (number, (own, other)) in of.iter().enumerate() {
        let gradient = |store: &candle_core::backprop::GradStore, var: &Var| store.get(var).cloned().expect("a gradient");
        assert_near(&format!("{what}: gradient {number}"), &gradient(&of_found, own), &gradient(&of_exact, other), tolerance);
    }
}

/// The GPU that `BERT_TEST_DEVICE` names, else the processor.
fn device() -> Device {
    static DEVICE: OnceLock<Device> = OnceLock::new();
    let open = || device_of_tests().map_or(Device::Cpu, |name| crate::device::open(&name).unwrap());
    DEVICE.get_or_init(open).clone()
}
