//! Between candle's tensors and panels.

use std::ops::Deref;

use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Shape, Storage, Tensor};

use super::activation::Function;
use super::gradients::product;
use super::isa::Isa;
use super::lines;
use super::matrix::Matrix;
use super::pages::zeros;
use super::product::{Product, products};
use super::scratch::Scratch;
use super::team;
use super::turn::{Sixteens, packed, unpacked};

/// The numbers of a tensor of f32 on the CPU, which lie one after the other; they cannot be changed while this lives.
pub(crate) struct Numbers<'t> {
    storage: Box<dyn Deref<Target = Storage> + Sync + 't>,
    start: usize,
    length: usize,
}

impl<'t> Numbers<'t> {
    /// `None` of a tensor on another device, in another format, or with gaps.
    pub(crate) fn of(tensor: &'t Tensor) -> Option<Self> {
        let (storage, layout) = tensor.storage_and_layout();
        let (start, end) = layout.contiguous_offsets()?;
        matches!(*storage, Storage::Cpu(CpuStorage::F32(_))).then_some(Self { storage: Box::new(storage), start, length: end - start })
    }

    pub(crate) fn get(&self) -> &[f32] {
        match &**self.storage {
            Storage::Cpu(CpuStorage::F32(numbers)) => &numbers[self.start..self.start + self.length],
            _ => &[],
        }
    }
}

/// The function of each number of a tensor of f32 on the CPU; `None` of another.
pub(crate) fn mapped(tensor: &Tensor, function: Function) -> candle_core::Result<Option<Tensor>> {
    let Some(numbers) = Numbers::of(tensor) else { return Ok(None) };
    let mapped = team::inside(|| function.map(Isa::best(), numbers.get()));
    Tensor::from_vec(mapped, tensor.shape(), tensor.device()).map(Some)
}

/// `rows W^T + bias` as an operation of candle's, with its gradients: from `[rows, in]`, `[out, in]` and `[out]` to `[rows, out]`.
pub(crate) struct RowsByWeight;

impl RowsByWeight {
    fn compute(rows: Operand<'_>, weight: Operand<'_>, bias: Option<Operand<'_>>) -> candle_core::Result<(CpuStorage, Shape)> {
        let (count, inner) = rows.1.shape().dims2()?;
        let (out, of_weight) = weight.1.shape().dims2()?;
        if inner != of_weight {
            candle_core::bail!("rows of {inner} numbers meet a weight of {of_weight}");
        }
        let (rows, weight, bias) = (numbers(rows)?, numbers(weight)?, bias.map(numbers).transpose()?);
        if bias.is_some_and(|bias| bias.len() != out) {
            candle_core::bail!("a bias has another size than the {out} results of its weight");
        }
        let numbers = team::inside(|| {
            let x = packed(rows, inner);
            let mut y = Scratch::new(lines::panels(count) * out);
            products(Isa::best(), &x, inner, [Product::linear(weight, bias, &mut y)]);
            unpacked(&y, out, count)
        });
        Ok((CpuStorage::F32(numbers), (count, out).into()))
    }
}

impl RowsByWeight {
    /// Of the rows, the weight and the bias.
    fn gradients(rows: &Tensor, weight: &Tensor, gradient: &Tensor) -> candle_core::Result<[Tensor; 3]> {
        let ((count, inner), out, gradient) = (rows.dims2()?, weight.dim(0)?, gradient.contiguous()?);
        let held = |tensor| Numbers::of(tensor).ok_or_else(|| candle_core::Error::msg("an operand of a product is not on the CPU in f32"));
        let (x, w, dy) = (held(rows)?, held(weight)?, held(&gradient)?);
        let (of_rows, of_weight, of_bias) = team::inside(|| {
            let (isa, y) = (Isa::best(), packed(dy.get(), out));
            let mut to = Scratch::new(lines::panels(count) * inner);
            product::of_rows(isa, &y, w.get(), out, None, &mut to);
            let mut of_weight = zeros(w.get().len());
            product::of_weight(isa, &Sixteens::of_rows(x.get(), inner), Matrix::Columns(dy.get()), &mut of_weight);
            (unpacked(&to, inner, count), of_weight, product::of_bias(isa, &y, count))
        });
        let device = rows.device();
        let of_weight = Tensor::from_vec(of_weight, (out, inner), device)?;
        Ok([Tensor::from_vec(of_rows, (count, inner), device)?, of_weight, Tensor::from_vec(of_bias, out, device)?])
    }
}

/// A storage and how it is read.
pub(super) type Operand<'s> = (&'s CpuStorage, &'s Layout);

pub(super) fn numbers<'s>((storage, layout): Operand<'s>) -> candle_core::Result<&'s [f32]> {
    let (start, end) = layout.contiguous_offsets().ok_or_else(|| candle_core::Error::msg("an operand of a product has gaps"))?;
    Ok(&storage.as_slice::<f32>()?[start..end])
}

impl CustomOp2 for RowsByWeight {
    fn name(&self) -> &'static str {
        "rows-by-weight"
    }

    fn cpu_fwd(&self, s1: &CpuStorage, l1: &Layout, s2: &CpuStorage, l2: &Layout) -> candle_core::Result<(CpuStorage, Shape)> {
        Self::compute((s1, l1), (s2, l2), None)
    }

    fn bwd(&self, rows: &Tensor, weight: &Tensor, _: &Tensor, gradient: &Tensor) -> candle_core::Result<(Option<Tensor>, Option<Tensor>)> {
        let [of_rows, of_weight, _] = Self::gradients(rows, weight, gradient)?;
        Ok((Some(of_rows), Some(of_weight)))
    }
}

impl CustomOp3 for RowsByWeight {
    fn name(&self) -> &'static str {
        "rows-by-weight-and-bias"
    }

    fn cpu_fwd(
        &self,
        s1: &CpuStorage,
        l1: &Layout,
        s2: &CpuStorage,
        l2: &Layout,
        s3: &CpuStorage,
        l3: &Layout,
    ) -> candle_core::Result<(CpuStorage, Shape)> {
        Self::compute((s1, l1), (s2, l2), Some((s3, l3)))
    }

    fn bwd(
        &self,
        rows: &Tensor,
        weight: &Tensor,
        _: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> candle_core::Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let [of_rows, of_weight, of_bias] = Self::gradients(rows, weight, gradient)?;
        Ok((Some(of_rows), Some(of_weight), Some(of_bias)))
    }
}
