//! AdamW on the device, in one pass over a weight.

use candle_core::{CpuStorage, CudaStorage, DType, InplaceOp1, Layout, Result, Tensor, bail};

use super::buffer::{address, on_device, on_host};
use super::launch::{Launch, Operand, THREADS, suffix};

/// One weight's update, as `train/adamw.rs` has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Adam {
    /// What the gradient is multiplied by.
    pub(crate) scale: f32,
    /// What is left of the weight.
    pub(crate) kept: f32,
    /// The rate over the first bias correction.
    pub(crate) rate: f32,
    /// The square root of the second bias correction.
    pub(crate) correction: f32,
    /// How much of a new gradient the mean takes.
    pub(crate) new_mean: f32,
    /// How much of the mean of squares stays, and how much of a new square it takes.
    pub(crate) old_square: f32,
    pub(crate) new_square: f32,
    pub(crate) eps: f32,
}

/// Moves a weight in f32, and the means of its gradient and of its square, all in place.
pub(crate) fn move_weight(weight: &Tensor, gradient: &Tensor, means: [&Tensor; 2], by: Adam) -> Result<()> {
    let gradient = gradient.contiguous()?;
    if gradient.elem_count() != weight.elem_count() || weight.dtype() != DType::F32 {
        bail!("adamw wants a weight in f32, and a gradient of as many numbers")
    }
    let [mean, square] = means;
    let pass = Pass { gradient: &gradient, mean, square, by };
    weight.inplace_op1(&pass)
}

struct Pass<'a> {
    gradient: &'a Tensor,
    mean: &'a Tensor,
    square: &'a Tensor,
    by: Adam,
}

impl Pass<'_> {
    fn run_at(&self, begin: u64, layout: &Layout) -> Result<()> {
        let Some((start, _)) = layout.contiguous_offsets() else { bail!("adamw wants numbers without gaps") };
        self.run(Operand::Address(begin).after(start * size_of::<f32>()))
    }

    fn run(&self, weight: Operand) -> Result<()> {
        let (count, by) = (self.gradient.elem_count(), self.by);
        let numbers = [by.scale, by.kept, by.rate, by.correction, by.new_mean, by.old_square, by.new_square, by.eps];
        let operands = [
            weight,
            address(self.gradient)?,
            address(self.mean)?,
            address(self.square)?,
            Operand::Count(count as u64),
            Operand::Group(numbers.map(Operand::Number).to_vec()),
        ];
        let kernel = format!("adam_{}", suffix(self.gradient.dtype())?);
        Launch::new("optimizer", kernel, count.div_ceil(THREADS as usize)).run(self.gradient.device(), &operands)
    }
}

/// The weight is locked while it is written; the means are the optimizer's own.
impl InplaceOp1 for Pass<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        self.run_at(on_host(storage)?, layout)
    }

    fn cuda_fwd(&self, storage: &mut CudaStorage, layout: &Layout) -> Result<()> {
        self.run_at(on_device(storage)?, layout)
    }
}
