//! What `lstm` and `gru` share: layers and directions over ragged rows.

use candle_core::Tensor;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::layers::product::rows_by_weight;
use crate::layers::ragged::require_token_features;
use crate::layers::steps::Steps;
use crate::layers::wide;
use crate::parameter::Parameter;
use crate::value::Value;

/// The weights of one direction of one layer, as PyTorch names them: of the input, and of the state before.
#[derive(Debug, Clone)]
pub struct Recurrent {
    /// `[gates * hidden, input]`.
    pub weight_ih: Parameter,
    /// `[gates * hidden, hidden]`.
    pub weight_hh: Parameter,
    /// `[gates * hidden]`.
    pub bias_ih: Parameter,
    /// `[gates * hidden]`.
    pub bias_hh: Parameter,
}

impl Recurrent {
    fn parameters(&self) -> [&Parameter; 4] {
        [&self.weight_ih, &self.weight_hh, &self.bias_ih, &self.bias_hh]
    }

    fn hidden(&self) -> usize {
        self.weight_hh.tensor().dims().last().copied().unwrap_or(0)
    }
}

/// The next state, from the input's gates, the state's gates, and the state: first what is given out, then what is kept.
type Cell = fn(&Tensor, &Tensor, &[Tensor]) -> candle_core::Result<Vec<Tensor>>;

/// Layers of one or two directions.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    pub(super) word: &'static str,
    pub(super) layers: Vec<Vec<Recurrent>>,
    pub(super) cell: Cell,
    /// How many tensors a state is made of.
    pub(super) states: usize,
}

impl Stack {
    /// From `[batch, token, A]` to `[batch, token, directions * hidden]`.
    pub(super) fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        require_token_features(self.word, x)?;
        let last = self.layers.last().ok_or_else(|| Error::new(ErrorKind::Input, format!("`{}` has no layer", self.word)))?;
        if x.layout().total() == 0 {
            let width: usize = last.iter().map(Recurrent::hidden).sum();
            return Ok(x.with_tensor(Tensor::zeros((0, width), x.tensor().dtype(), x.tensor().device())?));
        }
        let orders = [false, true].map(|backwards| Steps::of(x.layout(), backwards));
        let mut rows = wide(x.tensor())?;
        for directions in &self.layers {
            let outputs = directions.iter().zip(&orders).map(|(weights, steps)| self.run(cx, weights, steps, &rows));
            rows = Tensor::cat(&outputs.collect::<Result<Vec<_>>>()?, 1)?;
        }
        Ok(x.with_tensor(rows.to_dtype(x.tensor().dtype())?))
    }

    /// One direction: from `[total, A]` to `[total, hidden]`.
    fn run(&self, cx: &Context, weights: &Recurrent, steps: &Steps, rows: &Tensor) -> Result<Tensor> {
        let [weight_ih, weight_hh, bias_ih, bias_hh] = weights.parameters().map(|parameter| wide(&parameter.get(cx)));
        let inputs = steps.pack(&rows_by_weight(rows, &weight_ih?, Some(&bias_ih?))?)?;
        let (from_state, bias) = (weight_hh?, bias_hh?);
        let most = steps.sizes().first().copied().unwrap_or(0);
        let mut state = vec![Tensor::zeros((most, from_state.dim(1)?), rows.dtype(), rows.device())?; self.states];
        let mut outputs = Vec::with_capacity(inputs.len());
        for input in &inputs {
            for part in &mut state {
                *part = part.narrow(0, 0, input.dim(0)?)?;
            }
            let gates = rows_by_weight(&state[0], &from_state, Some(&bias))?;
            state = (self.cell)(input, &gates, &state)?;
            outputs.push(state[0].clone());
        }
        steps.unpack(&outputs)
    }

    /// All weights, in PyTorch's order.
    pub(super) fn parameters(&self) -> Vec<&Parameter> {
        self.layers.iter().flatten().flat_map(Recurrent::parameters).collect()
    }

    /// How PyTorch prints it.
    pub(super) fn class(&self, class: &str) -> String {
        let first = self.layers.first().and_then(|directions| directions.first());
        let Some([_, inner]) = first.map(|weights| weights.weight_ih.tensor().dims()) else { return format!("{class}()") };
        let hidden = first.map_or(0, Recurrent::hidden);
        let layers = if self.layers.len() == 1 { String::new() } else { format!(", num_layers={}", self.layers.len()) };
        let directions = if self.layers.iter().any(|directions| directions.len() > 1) { ", bidirectional=True" } else { "" };
        format!("{class}({inner}, {hidden}{layers}, batch_first=True{directions})")
    }
}

/// Takes gates `[rows, count * hidden]` apart.
pub(super) fn gates<const N: usize>(x: &Tensor) -> candle_core::Result<[Tensor; N]> {
    let parts = x.chunk(N, 1)?;
    let found = parts.len();
    parts.try_into().map_err(|_| candle_core::Error::Msg(format!("{found} gates and not {N}")))
}

/// The parameters of a checked recurrent layer: layers of directions.
pub(super) fn recurrents(recurrence: &bert_dsl::layers::Recurrence, maker: &mut Maker<'_, '_>) -> Vec<Vec<Recurrent>> {
    let one = |(layer, end): (usize, &str)| {
        let mut weight = |kind: &str| maker.weight(&format!("{kind}_l{layer}{end}"));
        let (weight_ih, weight_hh) = (weight("weight_ih"), weight("weight_hh"));
        Recurrent { weight_ih, weight_hh, bias_ih: weight("bias_ih"), bias_hh: weight("bias_hh") }
    };
    let mut all = recurrence.directions().map(one).collect::<Vec<_>>().into_iter();
    let ends = if recurrence.bidirectional { 2 } else { 1 };
    (0..recurrence.layers).map(|_| all.by_ref().take(ends).collect()).collect()
}
