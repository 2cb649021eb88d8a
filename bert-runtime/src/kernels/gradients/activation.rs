//! The gradients of activations, in place on panels.

use rayon::prelude::*;

use super::super::activation::Function;
use super::super::isa::{Isa, Kernel};
use super::super::lanes::Lanes;
use super::super::lines::Line;

/// Lines in one task.
const PART: usize = 1 << 10;

impl Function {
    /// The function of each number of panels.
    pub(crate) fn of_panels(self, isa: Isa, x: &[Line], to: &mut [Line]) {
        let parts = to.par_chunks_mut(PART).zip(x.par_chunks(PART));
        parts.for_each(|(to, x)| isa.run(Forward { function: self, x, to }));
    }

    /// Turns the gradient of the result into that of the panels that the function was of, in place.
    pub(crate) fn back(self, isa: Isa, x: &[Line], gradient: &mut [Line]) {
        let parts = gradient.par_chunks_mut(PART).zip(x.par_chunks(PART));
        parts.for_each(|(gradient, x)| isa.run(Back { function: self, x, gradient }));
    }
}

struct Forward<'a> {
    function: Function,
    x: &'a [Line],
    to: &'a mut [Line],
}

impl Kernel for Forward<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (x, to) in self.x.iter().zip(self.to) {
            let y = self.function.apply(lanes, lanes.load(x));
            lanes.store(to, y);
        }
    }
}

struct Back<'a> {
    function: Function,
    x: &'a [Line],
    gradient: &'a mut [Line],
}

impl Kernel for Back<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for (x, gradient) in self.x.iter().zip(self.gradient) {
            let slope = self.function.slope(lanes, lanes.load(x));
            let product = lanes.mul(slope, lanes.load(gradient));
            lanes.store(gradient, product);
        }
    }
}
