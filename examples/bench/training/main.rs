//! How long a step of training takes, on the work that `compare.py` beside it gives PyTorch.
//!
//! ```text
//! cargo run --release --example training_bench -- --base DIR --mini DIR --workload FILE
//! ```
//!
//! Answers lines `CASE [RUNS]` on stdin with a JSON object each. Cases: `base` (16 x 64 tokens), `wide` (32 x 128), `mini` (32 x 32), and `real` (the 512 texts of the
//! workload on the small encoder, 32 a step); `frozen-sentence` and `frozen-tokens` are epochs over those texts after the first, on an encoder that
//! does not train, with a head for a text or one for each token.

mod frozen;

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bert_runtime::encoder::Batch;
use bert_runtime::head::{Target, Targets};
use bert_runtime::train::{AdamConstants, AdamW, Group};
use bert_runtime::{Bert, BertFor, Context, DType, Device, Error, ErrorKind, Result, device, head};
use clap::Parser;
use safetensors::SafeTensors;
use serde_json::json;

head! {
    /// The classifier of the peers.
    pub head Classifier { labels 2; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy; }
}

/// What is measured on.
#[derive(Parser)]
struct Arguments {
    /// A checkpoint of BERT-base's size.
    #[arg(long)]
    base: PathBuf,
    /// A checkpoint of all-MiniLM-L6's size.
    #[arg(long)]
    mini: PathBuf,
    /// The texts of `real`: a safetensors file of `lengths` and `ids`, end to end.
    #[arg(long)]
    workload: PathBuf,
    /// Where to compute: `cpu`, `cuda` or `cuda:N`.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// The encoder computes in BF16, and its weights stay in f32.
    #[arg(long)]
    mixed: bool,
}

/// A model with its optimizer.
struct Training {
    model: BertFor<Classifier>,
    optimizer: AdamW,
    context: Context,
    steps: u64,
}

impl Training {
    fn open(folder: &Path, device: &Device, mixed: bool) -> Result<Self> {
        let model = Bert::options().trainable(true).fresh_for(folder, 1, device)?;
        let cx = Context::training(1, 0).gathering();
        let context = if mixed { cx.computing_in(DType::BF16) } else { cx };
        Ok(Self { model, optimizer: AdamW::new(AdamConstants::default()), context, steps: 0 })
    }

    /// Forward, back, and every weight moved.
    fn step(&mut self, texts: &[Vec<u32>]) -> Result<f32> {
        let (batch, targets) = batch(texts)?;
        let cx = self.context.at_step(self.steps);
        let loss = self.model.loss(&cx, &batch, &targets)?.total()?;
        let parameters = self.model.parameters();
        let gradients = cx.backward(&loss, &parameters)?;
        for parameter in parameters {
            let Some((var, gradient)) = parameter.var().and_then(|var| Some((var, gradients.get(var.as_tensor())?))) else { continue };
            self.optimizer.step(parameter.name(), var, gradient, 1.0, 2e-5, Group { decay: 0.01, rate: 1.0 })?;
        }
        self.steps += 1;
        Ok(loss.to_scalar()?)
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let device = device::open(&arguments.device)?;
    eprintln!("device: {}", device::describe(&device));
    let mut open: Option<(PathBuf, Training)> = None;
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
        let mut words = line.split_whitespace();
        let (case, runs) = (words.next().unwrap_or_default(), words.next().and_then(|runs| runs.parse().ok()).unwrap_or(1));
        if case.starts_with("frozen-") {
            println!("{}", frozen::measured(case, runs, &arguments.mini, &workload(&arguments.workload)?)?);
            continue;
        }
        let (folder, steps) = steps_of(case, &arguments)?;
        if open.as_ref().is_none_or(|(opened, _)| *opened != folder) {
            drop(open.take());
            open = Some((folder.clone(), Training::open(&folder, &device, arguments.mixed)?));
        }
        let Some((_, training)) = &mut open else { continue };
        println!("{}", measured(case, runs, training, &steps, &device)?);
    }
    Ok(())
}

/// The median of some runs, each of all steps of a case.
fn measured(case: &str, runs: u32, training: &mut Training, steps: &[Vec<Vec<u32>>], device: &Device) -> Result<serde_json::Value> {
    let (mut times, mut loss) = (Vec::new(), 0.0);
    for _ in 0..runs {
        let start = Instant::now();
        for texts in steps {
            loss = training.step(texts)?;
        }
        device.synchronize()?;
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    let on_device = device::peak_memory(device)?.map(|bytes| bytes >> 20);
    Ok(json!({
        "peer": "ours", "case": case, "median_s": times[times.len() / 2], "min_s": times[0], "runs": runs, "loss": loss, "peak_mib": on_device.map_or_else(peak, |mib| Some(mib as f64)),
    }))
}

/// The most memory that the process has held, in MiB.
fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<f64>().ok())?;
    Some((kib / 1024.0).round())
}

/// The folder of a case's model, and the texts of each of its steps.
fn steps_of(case: &str, arguments: &Arguments) -> Result<(PathBuf, Vec<Vec<Vec<u32>>>)> {
    match case {
        "base" => Ok((arguments.base.clone(), vec![fixed(16, 64)])),
        "wide" => Ok((arguments.base.clone(), vec![fixed(32, 128)])),
        "mini" => Ok((arguments.mini.clone(), vec![fixed(32, 32)])),
        "real" => Ok((arguments.mini.clone(), workload(&arguments.workload)?.chunks(32).map(<[_]>::to_vec).collect())),
        other => Err(Error::new(
            ErrorKind::Input,
            format!("no case is called `{other}`: there are `base`, `wide`, `mini`, `real`, `frozen-sentence` and `frozen-tokens`"),
        )),
    }
}

fn fixed(count: usize, length: usize) -> Vec<Vec<u32>> {
    (0..count).map(|row| (0..length).map(|column| ((row * length + column) * 7919 % 29000 + 1000) as u32).collect()).collect()
}

fn workload(path: &Path) -> Result<Vec<Vec<u32>>> {
    let unfit = |error: &dyn std::fmt::Display| Error::new(ErrorKind::Input, format!("{}: {error}", path.display()));
    let bytes = std::fs::read(path).map_err(|error| unfit(&error))?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(|error| unfit(&error))?;
    let numbers = |name: &str| -> Result<Vec<u32>> {
        let tensor = tensors.tensor(name).map_err(|error| unfit(&error))?;
        Ok(tensor.data().chunks_exact(4).map(|bytes| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])).collect())
    };
    let (ids, mut start) = (numbers("ids")?, 0);
    let text = |length: u32| {
        start += length as usize;
        ids.get(start - length as usize..start).map(<[u32]>::to_vec)
    };
    numbers("lengths")?.into_iter().map(text).collect::<Option<_>>().ok_or_else(|| unfit(&"the lengths are more than the ids"))
}

/// Texts as the encoder reads them, without padding, and a label each.
fn batch(texts: &[Vec<u32>]) -> Result<(Batch, Targets)> {
    let width = texts.iter().map(Vec::len).max().unwrap_or(0);
    let padded = |row: &Vec<u32>, with: Option<u32>| (0..width).map(|column| row.get(column).map_or(0, |&id| with.unwrap_or(id))).collect();
    let rows = |with| texts.iter().map(|row| padded(row, with)).collect::<Vec<Vec<u32>>>();
    let batch = Batch::from_padded(&rows(None), &rows(Some(1)), &rows(Some(0)))?;
    let labels = (0..texts.len()).map(|number| Target::Classes(vec![(number % 2) as i64])).collect();
    Ok((batch, Targets::new().with("labels", labels)))
}
