//! Texts that are too long for one pass: the outputs of their windows, joined and read as those of one text.

use std::sync::Arc;

use candle_core::{DType, Tensor};

use crate::error::{Error, ErrorKind, Result};
use crate::head::Head;
use crate::model::Predicted;
use crate::model::engine::{Answer, Engine, batches, by_example, in_halves};
use crate::model::question::{Long, Question};
use crate::text::{Encoding, Window, collate};
use crate::value::{Layout, Rows, Value};

/// What the heads make of one window: `[head][output]`.
type Read = Vec<Vec<Share>>;

impl Engine<'_> {
    /// Answers questions whose text is too long: in windows for the heads that can join them, and cut for the others.
    pub(super) fn answer_long(&self, heads: &[&dyn Head], questions: &[&Question]) -> Result<Vec<Predicted<Answer>>> {
        let (joining, cutting): (Vec<&dyn Head>, Vec<&dyn Head>) = heads.iter().partition(|head| head.windowed().is_some());
        let texts: Vec<&Long> = questions.iter().filter_map(|question| question.long.as_ref()).collect();
        let cut = if cutting.is_empty() { Vec::new() } else { self.answer_at_once(&cutting, questions)? };
        let mut cut = cut.into_iter();
        let merged = |(text, joined): (&Long, Answer)| {
            let windows = text.windows.len();
            let Some(cut) = cut.next() else { return Predicted::new(joined, vec![None], windows) };
            let truncations = cut.truncations().to_vec();
            Predicted::new(merge(heads, joined, cut.into_inner()), truncations, windows)
        };
        let joined = self.answer_windows(&joining, &texts)?;
        Ok(texts.iter().copied().zip(joined).map(merged).collect())
    }

    /// What the heads say of the texts, from all their windows.
    fn answer_windows<'t>(&self, heads: &[&dyn Head], texts: &[&'t Long]) -> Result<Vec<Answer>> {
        let of_text = |(number, text): (usize, &&'t Long)| text.windows.iter().map(move |window| (number, window));
        let windows: Vec<(usize, &Window)> = texts.iter().enumerate().flat_map(of_text).collect();
        let mut read: Vec<Vec<Read>> = texts.iter().map(|text| Vec::with_capacity(text.windows.len())).collect();
        for some in batches(&windows, self.batch_tokens, |(_, window)| window.tokens.len()) {
            let question = |(text, window): &(usize, &Window)| Question::of_window(texts[*text].whole.part(&window.tokens));
            let questions: Vec<Question> = some.iter().map(question).collect();
            let asked: Vec<(usize, &Window, &Question)> =
                some.iter().zip(&questions).map(|(&(text, window), question)| (text, window, question)).collect();
            let found = in_halves(&asked, &|asked| self.read_windows(heads, texts, asked))?;
            asked.iter().zip(found).for_each(|((text, ..), window)| read[*text].push(window));
        }
        texts.iter().zip(read).map(|(text, read)| self.decode_joined(heads, &text.whole, &read)).collect()
    }

    /// What the heads make of some windows in one pass.
    fn read_windows(&self, heads: &[&dyn Head], texts: &[&Long], asked: &[(usize, &Window, &Question)]) -> Result<Vec<Read>> {
        let (outputs, _) = self.outputs(heads, &asked.iter().map(|(.., question)| *question).collect::<Vec<_>>())?;
        let of = |(sequence, &(text, window, _)): (usize, &(usize, &Window, &Question))| {
            let share = |output| Share::take(output, sequence, &texts[text].whole, window);
            outputs.iter().map(|outputs| outputs.iter().map(share).collect()).collect()
        };
        asked.iter().enumerate().map(of).collect()
    }

    fn decode_joined(&self, heads: &[&dyn Head], whole: &Encoding, read: &[Read]) -> Result<Answer> {
        let encodings = std::slice::from_ref(whole);
        let joiner = Joiner { whole, layout: collate(encodings)?.layout().clone() };
        let decoded = |(number, head): (usize, &&dyn Head)| {
            let windows: Vec<&[Share]> = read.iter().map(|window| window[number].as_slice()).collect();
            let outputs = joiner.outputs(&head.windowed().unwrap_or_default(), &windows)?;
            let pipelines = head.decode(&outputs, &self.reading(encodings))?;
            Ok(by_example(pipelines, 1).into_iter().next().unwrap_or_default())
        };
        heads.iter().enumerate().map(decoded).collect()
    }
}

/// The answers of all heads in their order, from those of the heads that join windows and of the others.
fn merge(heads: &[&dyn Head], joined: Answer, cut: Answer) -> Answer {
    let (mut joined, mut cut) = (joined.into_iter(), cut.into_iter());
    heads.iter().filter_map(|head| if head.windowed().is_some() { joined.next() } else { cut.next() }).collect()
}

/// What a window gives to one output of the whole text.
struct Share {
    /// The rows of the window's own tokens or words; the layout is still that of the batch.
    own: Value,
    /// The columns of these in the whole text.
    columns: Vec<u32>,
    /// The row of the text's first token, `[CLS]`, which every window has.
    first: Option<Tensor>,
}

impl Share {
    fn take(output: &Value, sequence: usize, whole: &Encoding, window: &Window) -> Result<Self> {
        if output.rows() != Rows::Token {
            let what = "a head joins windows, and an output of it has no row for each token: let `windowed` be `None`";
            return Err(Error::new(ErrorKind::Input, what));
        }
        let layout = output.layout();
        let column = |token: u32| window.tokens.get(token as usize).copied().unwrap_or(whole.len());
        let rows = layout.rows(sequence).zip(layout.tokens(sequence)).map(|(row, token)| (row as u32, column(token)));
        let (first, others): (Vec<_>, Vec<_>) = rows.partition(|(_, column)| *column == 0);
        // Of a word that is longer than a window only the row of its start counts.
        let is_own = |(_, column): &(u32, usize)| window.own.contains(column) && (!layout.has_words() || whole.begins_word(*column));
        let (own, columns): (Vec<u32>, Vec<u32>) = others.into_iter().filter(is_own).map(|(row, column)| (row, column as u32)).unzip();
        let first = first.first().map(|(row, _)| pick(output, vec![*row])).transpose()?;
        Ok(Self { own: output.with_tensor(pick(output, own)?), columns, first })
    }
}

fn pick(output: &Value, rows: Vec<u32>) -> Result<Tensor> {
    let count = rows.len();
    Ok(output.tensor().contiguous()?.index_select(&Tensor::from_vec(rows, count, output.tensor().device())?, 0)?)
}

/// What puts the windows of one text together.
struct Joiner<'a> {
    whole: &'a Encoding,
    /// The rows of all tokens.
    layout: Arc<Layout>,
}

impl Joiner<'_> {
    /// The outputs for the whole text, from each window's: of each pipeline as many as `counts` says.
    fn outputs(&self, counts: &[usize], windows: &[&[Share]]) -> Result<Vec<Value>> {
        let mut outputs = Vec::new();
        for &count in counts {
            let numbers = outputs.len()..outputs.len() + count;
            let shares: Vec<Vec<&Share>> = numbers.map(|number| windows.iter().filter_map(|window| window.get(number)).collect()).collect();
            let first = first_from(&shares)?;
            for shares in shares {
                outputs.push(self.output(&shares, first)?);
            }
        }
        Ok(outputs)
    }

    /// One output, whose first row comes from the window of this number.
    fn output(&self, shares: &[&Share], first: usize) -> Result<Value> {
        let any = shares.first().ok_or_else(|| Error::new(ErrorKind::Input, "a head has fewer outputs than `windowed` says"))?;
        let first = shares.get(first).and_then(|share| share.first.as_ref());
        let rows: Vec<&Tensor> = first.into_iter().chain(shares.iter().map(|share| share.own.tensor())).collect();
        let columns = first.map(|_| 0).into_iter().chain(shares.iter().flat_map(|share| share.columns.iter().copied())).collect();
        let layout = if any.own.layout().has_words() { self.words(columns) } else { self.layout.select(&[columns])?.0 };
        Ok(any.own.with_rows(Tensor::cat(&rows, 0)?, Rows::Token, Arc::new(layout)))
    }

    /// The rows of the words that begin at these columns.
    fn words(&self, columns: Vec<u32>) -> Layout {
        let numbers = self.layout.words(0).unwrap_or_default();
        let pieces = |column: u32| self.whole.word_pieces(column as usize);
        let word = |column: u32| Some(((*numbers.get(column as usize)?)?, pieces(column).start as u32..pieces(column).end as u32));
        let width = (0..self.whole.sequences()).map(|text| self.whole.words(text)).sum();
        self.layout.of_words(&[columns.into_iter().filter_map(word).collect()], width)
    }
}

/// The number of the window that the first token's row comes from, in all outputs of a pipeline: of scores of tokens, as a
/// span's start and end, that with the lowest sum; else the first.
///
/// A window that does not hold the answer points at `[CLS]`, whatever the others hold. There is no answer only where every
/// window points there, so that the least of their scores is the text's, as in `run_squad`.
fn first_from(outputs: &[Vec<&Share>]) -> Result<usize> {
    let windows = outputs.first().map_or(0, Vec::len);
    let mut sums = vec![0.0; windows];
    for shares in outputs {
        let firsts: Vec<&Tensor> =
            shares.iter().filter(|share| !share.own.has_features()).filter_map(|share| share.first.as_ref()).collect();
        if firsts.len() < windows {
            return Ok(0);
        }
        let scores = Tensor::cat(&firsts, 0)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?;
        sums.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
    }
    Ok((0..windows).min_by(|&a, &b| sums[a].total_cmp(&sums[b])).unwrap_or(0))
}
