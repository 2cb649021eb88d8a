//! Launches of kernels: what they are given, as C lays it out.

use candle_core::{DType, Device, Result, bail};

/// The threads of most blocks: four warps.
pub(super) const THREADS: u32 = 128;

/// What a kernel is given, in the order of its arguments.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Address(u64),
    Int(i32),
    Count(u64),
    Number(f32),
    /// A struct.
    Group(Vec<Operand>),
}

impl Operand {
    pub(super) const NONE: Self = Self::Address(0);

    /// The place that lies so many bytes after an address.
    pub(super) fn after(&self, bytes: usize) -> Self {
        match self {
            Self::Address(address) if *address != 0 => Self::Address(address + bytes as u64),
            other => other.clone(),
        }
    }

    fn lay_out(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Address(number) | Self::Count(number) => put(bytes, &number.to_ne_bytes()),
            Self::Int(number) => put(bytes, &number.to_ne_bytes()),
            Self::Number(number) => put(bytes, &number.to_ne_bytes()),
            Self::Group(operands) => {
                bytes.resize(bytes.len().next_multiple_of(8), 0);
                operands.iter().for_each(|operand| operand.lay_out(bytes));
                bytes.resize(bytes.len().next_multiple_of(8), 0);
            }
        }
    }

    /// The operand as it lies in memory, from a multiple of eight bytes on.
    fn words(&self) -> Vec<u64> {
        let mut bytes = Vec::new();
        self.lay_out(&mut bytes);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes.chunks_exact(8).map(|word| word.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))).collect()
    }
}

/// A number begins at a multiple of its size.
fn put(bytes: &mut Vec<u8>, number: &[u8]) {
    bytes.resize(bytes.len().next_multiple_of(number.len()), 0);
    bytes.extend_from_slice(number);
}

/// A size as kernels count.
pub(super) fn int(number: usize) -> Result<Operand> {
    match i32::try_from(number) {
        Ok(number) => Ok(Operand::Int(number)),
        Err(_) => bail!("{number} is more than a kernel counts to: give it smaller batches"),
    }
}

/// How kernels call a number format.
pub(super) fn suffix(dtype: DType) -> Result<&'static str> {
    Ok(match dtype {
        DType::F32 => "f32",
        DType::F16 => "f16",
        DType::BF16 => "bf16",
        other => bail!("no kernel computes in {}", other.as_str()),
    })
}

/// A kernel of a file of kernels, and how many blocks of how many threads run it.
#[derive(Debug)]
#[cfg_attr(not(feature = "cuda"), allow(dead_code))]
pub(super) struct Launch {
    pub(super) file: &'static str,
    pub(super) kernel: String,
    pub(super) grid: [usize; 3],
    pub(super) threads: u32,
}

impl Launch {
    /// Blocks in a row.
    pub(super) fn new(file: &'static str, kernel: String, blocks: usize) -> Self {
        Self { file, kernel, grid: [blocks, 1, 1], threads: THREADS }
    }

    /// Queues the kernel. Where there is nothing to do, nothing is launched.
    ///
    /// Every address among the operands must be of memory on the device that is as large as the kernel expects.
    pub(super) fn run(&self, device: &Device, operands: &[Operand]) -> Result<()> {
        if self.grid.contains(&0) {
            return Ok(());
        }
        let [x, y, z] = self.grid;
        if x > i32::MAX as usize || y > 65_535 || z > 65_535 {
            bail!("{} wants {x} x {y} x {z} blocks, which is more than a GPU has: give it smaller batches", self.kernel)
        }
        let words: Vec<Vec<u64>> = operands.iter().map(Operand::words).collect();
        match device {
            #[cfg(feature = "cuda")]
            Device::Cuda(device) => super::device::launch(device, self, &words),
            #[cfg(test)]
            Device::Cpu => super::emulated::launch(self, &words),
            _ => {
                drop(words);
                bail!("there are no kernels for this device")
            }
        }
    }
}
