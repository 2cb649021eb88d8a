//! What an encoder's frozen layers give of each example, computed once and kept on the disk.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{DType, Device, Tensor};

use super::model::Model;
use super::samples::{Sample, collated};
use crate::context::Context;
use crate::disk;
use crate::encoder::{Batch, Demand, States};
use crate::error::Result;
use crate::head::{Purpose, Targets};
use crate::model::at_rows;
use crate::value::{Layout, Rows, Value};
use crate::weights::file::Positioned;

/// The rows of one state: its number, and its numbers one row after the other.
type Kept = Vec<(usize, Vec<f32>)>;

/// The states of examples, in a file that nobody else sees and that is gone with the process, up to so many bytes.
#[derive(Debug)]
pub(super) struct Cache {
    path: PathBuf,
    file: File,
    read: Positioned,
    most: u64,
    size: u64,
    /// Where each example's states begin, and how many numbers each has.
    places: BTreeMap<usize, (u64, Vec<(usize, usize)>)>,
    /// How many examples found no room.
    without: u64,
}

impl Cache {
    /// A cache in a folder, which is made where it is not there.
    pub fn new(folder: &Path, most: u64) -> Result<Self> {
        disk::make_folder(folder)?;
        let file = disk::at(folder, "cannot hold the cache", tempfile::tempfile_in(folder))?;
        let read = Positioned::new(disk::at(folder, "cannot hold the cache", file.try_clone())?);
        Ok(Self { path: folder.to_owned(), file, read, most, size: 0, places: BTreeMap::new(), without: 0 })
    }

    /// The batch of some examples with the states of their frozen layers. Those of examples that are not known yet are computed together.
    pub fn fill<M: Model>(&mut self, model: &M, cx: &Context, samples: &[&Sample], (batch, targets): (Batch, &Targets)) -> Result<Batch> {
        let unknown: Vec<&Sample> = samples.iter().copied().filter(|sample| !self.places.contains_key(&sample.number)).collect();
        let mut fresh = BTreeMap::new();
        if !unknown.is_empty() {
            let (batch, targets) = collated(model, &unknown)?;
            let states = model.bert().encoder().frozen_states(cx, &batch, &demand(model, &targets, &batch)?)?;
            for (sample, kept) in unknown.iter().zip(split(&states, &unknown)?) {
                if sample.is_fixed {
                    self.keep(sample.number, &kept)?;
                }
                fresh.insert(sample.number, kept);
            }
        }
        let kept = samples
            .iter()
            .map(|sample| fresh.remove(&sample.number).map_or_else(|| self.read(sample.number), Ok))
            .collect::<Result<Vec<_>>>()?;
        let (encoder, demand) = (model.bert().encoder(), demand(model, targets, &batch)?);
        let layouts = encoder.frozen_layouts(cx, &batch, &demand)?;
        let joined =
            layouts.into_iter().map(|(number, layout)| joined(model, number, layout, &kept)).collect::<Result<Option<States>>>()?;
        let states = joined.map_or_else(|| encoder.frozen_states(cx, &batch, &demand), Ok)?;
        Ok(batch.with_states(states))
    }

    fn keep(&mut self, number: usize, kept: &Kept) -> Result<()> {
        let bytes = kept.iter().map(|(_, numbers)| size_of_val(numbers.as_slice()) as u64).sum::<u64>();
        if self.size + bytes > self.most {
            self.without += 1;
            return Ok(());
        }
        let mut write = || {
            self.file.seek(SeekFrom::Start(self.size))?;
            kept.iter().try_for_each(|(_, numbers)| self.file.write_all(bytemuck::cast_slice(numbers)))
        };
        disk::at(&self.path, "cannot hold the cache", write())?;
        self.places.insert(number, (self.size, kept.iter().map(|(state, numbers)| (*state, numbers.len())).collect()));
        self.size += bytes;
        Ok(())
    }

    fn read(&self, number: usize) -> Result<Kept> {
        let Some((start, states)) = self.places.get(&number) else { return Ok(Vec::new()) };
        let mut start = *start;
        let one = |&(state, count): &(usize, usize)| {
            let mut numbers = vec![0f32; count];
            self.read.read(&self.path, start, bytemuck::cast_slice_mut(&mut numbers))?;
            start += size_of_val(numbers.as_slice()) as u64;
            Ok((state, numbers))
        };
        states.iter().map(one).collect()
    }
}

/// A state of a batch from those of its examples; `None` where other rows of them are read than were kept, as beside examples with other targets.
fn joined<M: Model>(model: &M, number: usize, layout: Arc<Layout>, kept: &[Kept]) -> Result<Option<(usize, Value)>> {
    let numbers: Vec<f32> = kept.iter().flatten().filter(|(state, _)| *state == number).flat_map(|(_, numbers)| numbers).copied().collect();
    let (bert, shape) = (model.bert(), (layout.total(), model.bert().facts().hidden));
    if numbers.len() != shape.0 * shape.1 {
        return Ok(None);
    }
    let tensor = Tensor::from_vec(numbers, shape, &Device::Cpu)?.to_device(bert.device())?.to_dtype(bert.opened_with().dtype)?;
    Ok(Some((number, Value::new(tensor, Rows::Token, layout))))
}

/// What the head's losses read of the encoder.
fn demand<M: Model>(model: &M, targets: &Targets, batch: &Batch) -> Result<Demand> {
    let targets = at_rows(model.head(), targets, batch)?;
    Ok(model.head().demand(Purpose::Loss(&targets)))
}

/// The states of a batch, example by example.
fn split(states: &States, samples: &[&Sample]) -> Result<Vec<Kept>> {
    let mut all = vec![Kept::new(); samples.len()];
    for (&number, value) in states {
        let rows = value.tensor().to_dtype(DType::F32)?.to_device(&Device::Cpu)?;
        let mut sequence = 0;
        for (kept, sample) in all.iter_mut().zip(samples) {
            let last = sequence + sample.question.encodings.len();
            let (start, end) = (value.layout().rows(sequence).start, value.layout().rows(last - 1).end);
            kept.push((number, rows.narrow(0, start, end - start)?.flatten_all()?.to_vec1()?));
            sequence = last;
        }
    }
    Ok(all)
}

impl fmt::Display for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mib, examples) = (self.size as f64 / f64::from(1 << 20), self.places.len());
        write!(f, "the outputs of the frozen layers take {mib:.1} MiB on the disk, of {examples} examples")?;
        if self.without > 0 {
            write!(f, "; {} found no room and are computed each time", self.without)?;
        }
        Ok(())
    }
}
