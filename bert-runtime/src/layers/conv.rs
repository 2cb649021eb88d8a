//! `conv A->B, width=W, padding=same, stride=S`.

use std::sync::Arc;

use candle_core::Tensor;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::product::rows_by_weight;
use crate::layers::ragged::{pick, require_token_features};
use crate::layers::wide;
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::{Layout, Rows, Value};

/// What stands around a sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Padding {
    /// Zeros, so many that a stride of 1 keeps the number of tokens; for an even width one more at the right.
    Same,
    /// Nothing: a window lies within the sequence.
    None,
}

/// `y[t] = b + sum over k of W[:, :, k] x[t + k]` over the tokens of each sequence, as PyTorch's `Conv1d`.
///
/// Padded tokens count as zeros, those between tokens too: windows run over columns.
#[derive(Debug, Clone)]
pub struct Conv {
    weight: Parameter,
    bias: Parameter,
    padding: Padding,
    stride: usize,
}

impl Conv {
    /// A layer with `weight` `[out, in, width]` and `bias` `[out]`.
    pub fn new(weight: Parameter, bias: Parameter, padding: Padding, stride: usize) -> Self {
        Self { weight, bias, padding, stride }
    }

    /// From `[batch, token, in]` to `[batch, token, out]`; without padding, or by a larger stride, to fewer rows, which are no
    /// tokens.
    ///
    /// # Errors
    /// A value without a token axis or of another width, a stride or width of 0, and without padding a sequence that is shorter
    /// than the window.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        require_token_features("conv", x)?;
        let weight = self.weight.get(cx);
        let (out, inner, width) = weight.dims3()?;
        let windows = self.windows(x.layout(), width)?;
        let (total, dtype) = (windows.layout.total(), x.tensor().dtype());
        if total == 0 || x.layout().total() == 0 {
            return Ok(x.with_rows(Tensor::zeros((total, out), dtype, x.tensor().device())?, Rows::Token, windows.layout));
        }
        let by_tap = weight.permute((2, 0, 1))?.contiguous()?.reshape((width * out, inner))?;
        let products = rows_by_weight(x.tensor(), &by_tap, None)?.reshape(((), out))?;
        let sum = wide(&pick(&products, &windows.cells)?)?.reshape((total, width, out))?.sum(1)?;
        let shifted = sum.broadcast_add(&wide(&self.bias.get(cx))?)?.to_dtype(dtype)?;
        Ok(x.with_rows(shifted, Rows::Token, windows.layout))
    }

    fn windows(&self, layout: &Arc<Layout>, width: usize) -> Result<Windows> {
        if self.stride == 0 || width == 0 {
            return Err(Error::new(ErrorKind::Input, "`conv` needs a width and a stride of 1 at least"));
        }
        match (self.padding, self.stride) {
            (Padding::Same, 1) => Ok(Windows::around_tokens(layout, width)),
            (Padding::Same, stride) => Windows::strided(layout, width, stride, width - 1),
            (Padding::None, stride) => Windows::strided(layout, width, stride, 0),
        }
    }
}

/// Where the windows of a batch lie.
struct Windows {
    /// The rows that come out.
    layout: Arc<Layout>,
    /// For each window and tap the product that it adds, `row * width + tap`; none where there is no token.
    cells: Vec<Option<u32>>,
}

impl Windows {
    fn around_tokens(layout: &Arc<Layout>, width: usize) -> Self {
        let left = ((width - 1) / 2) as i64;
        let starts = |sequence| layout.positions(sequence).iter().map(|&column| i64::from(column) - left).collect::<Vec<_>>();
        let cells = (0..layout.sequences()).flat_map(|sequence| cells(layout, sequence, &starts(sequence), width)).collect();
        Self { layout: layout.clone(), cells }
    }

    /// Every `stride` columns from each sequence's own first token, with this much padding in all.
    fn strided(layout: &Layout, width: usize, stride: usize, padding: usize) -> Result<Self> {
        let count = |columns: usize| (columns + padding).checked_sub(width).map(|rest| rest / stride + 1);
        let (mut lengths, mut all) = (Vec::new(), Vec::new());
        for sequence in 0..layout.sequences() {
            let span = span(layout, sequence);
            let length = if span.is_empty() && padding > 0 { Some(0) } else { count(span.len()) };
            let length = length.ok_or_else(|| too_short(sequence, span.len(), width))?;
            let start = i64::from(span.start) - (padding / 2) as i64;
            let starts: Vec<i64> = (0..length).map(|number| start + (number * stride) as i64).collect();
            all.extend(cells(layout, sequence, &starts, width));
            lengths.push(length);
        }
        Ok(Self { layout: Arc::new(layout.of_lengths(&lengths, count(layout.width()).unwrap_or(0))), cells: all })
    }
}

/// From a sequence's first column to past its last.
fn span(layout: &Layout, sequence: usize) -> std::ops::Range<u32> {
    let columns = layout.positions(sequence);
    columns.first().copied().unwrap_or(0)..columns.last().map_or(0, |&last| last + 1)
}

fn cells(layout: &Layout, sequence: usize, starts: &[i64], width: usize) -> Vec<Option<u32>> {
    let first = layout.rows(sequence).start;
    let row = |column: i64| Some(first + layout.positions(sequence).binary_search(&u32::try_from(column).ok()?).ok()?);
    let cell = |start: i64, tap: usize| row(start + tap as i64).map(|row| (row * width + tap) as u32);
    starts.iter().flat_map(|&start| (0..width).map(move |tap| cell(start, tap))).collect()
}

fn too_short(sequence: usize, length: usize, width: usize) -> Error {
    let what = format!(
        "row {sequence} has {length} tokens, and `conv` without padding needs {width}: write `padding=same`, or give a longer text"
    );
    Error::new(ErrorKind::Input, what)
}

impl Module for Conv {
    fn class(&self) -> Option<String> {
        let [out, inner, width] = *self.weight.tensor().dims() else { return Some("Conv1d()".into()) };
        let padding = if self.padding == Padding::Same { ", padding=same" } else { "" };
        Some(format!("Conv1d({inner}, {out}, kernel_size=({width},), stride=({},){padding})", self.stride))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.weight, &self.bias]
    }
}

impl LayerRoom for bert_dsl::layers::Conv {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let (weight, bias) = (maker.weight("weight"), maker.weight("bias"));
        let padding = if self.same { Padding::Same } else { Padding::None };
        Node::unary(Conv::new(weight, bias, padding, self.stride), Conv::forward)
    }
}
