//! The activations that an encoder may have, on lines.

use rayon::prelude::*;

use super::exp::{erfc_of_magnitude, exp, sigmoid, tanh};
use super::isa::{Isa, Kernel};
use super::lanes::Lanes;
use super::lines::{Line, WIDTH};
use super::shared::{numbers, numbers_of};

/// A function of each number, as [`Activation`](crate::layers::Activation) defines it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Identity,
    Gelu,
    GeluTanh,
    QuickGelu,
    Relu,
    Relu2,
    Relu6,
    LeakyRelu,
    Silu,
    Mish,
    Tanh,
    Sigmoid,
}

impl Function {
    /// The function of each of many numbers.
    pub(crate) fn map(self, isa: Isa, from: &[f32]) -> Vec<f32> {
        let mut to = vec![0.0; from.len()];
        self.put(isa, from, &mut to);
        to
    }

    /// The function of each number of panels.
    pub(crate) fn of_panels(self, isa: Isa, from: &[Line], to: &mut [Line]) {
        self.put(isa, numbers_of(from), numbers(to));
    }

    fn put(self, isa: Isa, from: &[f32], to: &mut [f32]) {
        to.par_chunks_mut(PART).zip(from.par_chunks(PART)).for_each(|(to, from)| isa.run(Map { function: self, from, to }));
    }

    #[inline(always)]
    pub(super) fn apply<L: Lanes>(self, lanes: L, x: L::V) -> L::V {
        match self {
            Self::Identity => x,
            Self::Gelu => gelu(lanes, x),
            Self::GeluTanh => gelu_tanh(lanes, x),
            Self::QuickGelu => lanes.mul(x, sigmoid(lanes, lanes.mul(x, lanes.splat(1.702)))),
            Self::Relu => relu(lanes, x),
            Self::Relu2 => lanes.mul(relu(lanes, x), relu(lanes, x)),
            Self::Relu6 => lanes.min(lanes.splat(6.0), relu(lanes, x)),
            Self::LeakyRelu => lanes.max(lanes.mul(x, lanes.splat(0.01)), x),
            Self::Silu => lanes.mul(x, sigmoid(lanes, x)),
            Self::Mish => mish(lanes, x),
            Self::Tanh => tanh(lanes, x),
            Self::Sigmoid => sigmoid(lanes, x),
        }
    }
}

/// Numbers in one task.
const PART: usize = 1 << 14;

struct Map<'a> {
    function: Function,
    from: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Map<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (from, to) in self.from.chunks(WIDTH).zip(self.to.chunks_mut(WIDTH)) {
            let mut line = Line::ZERO;
            line.0[..from.len()].copy_from_slice(from);
            let result = self.function.apply(lanes, lanes.load(&line));
            lanes.store(&mut line, result);
            to.copy_from_slice(&line.0[..to.len()]);
        }
    }
}

#[inline(always)]
fn relu<L: Lanes>(lanes: L, x: L::V) -> L::V {
    lanes.max(lanes.splat(0.0), x)
}

/// `x (1 + erf(x / sqrt 2)) / 2`, as `max(x, 0) - |x| erfc(|x| / sqrt 2) / 2`, which adds up nothing that cancels.
#[inline(always)]
fn gelu<L: Lanes>(lanes: L, x: L::V) -> L::V {
    let magnitude = lanes.abs(x);
    let rest = erfc_of_magnitude(lanes, lanes.mul(magnitude, lanes.splat(std::f32::consts::FRAC_1_SQRT_2)));
    lanes.mul_add(lanes.mul(magnitude, lanes.splat(-0.5)), rest, relu(lanes, x))
}

#[inline(always)]
fn gelu_tanh<L: Lanes>(lanes: L, x: L::V) -> L::V {
    let root_of_2_over_pi = lanes.splat(0.797_884_6);
    let slope = lanes.mul_add(lanes.mul(x, x), lanes.splat(0.044_715), lanes.splat(1.0));
    let tanh = tanh(lanes, lanes.mul(lanes.mul(x, slope), root_of_2_over_pi));
    let half = lanes.mul(x, lanes.splat(0.5));
    lanes.mul_add(half, tanh, half)
}

/// `x tanh(ln(1 + e^x))`, where the tangent is `(p - 1) / (p + 1)` of `p = (1 + e^x)^2`; it is 1 from 20 on.
#[inline(always)]
fn mish<L: Lanes>(lanes: L, x: L::V) -> L::V {
    let power = exp(lanes, lanes.min(lanes.splat(20.0), x));
    let two = lanes.splat(2.0);
    let square = lanes.mul(power, lanes.add(power, two));
    lanes.mul(x, lanes.div(square, lanes.add(square, two)))
}
