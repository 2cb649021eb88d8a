//! Results of kernels as part of candle's graph.

use std::sync::{Mutex, PoisonError};

use candle_core::{CpuStorage, CudaStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Result, Shape, Storage, Tensor, bail};

use super::buffer::Blank;

/// From a result and its gradient, without gaps, to the gradients of what it is of.
pub(super) type Back = Box<dyn Fn(&Tensor, &Tensor) -> Result<Vec<Tensor>> + Send + Sync>;

/// What was computed, as an operation on one to three tensors whose gradients `back` finds. What that needs beyond the result's gradient is its own.
pub(super) fn noted(name: &'static str, result: Blank, of: &[&Tensor], back: Back) -> Result<Tensor> {
    let noted = Noted { name, result: Mutex::new(Some(result.into_parts())), back };
    match of {
        [one] => one.apply_op1(noted),
        [one, two] => one.apply_op2(two, noted),
        [one, two, three] => one.apply_op3(two, three, noted),
        other => bail!("{name} is of {} tensors, and an operation takes three at most", other.len()),
    }
}

struct Noted {
    name: &'static str,
    result: Mutex<Option<(Storage, Shape)>>,
    back: Back,
}

impl Noted {
    fn taken(&self) -> Result<(Storage, Shape)> {
        let taken = self.result.lock().unwrap_or_else(PoisonError::into_inner).take();
        taken.ok_or_else(|| candle_core::Error::msg("a result was taken before"))
    }

    fn on_host(&self) -> Result<(CpuStorage, Shape)> {
        match self.taken()? {
            (Storage::Cpu(storage), shape) => Ok((storage, shape)),
            _ => bail!("{} was computed on another device than its operands are on", self.name),
        }
    }

    fn on_device(&self) -> Result<(CudaStorage, Shape)> {
        match self.taken()? {
            (Storage::Cuda(storage), shape) => Ok((storage, shape)),
            _ => bail!("{} was computed on another device than its operands are on", self.name),
        }
    }

    fn gradients<const N: usize>(&self, result: &Tensor, gradient: &Tensor) -> Result<[Option<Tensor>; N]> {
        let mut found = (self.back)(result, &gradient.contiguous()?)?.into_iter();
        Ok(std::array::from_fn(|_| found.next()))
    }
}

impl CustomOp1 for Noted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        self.on_host()
    }

    fn cuda_fwd(&self, _: &CudaStorage, _: &Layout) -> Result<(CudaStorage, Shape)> {
        self.on_device()
    }

    fn bwd(&self, _: &Tensor, result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let [one] = self.gradients(result, gradient)?;
        Ok(one)
    }
}

impl CustomOp2 for Noted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        self.on_host()
    }

    fn cuda_fwd(&self, _: &CudaStorage, _: &Layout, _: &CudaStorage, _: &Layout) -> Result<(CudaStorage, Shape)> {
        self.on_device()
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, result: &Tensor, gradient: &Tensor) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let [one, two] = self.gradients(result, gradient)?;
        Ok((one, two))
    }
}

impl CustomOp3 for Noted {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout, _: &CpuStorage, _: &Layout, _: &CpuStorage, _: &Layout) -> Result<(CpuStorage, Shape)> {
        self.on_host()
    }

    fn cuda_fwd(
        &self,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
        _: &CudaStorage,
        _: &Layout,
    ) -> Result<(CudaStorage, Shape)> {
        self.on_device()
    }

    fn bwd(
        &self,
        _: &Tensor,
        _: &Tensor,
        _: &Tensor,
        result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [one, two, three] = self.gradients(result, gradient)?;
        Ok((one, two, three))
    }
}
