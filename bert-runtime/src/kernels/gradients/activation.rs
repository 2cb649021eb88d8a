//! The gradients of activations, and their slopes.

use rayon::prelude::*;

use super::super::activation::Function;
use super::super::exp::{erfc_of_magnitude, exp, sigmoid, tanh};
use super::super::isa::{Isa, Kernel};
use super::super::lanes::Lanes;
use super::super::lines::{Line, WIDTH};
use super::super::shared::{numbers, numbers_of};

/// Numbers in one task.
const NUMBERS: usize = 1 << 14;

impl Function {
    /// The gradient of each number, from the number and the gradient of its result.
    pub(crate) fn gradient(self, isa: Isa, from: &[f32], result: &[f32]) -> Vec<f32> {
        let mut to = result.to_vec();
        self.turn_back(isa, from, &mut to);
        to
    }

    /// Turns the gradient of the result into that of the panels that the function was of, in place.
    pub(crate) fn back(self, isa: Isa, x: &[Line], gradient: &mut [Line]) {
        self.turn_back(isa, numbers_of(x), numbers(gradient));
    }

    fn turn_back(self, isa: Isa, x: &[f32], gradient: &mut [f32]) {
        let parts = gradient.par_chunks_mut(NUMBERS).zip(x.par_chunks(NUMBERS));
        parts.for_each(|(gradient, x)| isa.run(Slopes { function: self, x, gradient }));
    }

    /// The slope at each number.
    #[inline(always)]
    fn slope<L: Lanes>(self, lanes: L, x: L::V) -> L::V {
        let one = lanes.splat(1.0);
        match self {
            Self::Identity => one,
            Self::Gelu => gelu(lanes, x),
            Self::GeluTanh => gelu_tanh(lanes, x),
            Self::QuickGelu => of_gated(lanes, x, 1.702),
            Self::Relu => above_zero(lanes, x),
            Self::Relu2 => lanes.mul(lanes.splat(2.0), lanes.max(lanes.splat(0.0), x)),
            Self::Relu6 => lanes.mul(above_zero(lanes, x), above_zero(lanes, lanes.sub(lanes.splat(6.0), x))),
            Self::LeakyRelu => lanes.mul_add(lanes.splat(0.99), above_zero(lanes, x), lanes.splat(0.01)),
            Self::Silu => of_gated(lanes, x, 1.0),
            Self::Mish => mish(lanes, x),
            Self::Tanh => {
                let y = tanh(lanes, x);
                lanes.sub(one, lanes.mul(y, y))
            }
            Self::Sigmoid => {
                let y = sigmoid(lanes, x);
                lanes.mul(y, lanes.sub(one, y))
            }
        }
    }
}

struct Slopes<'a> {
    function: Function,
    x: &'a [f32],
    gradient: &'a mut [f32],
}

impl Kernel for Slopes<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (x, gradient) in self.x.chunks(WIDTH).zip(self.gradient.chunks_mut(WIDTH)) {
            let mut line = Line::ZERO;
            line.0[..x.len()].copy_from_slice(x);
            let slope = self.function.slope(lanes, lanes.load(&line));
            lanes.store(&mut line, slope);
            for (gradient, slope) in gradient.iter_mut().zip(&line.0) {
                *gradient *= slope;
            }
        }
    }
}

/// 1 above zero, and 0 elsewhere.
#[inline(always)]
fn above_zero<L: Lanes>(lanes: L, x: L::V) -> L::V {
    lanes.min(lanes.splat(1.0), lanes.max(lanes.splat(0.0), lanes.mul(x, lanes.splat(f32::MAX))))
}

/// Of `x (1 + erf(x / sqrt 2)) / 2`: the normal distribution up to `x`, and `x` times its density.
#[inline(always)]
fn gelu<L: Lanes>(lanes: L, x: L::V) -> L::V {
    let magnitude = lanes.abs(x);
    let rest = erfc_of_magnitude(lanes, lanes.mul(magnitude, lanes.splat(std::f32::consts::FRAC_1_SQRT_2)));
    let half = lanes.splat(0.5);
    let below = lanes.mul_add(lanes.with_sign(half, x), lanes.sub(lanes.splat(1.0), rest), half);
    let density = lanes.mul(exp(lanes, lanes.mul(lanes.mul(x, x), lanes.splat(-0.5))), lanes.splat(0.398_942_3));
    lanes.mul_add(x, density, below)
}

/// Of `x (1 + tanh u) / 2`.
#[inline(always)]
fn gelu_tanh<L: Lanes>(lanes: L, x: L::V) -> L::V {
    let (one, half, root_of_2_over_pi) = (lanes.splat(1.0), lanes.splat(0.5), lanes.splat(0.797_884_6));
    let square = lanes.mul(x, x);
    let slope = lanes.mul_add(square, lanes.splat(0.044_715), one);
    let tanh = tanh(lanes, lanes.mul(lanes.mul(x, slope), root_of_2_over_pi));
    let inner = lanes.mul(lanes.mul_add(square, lanes.splat(3.0 * 0.044_715), one), root_of_2_over_pi);
    let falling = lanes.sub(one, lanes.mul(tanh, tanh));
    lanes.mul(half, lanes.mul_add(lanes.mul(x, falling), inner, lanes.add(one, tanh)))
}

/// Of `x sigmoid(a x)`.
#[inline(always)]
fn of_gated<L: Lanes>(lanes: L, x: L::V, a: f32) -> L::V {
    let scaled = lanes.mul(x, lanes.splat(a));
    let gate = sigmoid(lanes, scaled);
    lanes.mul(gate, lanes.mul_add(scaled, lanes.sub(lanes.splat(1.0), gate), lanes.splat(1.0)))
}

/// Of `x tanh(softplus x)`.
#[inline(always)]
fn mish<L: Lanes>(lanes: L, x: L::V) -> L::V {
    let power = exp(lanes, lanes.min(lanes.splat(20.0), x));
    let two = lanes.splat(2.0);
    let square = lanes.mul(power, lanes.add(power, two));
    let tangent = lanes.div(square, lanes.add(square, two));
    let falling = lanes.sub(lanes.splat(1.0), lanes.mul(tangent, tangent));
    lanes.mul_add(lanes.mul(x, falling), sigmoid(lanes, x), tangent)
}
