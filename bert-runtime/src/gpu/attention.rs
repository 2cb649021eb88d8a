//! Attention of packed rows, and its gradients.

use candle_core::{DType, Device, Result, Tensor, bail};

use super::buffer::{Blank, address, aligned};
use super::dropout::Cells;
use super::launch::{Launch, Operand, THREADS, int, suffix};
use super::noted::noted;
use super::placement::Placement;
use super::sums::column_sums;

/// The heads of a layer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Heads {
    pub(crate) count: usize,
    /// Of one head.
    pub(crate) width: usize,
    /// Whether tensor cores compute them: 16-bit numbers, in heads of 32 or 64, on a GPU that has the instruction.
    tiled: bool,
}

impl Heads {
    pub(crate) fn new(count: usize, width: usize, dtype: DType, device: &Device) -> Self {
        let is_short = matches!(dtype, DType::F16 | DType::BF16);
        Self { count, width, tiled: is_short && matches!(width, 32 | 64) && has_matrices(device) }
    }

    /// How many rows of a sequence a block works on.
    pub(crate) fn step(&self) -> usize {
        if self.tiled { 64 } else { 4 }
    }

    fn hidden(&self) -> usize {
        self.count * self.width
    }

    fn launch(&self, kernel: &str, dtype: DType, tiles: usize) -> Result<Launch> {
        let (file, form) = match self.tiled {
            true => ("attention_tiled", format!("attention_tiled{kernel}_{}_{}", self.width, suffix(dtype)?)),
            false => ("attention_plain", format!("attention_plain{kernel}_{}", suffix(dtype)?)),
        };
        Ok(Launch { grid: [tiles, self.count, 1], ..Launch::new(file, form, tiles) })
    }
}

#[cfg(feature = "cuda")]
use super::device::has_matrices;

#[cfg(not(feature = "cuda"))]
fn has_matrices(_: &Device) -> bool {
    true
}

/// Who asks: the rows themselves, or some of them, which have queries of their own.
pub(crate) enum Asked<'a> {
    /// Queries, keys and values of all rows, `[rows, 3 hidden]`.
    All(&'a Tensor),
    /// Queries `[asking, hidden]`, and keys and values of all rows, `[rows, 2 hidden]`.
    Some(&'a Tensor, &'a Tensor),
}

/// What the asking rows read, `[asking, hidden]`. `bias` is that of queries, keys and values, `[3 hidden]`.
pub(crate) fn attended(
    heads: Heads,
    asked: &Asked<'_>,
    bias: &Tensor,
    (asking, rows): (&Placement, &Placement),
    kept: Option<Cells>,
    graph: bool,
) -> Result<Tensor> {
    let (query, key) = match asked {
        Asked::All(all) => (aligned(&all.detach())?, None),
        Asked::Some(query, both) => (aligned(&query.detach())?, Some(aligned(&both.detach())?)),
    };
    let pass = Pass { heads, query, key, bias: aligned(&bias.detach())?, asking: asking.clone(), rows: rows.clone(), kept };
    let (result, powers) = pass.forward(graph)?;
    let Some(powers) = powers else { return Ok(result.tensor()) };
    let of: Vec<&Tensor> = match asked {
        Asked::All(all) => vec![all, bias],
        Asked::Some(query, both) => vec![query, both, bias],
    };
    noted("attention", result, &of, Box::new(move |read, gradient| pass.back(read, &powers, &aligned(gradient)?)))
}

/// Attention at work, with all that it reads.
struct Pass {
    heads: Heads,
    /// Of queries alone, or of queries, keys and values.
    query: Tensor,
    key: Option<Tensor>,
    bias: Tensor,
    asking: Placement,
    rows: Placement,
    kept: Option<Cells>,
}

impl Pass {
    fn dtype(&self) -> DType {
        self.query.dtype()
    }

    fn device(&self) -> &Device {
        self.query.device()
    }

    /// Queries, keys and values that begin at these places, of rows as the operands have them.
    fn three(&self, query: Operand, key: Option<Operand>) -> [Operand; 3] {
        let part = self.heads.hidden() * self.dtype().size_in_bytes();
        match key {
            None => [query.clone(), query.after(part), query.after(2 * part)],
            Some(key) => [query, key.clone(), key.after(part)],
        }
    }

    /// How far the rows of queries and of keys lie apart.
    fn strides(&self) -> [usize; 2] {
        let hidden = self.heads.hidden();
        if self.key.is_some() { [hidden, 2 * hidden] } else { [3 * hidden; 2] }
    }

    /// What all kernels are told, of blocks that work on these pieces.
    fn told(&self, tiles: Operand) -> Result<Operand> {
        let [query, key, value] = self.three(address(&self.query)?, self.key.as_ref().map(address).transpose()?);
        let [of_query, of_key, of_value] = self.three(address(&self.bias)?, None);
        let [query_stride, key_stride] = self.strides();
        let (bits, starts, scale) = match &self.kept {
            Some(kept) => (address(&kept.bits)?, address(&kept.starts)?, kept.scale),
            None => (Operand::NONE, Operand::NONE, 1.0),
        };
        let scale_of_scores = 1.0 / (self.heads.width as f64).sqrt();
        Ok(Operand::Group(vec![
            query,
            key,
            value,
            of_query,
            of_key,
            of_value,
            int(query_stride)?,
            int(key_stride)?,
            address(&self.asking.starts)?,
            address(&self.rows.starts)?,
            tiles,
            int(self.heads.count)?,
            int(self.heads.width)?,
            int(self.asking.layout().total())?,
            Operand::Number(scale_of_scores as f32),
            bits,
            starts,
            Operand::Number(scale),
        ]))
    }

    /// What was read, and for the way back the logarithm of each query's divisor.
    fn forward(&self, graph: bool) -> Result<(Blank, Option<Tensor>)> {
        let asking = self.asking.layout().total();
        let mut result = Blank::new((asking, self.heads.hidden()), self.dtype(), self.device())?;
        let mut powers = graph.then(|| self.a_number_each()).transpose()?;
        let (tiles, list) = self.asking.tiles()?;
        let to_powers = powers.as_mut().map_or(Ok(Operand::NONE), Blank::address)?;
        let launch = self.heads.launch("", self.dtype(), tiles)?;
        launch.run(self.device(), &[self.told(list)?, result.address()?, to_powers])?;
        Ok((result, powers.map(Blank::tensor)))
    }

    /// Room for a number a head and query.
    fn a_number_each(&self) -> Result<Blank> {
        Blank::new((self.heads.count, self.asking.layout().total()), DType::F32, self.device())
    }

    /// The gradients of queries, keys and values, as they came, and of their biases.
    fn back(&self, read: &Tensor, powers: &Tensor, gradient: &Tensor) -> Result<Vec<Tensor>> {
        let dots = self.dots(read, gradient)?;
        let mut of_query = Blank::new(self.query.shape(), self.dtype(), self.device())?;
        let mut of_key = self.key.as_ref().map(|key| Blank::new(key.shape(), self.dtype(), self.device())).transpose()?;
        let [query, key, value] = self.three(of_query.address()?, of_key.as_mut().map(Blank::address).transpose()?);
        let [query_stride, key_stride] = self.strides();
        let known = [address(gradient)?, address(powers)?, address(&dots)?];
        let (tiles, list) = self.asking.tiles()?;
        let operands = [vec![self.told(list)?], known.to_vec(), vec![query, int(query_stride)?]].concat();
        self.heads.launch("_query_back", self.dtype(), tiles)?.run(self.device(), &operands)?;
        let (tiles, list) = self.rows.tiles()?;
        let operands = [vec![self.told(list)?], known.to_vec(), vec![key, value, int(key_stride)?]].concat();
        self.heads.launch("_key_back", self.dtype(), tiles)?.run(self.device(), &operands)?;
        with_biases([Some(of_query), of_key])
    }

    fn dots(&self, read: &Tensor, gradient: &Tensor) -> Result<Tensor> {
        let (rows, Heads { count, width, .. }) = (self.asking.layout().total(), self.heads);
        let mut dots = self.a_number_each()?;
        let kernel = format!("attention_dots_{}", suffix(self.dtype())?);
        let launch = Launch::new("attention_plain", kernel, (rows * count).div_ceil(THREADS as usize));
        let operands = [address(read)?, address(gradient)?, int(rows)?, int(count)?, int(width)?, dots.address()?];
        launch.run(self.device(), &operands)?;
        Ok(dots.tensor())
    }
}

/// The gradients of rows, and of the biases that were added to each of them, side by side.
fn with_biases(found: [Option<Blank>; 2]) -> Result<Vec<Tensor>> {
    let mut rows: Vec<Tensor> = found.into_iter().flatten().map(Blank::tensor).collect();
    let biases = rows.iter().map(column_sums).collect::<Result<Vec<_>>>()?;
    let Some(first) = biases.first() else { bail!("attention has no gradients") };
    rows.push(if biases.len() == 1 { first.clone() } else { Tensor::cat(&biases, 0)? });
    Ok(rows)
}
