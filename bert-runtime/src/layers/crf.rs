//! `crf`.

use candle_core::{D, DType, Tensor};

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::ragged::require_token_features;
use crate::layers::steps::Steps;
use crate::layers::wide;
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::{Layout, Value, no_token};

/// A linear-chain conditional random field over the labels of some tokens of each sequence (Lafferty, McCallum and Pereira 2001).
///
/// The score of a path is its start, its emissions, its transitions and its end, added up.
#[derive(Debug, Clone)]
pub struct Crf {
    start: Parameter,
    end: Parameter,
    transitions: Parameter,
}

/// A token of a chain: its row among the emissions, and its label.
pub(crate) type Labelled = (u32, u32);

impl Crf {
    /// A chain with `start_transitions` and `end_transitions` `[labels]`, and `transitions` `[from, to]`.
    pub fn new(start: Parameter, end: Parameter, transitions: Parameter) -> Self {
        Self { start, end, transitions }
    }

    /// The scores as they are: the chain is in the loss and in the decode.
    ///
    /// # Errors
    /// None: the signature is that of every layer.
    pub fn forward(&self, _cx: &Context, emissions: &Value) -> Result<Value> {
        Ok(emissions.clone())
    }

    /// The sum over chains of `-log p(labels)`, a scalar; chains without tokens add nothing.
    ///
    /// Labels are below the number of labels, rows below the number of rows, and one chain at least has a token.
    ///
    /// # Errors
    /// Emissions that are not `[batch, token, labels]`.
    pub(crate) fn negative_log_likelihood(&self, cx: &Context, emissions: &Value, chains: &[Vec<Labelled>]) -> Result<Tensor> {
        self.check(emissions)?;
        let emissions = wide(emissions.tensor())?;
        Ok((self.all_paths(cx, &emissions, chains)? - self.path(cx, &emissions, chains)?)?)
    }

    /// # Errors
    /// Emissions that are not `[batch, token, labels]`.
    pub(crate) fn check(&self, emissions: &Value) -> Result<()> {
        require_token_features("crf", emissions)?;
        let labels = self.start.tensor().elem_count();
        if emissions.width() == labels {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Input, format!("`crf` has {labels} labels, and its input has {} features", emissions.width())))
    }

    /// The sum over chains of the logarithm of all paths' summed exponentials: the forward algorithm.
    fn all_paths(&self, cx: &Context, emissions: &Tensor, chains: &[Vec<Labelled>]) -> Result<Tensor> {
        let rows: Vec<Vec<u32>> = chains.iter().map(|chain| chain.iter().map(|(row, _)| *row).collect()).collect();
        let steps = Steps::new(&rows);
        let weights = [&self.start, &self.end, &self.transitions].map(|parameter| wide(&parameter.get(cx)));
        let [start, end, transitions] = weights;
        let (start, end, transitions) = (start?, end?, transitions?.unsqueeze(0)?);
        let mut forward: Option<Tensor> = None;
        let mut ended = Vec::new();
        for (emission, &size) in steps.pack(emissions)?.iter().zip(steps.sizes()) {
            let before = match &forward {
                None => start.broadcast_as(emission.shape())?,
                Some(forward) => {
                    let others = forward.dim(0)? - size;
                    ended.extend((others > 0).then(|| forward.narrow(0, size, others)).transpose()?);
                    log_sum_exp(&forward.narrow(0, 0, size)?.unsqueeze(2)?.broadcast_add(&transitions)?, 1)?
                }
            };
            forward = Some((before + emission)?);
        }
        ended.extend(forward);
        Ok(log_sum_exp(&Tensor::cat(&ended, 0)?.broadcast_add(&end)?, D::Minus1)?.sum_all()?)
    }

    /// The sum over chains of the labelled path's score.
    fn path(&self, cx: &Context, emissions: &Tensor, chains: &[Vec<Labelled>]) -> Result<Tensor> {
        let labels = self.start.tensor().elem_count() as u32;
        let ends = |end: fn(&Vec<Labelled>) -> Option<&Labelled>| chains.iter().filter_map(end).map(|(_, label)| *label).collect();
        let moves = chains.iter().flat_map(|chain| chain.windows(2)).map(|pair| pair[0].1 * labels + pair[1].1).collect();
        let cells = chains.iter().flatten().map(|(row, label)| row * labels + label).collect();
        let start = sum_at(&self.start.get(cx), ends(|chain| chain.first()))?;
        let end = sum_at(&self.end.get(cx), ends(|chain| chain.last()))?;
        let between = (start + end)? + sum_at(&self.transitions.get(cx), moves)?;
        Ok((between? + sum_at(emissions, cells)?)?)
    }

    /// The likeliest labels of the kept tokens of each sequence, by its columns in rising order; the first of several that are
    /// equally likely.
    ///
    /// # Errors
    /// Emissions that are not `[batch, token, labels]`, another number of lists than sequences, and columns without a token.
    pub fn viterbi(&self, emissions: &Value, kept: &[Vec<u32>]) -> Result<Vec<Vec<usize>>> {
        self.viterbi_where(emissions, kept, |_, _| true)
    }

    /// As [`Crf::viterbi`], among the paths whose every move is allowed: from a label, or from `None` at the start, to a label.
    ///
    /// A chain of which no path is allowed is labelled as if all were.
    ///
    /// # Errors
    /// As [`Crf::viterbi`].
    pub fn viterbi_where(
        &self,
        emissions: &Value,
        kept: &[Vec<u32>],
        allowed: impl Fn(Option<usize>, usize) -> bool,
    ) -> Result<Vec<Vec<usize>>> {
        self.check(emissions)?;
        let rows = rows(emissions.layout(), kept)?;
        let host = |tensor: &Tensor| Ok::<_, Error>(tensor.to_dtype(DType::F64)?.to_vec2::<f64>()?);
        let emissions = host(emissions.tensor())?;
        let scores = Scores {
            start: host(&self.start.tensor().detach().unsqueeze(0)?)?.concat(),
            end: host(&self.end.tensor().detach().unsqueeze(0)?)?.concat(),
            transitions: host(&self.transitions.tensor().detach())?,
        };
        let strict = scores.clone().only(allowed);
        let chain = |rows: &Vec<usize>| {
            let emissions: Vec<&[f64]> = rows.iter().map(|&row| emissions[row].as_slice()).collect();
            strict.best(&emissions).or_else(|| scores.best(&emissions)).unwrap_or_default()
        };
        Ok(rows.iter().map(chain).collect())
    }
}

/// The rows at some columns of each sequence.
fn rows(layout: &Layout, kept: &[Vec<u32>]) -> Result<Vec<Vec<usize>>> {
    if kept.len() != layout.sequences() {
        let what = format!("{} lists of kept tokens for {} sequences: give one a sequence", kept.len(), layout.sequences());
        return Err(Error::new(ErrorKind::Input, what));
    }
    let row = |sequence: usize, column: u32| layout.row_at(sequence, column).ok_or_else(|| no_token(sequence, column));
    kept.iter().enumerate().map(|(sequence, columns)| columns.iter().map(|&column| row(sequence, column)).collect()).collect()
}

/// The sum of some elements of a tensor, by their places in it.
fn sum_at(tensor: &Tensor, places: Vec<u32>) -> Result<Tensor> {
    let tensor = wide(tensor)?.flatten_all()?;
    if places.is_empty() {
        return Ok(Tensor::zeros((), tensor.dtype(), tensor.device())?);
    }
    let places = Tensor::from_vec(places.clone(), places.len(), tensor.device())?;
    Ok(tensor.index_select(&places, 0)?.sum_all()?)
}

/// `log(sum(exp(x)))` over an axis, without overflow. The greatest is a constant here: it cancels out, and so would its gradient.
fn log_sum_exp<A: candle_core::shape::Dim + Copy>(x: &Tensor, axis: A) -> Result<Tensor> {
    let greatest = x.detach().max_keepdim(axis)?;
    let sum = x.broadcast_sub(&greatest)?.exp()?.sum_keepdim(axis)?.log()?;
    Ok((sum + greatest)?.squeeze(axis)?)
}

/// A chain's weights on the host.
#[derive(Debug, Clone)]
struct Scores {
    start: Vec<f64>,
    end: Vec<f64>,
    transitions: Vec<Vec<f64>>,
}

impl Scores {
    /// The same with what is not allowed at minus infinity.
    fn only(mut self, allowed: impl Fn(Option<usize>, usize) -> bool) -> Self {
        let bar = |from: Option<usize>, scores: &mut [f64]| {
            let barred = scores.iter_mut().enumerate().filter(|(to, _)| !allowed(from, *to));
            barred.for_each(|(_, score)| *score = f64::NEG_INFINITY);
        };
        bar(None, &mut self.start);
        for (from, scores) in self.transitions.iter_mut().enumerate() {
            bar(Some(from), scores);
        }
        self
    }

    /// The best path, by the Viterbi algorithm; `None` where none has a finite score.
    fn best(&self, emissions: &[&[f64]]) -> Option<Vec<usize>> {
        let (first, others) = emissions.split_first()?;
        let mut scores: Vec<f64> = self.start.iter().zip(*first).map(|(start, emission)| start + emission).collect();
        let mut origins = Vec::with_capacity(others.len());
        for emission in others {
            let (next, from) = self.step(&scores, emission);
            scores = next;
            origins.push(from);
        }
        let (mut label, score) = greatest(scores.iter().zip(&self.end).map(|(score, end)| score + end));
        if score == f64::NEG_INFINITY {
            return None;
        }
        let mut path = vec![label];
        for from in origins.iter().rev() {
            label = from[label];
            path.push(label);
        }
        path.reverse();
        Some(path)
    }

    /// The best score of each label at the next token, and the label that it comes from.
    fn step(&self, scores: &[f64], emission: &[f64]) -> (Vec<f64>, Vec<usize>) {
        let reach = |to: usize| greatest(scores.iter().zip(&self.transitions).map(|(score, moves)| score + moves[to]));
        let reached = emission.iter().enumerate().map(|(to, emission)| {
            let (from, score) = reach(to);
            (score + emission, from)
        });
        reached.unzip()
    }
}

/// The first greatest of some scores, and its place.
fn greatest(scores: impl Iterator<Item = f64>) -> (usize, f64) {
    let better = |best: (usize, f64), next: (usize, f64)| if next.1 > best.1 { next } else { best };
    scores.enumerate().fold((0, f64::NEG_INFINITY), better)
}

impl Module for Crf {
    fn class(&self) -> Option<String> {
        Some("Crf()".into())
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.start, &self.end, &self.transitions]
    }
}

impl LayerRoom for bert_dsl::layers::Crf {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let [start, end, transitions] = ["start_transitions", "end_transitions", "transitions"].map(|name| maker.weight(name));
        Node::Chain(Crf::new(start, end, transitions))
    }
}
