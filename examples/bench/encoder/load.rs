//! A case, ready to run: its texts as token ids, and the heads that read them.

use std::path::{Path, PathBuf};

use bert_runtime::encoder::Batch;
use bert_runtime::{Bert, DType, Error, ErrorKind, Result, device};
use safetensors::SafeTensors;

use crate::cases::{Case, Texts};
use crate::heads::{Heads, Reading};
use crate::operations;

/// How many texts are put in order of their length at once.
const WINDOW: usize = 512;

/// The token that every eighth is in texts with masks, in BERT's vocabulary.
const MASK: u32 = 103;

/// The model and the workload that cases are made of.
pub struct Work {
    bert: Bert,
    workload: Option<PathBuf>,
    batch_tokens: usize,
    bound: Vec<(Reading, std::rc::Rc<Heads>)>,
}

impl Work {
    pub fn new(bert: Bert, workload: Option<PathBuf>, batch_tokens: usize) -> Self {
        Self { bert, workload, batch_tokens, bound: Vec::new() }
    }

    /// Whether the processor computes.
    pub fn is_on_processor(&self) -> bool {
        self.bert.device().is_cpu()
    }

    /// The most memory that a GPU held since this was asked last, in MiB.
    pub fn memory(&self) -> Result<Option<f64>> {
        Ok(device::peak_memory(self.bert.device())?.map(|bytes| bytes as f64 / f64::from(1 << 20)))
    }

    /// Makes a case ready; heads are bound once.
    pub fn load(&mut self, case: Case) -> Result<Load> {
        let mut texts = match case.texts {
            Texts::Fixed { count, length } => fixed(count, length),
            Texts::Real | Texts::Sorted => self.workload()?,
        };
        if case.texts == Texts::Sorted {
            texts.sort_by_key(Vec::len);
        }
        if case.reading.has_masks() {
            texts.iter_mut().flat_map(|text| text.iter_mut().skip(3).step_by(8)).for_each(|id| *id = MASK);
        }
        let (bert, batch_tokens) = (self.bert.clone(), self.batch_tokens);
        Ok(Load { texts, order: case.texts, heads: self.heads(case.reading)?, bert, batch_tokens })
    }

    fn heads(&mut self, reading: Reading) -> Result<std::rc::Rc<Heads>> {
        if let Some((_, heads)) = self.bound.iter().find(|(bound, _)| *bound == reading) {
            return Ok(heads.clone());
        }
        let heads = std::rc::Rc::new(reading.bind(&self.bert)?);
        self.bound.push((reading, heads.clone()));
        Ok(heads)
    }

    fn workload(&self) -> Result<Vec<Vec<u32>>> {
        let missing = || Error::new(ErrorKind::Input, "`real` and `sorted` need texts: give their file with --workload");
        read(self.workload.as_deref().ok_or_else(missing)?)
    }
}

/// A case, ready to run.
pub struct Load {
    texts: Vec<Vec<u32>>,
    order: Texts,
    heads: std::rc::Rc<Heads>,
    bert: Bert,
    batch_tokens: usize,
}

impl Load {
    /// Answers every text once, and waits for the last answer. Putting texts in order and into batches is part of it.
    pub fn run(&self) -> Result<()> {
        self.order().iter().try_for_each(|numbers| self.heads.outputs(&self.batch(numbers)?).map(drop))?;
        Ok(self.bert.device().synchronize()?)
    }

    /// All outputs, in the order of the texts.
    pub fn logits(&self) -> Result<Vec<f32>> {
        let mut rows = vec![Vec::new(); self.texts.len()];
        for numbers in self.order() {
            for output in self.heads.outputs(&self.batch(&numbers)?)? {
                let numbers_of = output.tensor().flatten_all()?.to_dtype(DType::F32)?.to_vec1::<f32>()?;
                let each = numbers_of.len() / numbers.len();
                numbers.iter().zip(numbers_of.chunks(each.max(1))).for_each(|(&number, some)| rows[number].extend(some));
            }
        }
        Ok(rows.concat())
    }

    /// How many texts there are.
    pub fn sequences(&self) -> usize {
        self.texts.len()
    }

    /// How many tokens they have.
    pub fn tokens(&self) -> usize {
        self.texts.iter().map(Vec::len).sum()
    }

    /// The operations of a whole encoder on the texts' own tokens.
    pub fn operations(&self) -> f64 {
        self.texts.iter().map(|text| operations::of(self.bert.config(), text.len())).sum()
    }

    fn order(&self) -> Vec<Vec<usize>> {
        let all: Vec<usize> = (0..self.texts.len()).collect();
        match self.order {
            Texts::Fixed { .. } => vec![all],
            Texts::Sorted => self.by_tokens(&all),
            Texts::Real => all.chunks(WINDOW).flat_map(|window| self.by_tokens(&self.longest_first(window))).collect(),
        }
    }

    fn longest_first(&self, window: &[usize]) -> Vec<usize> {
        let mut order = window.to_vec();
        order.sort_by_key(|&number| std::cmp::Reverse(self.texts[number].len()));
        order
    }

    /// Texts one after the other, as many in a batch as have so many tokens together.
    fn by_tokens(&self, order: &[usize]) -> Vec<Vec<usize>> {
        let (mut batches, mut tokens) = (vec![Vec::new()], 0);
        for &number in order {
            tokens += self.texts[number].len();
            if tokens > self.batch_tokens {
                batches.push(Vec::new());
                tokens = self.texts[number].len();
            }
            batches.last_mut().into_iter().for_each(|batch| batch.push(number));
        }
        batches.retain(|batch| !batch.is_empty());
        batches
    }

    fn batch(&self, numbers: &[usize]) -> Result<Batch> {
        let width = numbers.iter().map(|&number| self.texts[number].len()).max().unwrap_or_default();
        let table = |cell: fn(u32) -> u32| -> Vec<Vec<u32>> {
            let row = |&number: &usize| self.texts[number].iter().map(|&id| cell(id)).chain(std::iter::repeat(0)).take(width).collect();
            numbers.iter().map(row).collect()
        };
        Ok(Batch::from_padded(&table(|id| id), &table(|_| 1), &table(|_| 0))?.with_mask_token(MASK))
    }
}

/// Texts of one length, whose ids a formula gives.
fn fixed(count: usize, length: usize) -> Vec<Vec<u32>> {
    let id = |place: usize| ((place * 7919) % 29000 + 1000) as u32;
    (0..count).map(|text| (text * length..(text + 1) * length).map(id).collect()).collect()
}

/// The texts of a file.
fn read(file: &Path) -> Result<Vec<Vec<u32>>> {
    let unread = |error: std::io::Error| Error::new(ErrorKind::Io, format!("{} cannot be read: {error}", file.display()));
    let bytes = std::fs::read(file).map_err(unread)?;
    let odd = |why: String| Error::new(ErrorKind::Input, format!("{} is no workload: {why}; `compare.py` makes one", file.display()));
    let tensors = SafeTensors::deserialize(&bytes).map_err(|error| odd(error.to_string()))?;
    let numbers = |name: &str| tensors.tensor(name).map(|tensor| words(tensor.data())).map_err(|error| odd(error.to_string()));
    let (ids, lengths) = (numbers("ids")?, numbers("lengths")?);
    let mut rest = ids.as_slice();
    let mut text = |length: &u32| {
        let (text, left) = rest.split_at_checked(*length as usize).ok_or_else(|| odd("it has fewer ids than its lengths say".into()))?;
        rest = left;
        Ok(text.to_vec())
    };
    lengths.iter().map(&mut text).collect()
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks::<4>().0.iter().map(|word| u32::from_le_bytes(*word)).collect()
}
