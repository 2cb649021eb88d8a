//! Exponentials and activations beside f64, at many places.

use candle_core::cpu::erf::erf_f64 as erf;

use crate::kernels::Isa;
use crate::kernels::activation::Function;
use crate::kernels::exp::{erfc_of_magnitude, exp};
use crate::kernels::isa::Kernel;
use crate::kernels::lanes::Lanes;
use crate::kernels::lines::{Line, WIDTH};

#[derive(Clone, Copy)]
enum Of {
    Exp,
    ErfcOfMagnitude,
}

struct Each<'a>(Of, &'a [f32], &'a mut Vec<f32>);

impl Kernel for Each<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for numbers in self.1.chunks_exact(WIDTH) {
            let mut line = Line::ZERO;
            line.0.copy_from_slice(numbers);
            let x = lanes.load(&line);
            let y = match self.0 {
                Of::Exp => exp(lanes, x),
                Of::ErfcOfMagnitude => erfc_of_magnitude(lanes, x),
            };
            lanes.store(&mut line, y);
            self.2.extend(line.0);
        }
    }
}

/// A multiple of sixteen numbers from `low` to `high`.
fn grid(low: f64, high: f64) -> Vec<f32> {
    const COUNT: usize = 1 << 20;
    (0..COUNT).map(|i| (low + (high - low) * i as f64 / (COUNT - 1) as f64) as f32).collect()
}

/// The largest of `error(x, found)`.
fn worst(of: Of, isa: Isa, numbers: &[f32], error: impl Fn(f64, f64) -> f64) -> f64 {
    let mut found = Vec::new();
    isa.run(Each(of, numbers, &mut found));
    numbers.iter().zip(found).map(|(&x, y)| error(x.into(), y.into())).fold(0.0, f64::max)
}

#[test]
fn exponentials_are_within_two_units_in_the_last_place() {
    for isa in Isa::all() {
        let relative = worst(Of::Exp, isa, &grid(-87.0, 88.0), |x, y| (y / x.exp() - 1.0).abs());
        assert!(relative < 2.0 * f64::from(f32::EPSILON), "{isa:?}: {relative:e}");
        let near = worst(Of::Exp, isa, &grid(-1.0, 1.0), |x, y| (y / x.exp() - 1.0).abs());
        assert!(near < 2.0 * f64::from(f32::EPSILON), "{isa:?}: {near:e}");
        let mut ends = Vec::new();
        isa.run(Each(Of::Exp, &[[f32::NAN; 4], [-1e30; 4], [f32::NEG_INFINITY; 4], [0.0; 4]].concat(), &mut ends));
        assert!(ends[0].is_nan() && ends[4] < 2e-38 && ends[8] < 2e-38 && ends[12] == 1.0, "{ends:?}");
    }
}

#[test]
fn the_error_function_is_within_two_in_ten_millions() {
    for isa in Isa::all() {
        let absolute = worst(Of::ErfcOfMagnitude, isa, &grid(0.0, 12.0), |x, y| (1.0 - erf(x) - y).abs());
        assert!(absolute < 2e-7, "{isa:?}: {absolute:e}");
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn reference(function: Function, x: f64) -> f64 {
    match function {
        Function::Identity => x,
        Function::Gelu => x * (1.0 + erf(x / 2f64.sqrt())) / 2.0,
        Function::GeluTanh => x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh()) / 2.0,
        Function::QuickGelu => x * sigmoid(1.702 * x),
        Function::Relu => x.max(0.0),
        Function::Relu2 => x.max(0.0).powi(2),
        Function::Relu6 => x.clamp(0.0, 6.0),
        Function::LeakyRelu => x.max(0.01 * x),
        Function::Silu => x * sigmoid(x),
        Function::Mish => x * x.exp().ln_1p().tanh(),
        Function::Tanh => x.tanh(),
        Function::Sigmoid => sigmoid(x),
    }
}

pub(super) const ALL: [Function; 12] = [
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

#[test]
fn activations_are_within_four_in_ten_millions_of_what_they_multiply() {
    for isa in Isa::all() {
        for function in ALL {
            let numbers = grid(-30.0, 30.0);
            let found = function.map(isa, &numbers[..numbers.len() - 5]);
            assert_eq!(found.len(), numbers.len() - 5);
            for (&x, y) in numbers.iter().zip(found) {
                let error = (reference(function, x.into()) - f64::from(y)).abs();
                let scale = if function == Function::Relu2 { f64::from(x).powi(2) } else { f64::from(x).abs() };
                assert!(error <= 4e-7 * scale.max(1.0), "{isa:?} {function:?} of {x}: {y}, off by {error:e}");
            }
        }
    }
}

#[test]
fn what_is_no_number_stays_none() {
    for isa in Isa::all() {
        for function in ALL {
            assert!(function.map(isa, &[f32::NAN])[0].is_nan(), "{isa:?} {function:?}");
        }
    }
}
