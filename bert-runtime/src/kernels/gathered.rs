//! The gradients of weights beside candle's store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{CpuStorage, Device, InplaceOp1, Layout, Tensor, TensorId};

use super::pages::zeros;

/// Where blocks leave the gradients of their weights, rather than have candle add each to zeros. They are written over in the next pass, as the system
/// takes its time to give as much memory anew.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gathered(Arc<Mutex<Both>>);

#[derive(Debug, Default)]
struct Both {
    /// What this pass has found and nobody has taken yet.
    left: HashMap<TensorId, Tensor>,
    /// The last gradient of each weight. While one is written, it has no numbers.
    kept: HashMap<TensorId, Tensor>,
}

impl Gathered {
    /// Room for the gradient of a weight. What stands in it is left over from another pass.
    pub(crate) fn room(&self, weight: &Tensor) -> Vec<f32> {
        let (both, count) = (self.lock(), weight.elem_count());
        let is_free = !both.left.contains_key(&weight.id());
        let kept = both.kept.get(&weight.id()).filter(|_| is_free).and_then(|kept| swapped(kept, Vec::new()).ok());
        kept.filter(|numbers| numbers.len() == count).unwrap_or_else(|| zeros(count))
    }

    /// Leaves a gradient, added to what was left before.
    pub(super) fn add(&self, weight: &Tensor, gradient: Vec<f32>) -> candle_core::Result<()> {
        let mut both = self.lock();
        let sum = match both.left.remove(&weight.id()) {
            Some(before) => (before + Tensor::from_vec(gradient, weight.shape(), &Device::Cpu)?)?,
            None => both.keep(weight, gradient)?,
        };
        both.left.insert(weight.id(), sum);
        Ok(())
    }

    /// What was left for a weight, which is taken.
    pub(crate) fn take(&self, weight: &Tensor) -> Option<Tensor> {
        self.lock().left.remove(&weight.id())
    }

    fn lock(&self) -> MutexGuard<'_, Both> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Both {
    fn keep(&mut self, weight: &Tensor, gradient: Vec<f32>) -> candle_core::Result<Tensor> {
        if let Some(kept) = self.kept.get(&weight.id()).filter(|kept| kept.shape() == weight.shape()) {
            swapped(kept, gradient)?;
            return Ok(kept.clone());
        }
        let kept = Tensor::from_vec(gradient, weight.shape(), &Device::Cpu)?;
        self.kept.insert(weight.id(), kept.clone());
        Ok(kept)
    }
}

/// Puts numbers in the place of a tensor's own, which it gives.
fn swapped(tensor: &Tensor, numbers: Vec<f32>) -> candle_core::Result<Vec<f32>> {
    let swap = Swap(Mutex::new(numbers));
    tensor.inplace_op1(&swap)?;
    Ok(swap.0.into_inner().unwrap_or_else(PoisonError::into_inner))
}

struct Swap(Mutex<Vec<f32>>);

impl InplaceOp1 for Swap {
    fn name(&self) -> &'static str {
        "swap"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, _: &Layout) -> candle_core::Result<()> {
        let CpuStorage::F32(numbers) = storage else { candle_core::bail!("a gradient in f32 is expected") };
        std::mem::swap(numbers, &mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(())
    }
}
