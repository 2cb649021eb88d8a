//! AdamW, with its state by the names of the weights.
//!
//! Source: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", in the order of operations of PyTorch's `AdamW`.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use candle_core::{CpuStorage, DType, InplaceOp2, Layout, Tensor, Var};
use rayon::prelude::*;

use super::groups::Group;
use crate::error::Result;
use crate::gpu;
use crate::kernels::{Isa, Kernel, Lanes, pages};

/// How many numbers a thread takes at a time.
const CHUNK: usize = 1 << 14;

/// The constants of AdamW, which are PyTorch's unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamConstants {
    /// How much of the mean of gradients is kept from step to step.
    pub beta1: f64,
    /// How much of the mean of their squares is kept.
    pub beta2: f64,
    /// What keeps the quotient finite.
    pub eps: f64,
}

impl Default for AdamConstants {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, eps: 1e-8 }
    }
}

/// The optimizer: for each weight, by its name, the means of its gradients and of their squares.
#[derive(Debug, Default)]
pub struct AdamW {
    constants: AdamConstants,
    moments: BTreeMap<String, Moments>,
}

/// What is kept of one weight's gradients.
#[derive(Debug, Clone)]
pub(super) struct Moments {
    /// How many steps the weight was updated in.
    pub steps: u64,
    pub means: Means,
}

/// The means of a weight's gradients and of their squares, each as many numbers as the weight has, in f32.
#[derive(Debug, Clone)]
pub(super) enum Means {
    /// Of a weight in f32 on the CPU.
    Host { mean: Vec<f32>, square: Vec<f32> },
    /// Of any other.
    Device { mean: Tensor, square: Tensor },
}

/// One weight's update: its numbers, what they were told, and by how much they move.
#[derive(Debug, Clone, Copy)]
struct Update {
    constants: AdamConstants,
    /// What the gradient is multiplied by first.
    scale: f32,
    /// What the weight is multiplied by: 1 less the rate times the decay.
    kept: f32,
    /// The rate over the first bias correction.
    rate: f32,
    /// The square root of the second bias correction.
    correction: f32,
}

impl AdamW {
    /// An optimizer with these constants and no state yet.
    pub fn new(constants: AdamConstants) -> Self {
        Self { constants, moments: BTreeMap::new() }
    }

    /// Moves a weight against its gradient, which is multiplied by `scale` first.
    ///
    /// # Errors
    /// What candle says: of a gradient of another shape, above all.
    pub fn step(&mut self, name: &str, weight: &Var, gradient: &Tensor, scale: f64, rate: f64, group: Group) -> Result<()> {
        if !self.moments.contains_key(name) {
            self.moments.insert(name.to_owned(), Moments { steps: 0, means: Means::none(weight)? });
        }
        let Some(moments) = self.moments.get_mut(name) else { return Ok(()) };
        moments.steps += 1;
        let update = Update::new(self.constants, moments.steps, scale, rate * group.rate, group.decay);
        match &mut moments.means {
            Means::Host { mean, square } => update.in_place(weight, gradient, mean, square),
            Means::Device { mean, square } if gpu::serves(weight.device()) && weight.dtype() == DType::F32 => {
                Ok(gpu::move_weight(weight.as_tensor(), gradient, [&*mean, &*square], update.on_device())?)
            }
            Means::Device { mean, square } => update.composed(weight, gradient, mean, square),
        }
    }

    pub(super) fn moments(&self) -> &BTreeMap<String, Moments> {
        &self.moments
    }

    /// An optimizer that goes on from what another one kept.
    pub(super) fn with_moments(constants: AdamConstants, moments: BTreeMap<String, Moments>) -> Self {
        Self { constants, moments }
    }
}

impl Means {
    fn none(weight: &Var) -> Result<Self> {
        if is_on_host(weight) {
            let zeros = || pages::zeros(weight.elem_count());
            return Ok(Self::Host { mean: zeros(), square: zeros() });
        }
        let zeros = || Tensor::zeros(weight.shape(), DType::F32, weight.device());
        Ok(Self::Device { mean: zeros()?, square: zeros()? })
    }

    /// Those of a weight, from tensors of its shape.
    pub fn from_tensors(weight: &Var, mean: Tensor, square: Tensor) -> Result<Self> {
        if is_on_host(weight) {
            let numbers = |tensor: Tensor| tensor.flatten_all()?.to_vec1();
            return Ok(Self::Host { mean: numbers(mean)?, square: numbers(square)? });
        }
        Ok(Self::Device { mean: mean.to_device(weight.device())?, square: square.to_device(weight.device())? })
    }
}

/// Whether a weight's means are kept on the host, and moved with it in one pass.
fn is_on_host(weight: &Var) -> bool {
    weight.device().is_cpu() && weight.dtype() == DType::F32
}

impl Update {
    fn new(constants: AdamConstants, steps: u64, scale: f64, rate: f64, decay: f64) -> Self {
        let left = |beta: f64| 1.0 - beta.powf(steps as f64);
        let [first, second] = [constants.beta1, constants.beta2].map(left);
        Self {
            constants,
            scale: scale as f32,
            kept: (1.0 - rate * decay) as f32,
            rate: (rate / first) as f32,
            correction: second.sqrt() as f32,
        }
    }

    /// What a GPU's kernel is told.
    fn on_device(self) -> gpu::Adam {
        let AdamConstants { beta1, beta2, eps } = self.constants;
        gpu::Adam {
            scale: self.scale,
            kept: self.kept,
            rate: self.rate,
            correction: self.correction,
            new_mean: (1.0 - beta1) as f32,
            old_square: beta2 as f32,
            new_square: (1.0 - beta2) as f32,
            eps: eps as f32,
        }
    }

    /// All of it in one pass over the numbers.
    fn in_place(self, weight: &Var, gradient: &Tensor, mean: &mut [f32], square: &mut [f32]) -> Result<()> {
        let gradient = gradient.to_dtype(DType::F32)?.contiguous()?;
        let pass = Pass { update: self, means: Mutex::new((mean, square)) };
        Ok(weight.as_tensor().inplace_op2(&gradient, &pass)?)
    }

    fn composed(self, weight: &Var, gradient: &Tensor, mean: &mut Tensor, square: &mut Tensor) -> Result<()> {
        let AdamConstants { beta1, beta2, eps } = self.constants;
        let gradient = (gradient.to_dtype(DType::F32)? * f64::from(self.scale))?;
        *mean = ((&*mean * beta1)? + (&gradient * (1.0 - beta1))?)?;
        *square = ((&*square * beta2)? + (gradient.sqr()? * (1.0 - beta2))?)?;
        let divisor = ((square.sqrt()? / f64::from(self.correction))? + eps)?;
        let step = ((&*mean / divisor)? * f64::from(self.rate))?;
        let moved = ((weight.as_tensor().to_dtype(DType::F32)? * f64::from(self.kept))? - step)?;
        Ok(weight.set(&moved.to_dtype(weight.dtype())?)?)
    }
}

/// Some numbers of a weight, and what they are moved by.
struct Part<'a> {
    update: Update,
    weight: &'a mut [f32],
    gradient: &'a [f32],
    mean: &'a mut [f32],
    square: &'a mut [f32],
}

impl Kernel for Part<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, _: L) {
        let Self { update, weight, gradient, mean, square } = self;
        let AdamConstants { beta1, beta2, eps } = update.constants;
        let (new1, new2, beta2, eps) = ((1.0 - beta1) as f32, (1.0 - beta2) as f32, beta2 as f32, eps as f32);
        for (((weight, gradient), mean), square) in weight.iter_mut().zip(gradient).zip(mean).zip(square) {
            let gradient = gradient * update.scale;
            *mean += new1 * (gradient - *mean);
            *square = *square * beta2 + new2 * gradient * gradient;
            *weight = *weight * update.kept - update.rate * *mean / (square.sqrt() / update.correction + eps);
        }
    }
}

/// The update of a weight on the CPU as an operation in place. The means are the optimizer's own, and locked since candle shares operations.
struct Pass<'m> {
    update: Update,
    means: Mutex<(&'m mut [f32], &'m mut [f32])>,
}

impl InplaceOp2 for Pass<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(
        &self,
        weight: &mut CpuStorage,
        layout: &Layout,
        gradient: &CpuStorage,
        gradient_layout: &Layout,
    ) -> candle_core::Result<()> {
        let (CpuStorage::F32(weight), CpuStorage::F32(gradient)) = (weight, gradient) else { candle_core::bail!("adamw wants f32") };
        let (Some((start, end)), Some((from, to))) = (layout.contiguous_offsets(), gradient_layout.contiguous_offsets()) else {
            candle_core::bail!("adamw wants numbers without gaps")
        };
        let mut means = self.means.lock().unwrap_or_else(PoisonError::into_inner);
        let (mean, square) = &mut *means;
        if end - start != to - from || mean.len() != end - start {
            candle_core::bail!("a gradient of {} numbers for a weight of {}", to - from, end - start)
        }
        let chunks = weight[start..end].par_chunks_mut(CHUNK).zip(gradient[from..to].par_chunks(CHUNK));
        let chunks = chunks.zip(mean.par_chunks_mut(CHUNK)).zip(square.par_chunks_mut(CHUNK));
        chunks
            .for_each(|(((weight, gradient), mean), square)| Isa::best().run(Part { update: self.update, weight, gradient, mean, square }));
        Ok(())
    }
}
