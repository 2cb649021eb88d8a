//! Blocks: operations of candle's that have more weights than its operations take arguments.
//!
//! An operation takes three tensors at most, and every weight must be reached by the graph. So a block takes its rows and a thread, and each
//! weight is tied into that thread by an operation of its own: it passes on a number that means nothing, and in the backward pass, which comes to it
//! after the block, it hands out the gradient that the block has found for its weight.

use std::sync::{Arc, Mutex, PoisonError};

use candle_core::{CpuStorage, CustomOp2, CustomOp3, DType, Device, Layout, Shape, Tensor};

use super::gathered::Gathered;

/// The backward pass of a block, which holds what it needs beyond the gradient of its result.
pub(crate) trait Block: Send + Sync + 'static {
    fn name(&self) -> &'static str;

    /// The gradients, from that of the result, which has no gaps. Those of weights may be written to what room there is for them.
    fn back(&self, gradient: &Tensor, room: Option<&Gathered>) -> candle_core::Result<BlockGradients>;
}

/// What a block's backward pass finds.
pub(crate) struct BlockGradients {
    /// Of the rows that it read, in the order of its arguments.
    pub(crate) rows: Vec<Tensor>,
    /// Of its weights, in the order in which they were tied.
    pub(crate) weights: Vec<Vec<f32>>,
}

/// The gradients of a block's weights between its backward pass and theirs.
type Found = Arc<Mutex<Vec<Option<Vec<f32>>>>>;

/// The result of a block as part of the graph: of two tensors of rows at most, and of weights.
pub(crate) fn apply(
    block: impl Block,
    gathered: Option<&Gathered>,
    rows: &[&Tensor],
    weights: &[Tensor],
    result: (Vec<f32>, Shape),
) -> candle_core::Result<Tensor> {
    let found = Found::default();
    let mut thread = Tensor::zeros(1, DType::F32, &Device::Cpu)?;
    for (number, weight) in weights.iter().enumerate() {
        thread = thread.apply_op2(weight, Tie { number, found: found.clone(), gathered: gathered.cloned() })?;
    }
    let operation = Operation { block, found, gathered: gathered.cloned(), result: Mutex::new(Some(result)) };
    match rows {
        [] => thread.zeros_like()?.apply_op2(&thread, operation),
        [rows] => rows.apply_op2(&thread, operation),
        [first, second, ..] => first.apply_op3(second, &thread, operation),
    }
}

struct Tie {
    number: usize,
    found: Found,
    gathered: Option<Gathered>,
}

impl CustomOp2 for Tie {
    fn name(&self) -> &'static str {
        "tie"
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout, _: &CpuStorage, _: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        Ok((CpuStorage::F32(vec![0.0]), Shape::from(1)))
    }

    fn bwd(&self, thread: &Tensor, weight: &Tensor, _: &Tensor, _: &Tensor) -> candle_core::Result<(Option<Tensor>, Option<Tensor>)> {
        let found = self.found.lock().unwrap_or_else(PoisonError::into_inner).get_mut(self.number).and_then(Option::take);
        let thread = Some(thread.zeros_like()?);
        match (&self.gathered, found) {
            (Some(gathered), Some(found)) => gathered.add(weight, found).map(|()| (thread, None)),
            (_, found) => Ok((thread, found.map(|found| Tensor::from_vec(found, weight.shape(), &Device::Cpu)).transpose()?)),
        }
    }
}

struct Operation<B> {
    block: B,
    found: Found,
    gathered: Option<Gathered>,
    /// What was computed before the graph is told of it.
    result: Mutex<Option<(Vec<f32>, Shape)>>,
}

impl<B: Block> Operation<B> {
    fn result(&self) -> candle_core::Result<(CpuStorage, Shape)> {
        let taken = self.result.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (numbers, shape) = taken.ok_or_else(|| candle_core::Error::msg("a block's result was taken before"))?;
        Ok((CpuStorage::F32(numbers), shape))
    }

    fn back(&self, gradient: &Tensor) -> candle_core::Result<[Option<Tensor>; 2]> {
        let BlockGradients { rows, weights } = self.block.back(&gradient.contiguous()?, self.gathered.as_ref())?;
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = weights.into_iter().map(Some).collect();
        let mut rows = rows.into_iter();
        Ok([rows.next(), rows.next()])
    }
}

impl<B: Block> CustomOp2 for Operation<B> {
    fn name(&self) -> &'static str {
        self.block.name()
    }

    fn cpu_fwd(&self, _: &CpuStorage, _: &Layout, _: &CpuStorage, _: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        self.result()
    }

    fn bwd(&self, _: &Tensor, thread: &Tensor, _: &Tensor, gradient: &Tensor) -> candle_core::Result<(Option<Tensor>, Option<Tensor>)> {
        let [rows, _] = self.back(gradient)?;
        Ok((rows, Some(thread.zeros_like()?)))
    }
}

impl<B: Block> CustomOp3 for Operation<B> {
    fn name(&self) -> &'static str {
        self.block.name()
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> candle_core::Result<(CpuStorage, Shape)> {
        self.result()
    }

    fn bwd(
        &self,
        _: &Tensor,
        _: &Tensor,
        thread: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> candle_core::Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [first, second] = self.back(gradient)?;
        Ok((first, second, Some(thread.zeros_like()?)))
    }
}
