//! Exponentials and what follows from them, on lines.

use super::lanes::Lanes;

/// `e^x = 2^n e^r` with `r` within half of `ln 2`, and a polynomial for `e^r` whose error is below 4e-9.
///
/// Within 2 units in the last place for `x` from -87 to 88; below it is `e^-87`, 1.6e-38, and above `e^88`. A NaN stays one.
#[inline(always)]
pub(super) fn exp<L: Lanes>(lanes: L, x: L::V) -> L::V {
    const SERIES: [f32; 5] = [0.001_395_048_1, 0.008_368_883, 0.041_666_206, 0.166_665_18, 0.5];
    let bounded = lanes.min(lanes.splat(88.0), lanes.max(lanes.splat(-87.0), x));
    let n = lanes.round(lanes.mul(bounded, lanes.splat(std::f32::consts::LOG2_E)));
    // ln 2 in two parts, of which the first has zeros where `n` has its digits.
    let r = lanes.mul_add(n, lanes.splat(-0.693_359_4), bounded);
    let r = lanes.mul_add(n, lanes.splat(2.121_944_4e-4), r);
    let above_line = lanes.mul(lanes.mul(r, r), polynomial(lanes, r, &SERIES));
    let power = lanes.add(lanes.add(above_line, r), lanes.splat(1.0));
    lanes.mul(power, lanes.power_of_two(n))
}

/// `1 - erf(x)` of magnitudes, as `exp(x p(x))`: its absolute error is below 2e-7.
#[inline(always)]
pub(super) fn erfc_of_magnitude<L: Lanes>(lanes: L, x: L::V) -> L::V {
    const EXPONENT: [f32; 8] =
        [-3.140_959e-5, 3.085_834_6e-4, -1.031_788_9e-3, -5.377_912_3e-4, 0.019_584_594, -0.102_919_854, -0.636_597_7, -1.128_380_3];
    let slope = polynomial(lanes, lanes.min(x, lanes.splat(4.0)), &EXPONENT);
    exp(lanes, lanes.mul(x, slope))
}

/// `1 / (1 + e^-x)`, within 4e-7.
#[inline(always)]
pub(super) fn sigmoid<L: Lanes>(lanes: L, x: L::V) -> L::V {
    let one = lanes.splat(1.0);
    lanes.div(one, lanes.add(one, exp(lanes, lanes.sub(lanes.splat(0.0), x))))
}

/// `(1 - e^-2|x|) / (1 + e^-2|x|)` with the sign of `x`, within 4e-7.
#[inline(always)]
pub(super) fn tanh<L: Lanes>(lanes: L, x: L::V) -> L::V {
    let one = lanes.splat(1.0);
    let power = exp(lanes, lanes.mul(lanes.abs(x), lanes.splat(-2.0)));
    lanes.with_sign(lanes.div(lanes.sub(one, power), lanes.add(one, power)), x)
}

/// The highest power's factor first.
#[inline(always)]
fn polynomial<L: Lanes, const N: usize>(lanes: L, x: L::V, factors: &[f32; N]) -> L::V {
    let mut sum = lanes.splat(factors[0]);
    for &factor in &factors[1..] {
        sum = lanes.mul_add(sum, x, lanes.splat(factor));
    }
    sum
}
