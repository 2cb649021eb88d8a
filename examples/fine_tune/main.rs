//! Fine-tunes a real encoder on real data, and prints what came of it as a row of the table in `../README.md`.
//!
//! ```text
//! cargo run --release --example fine_tune -- sst2 --model DIR --data DIR --out DIR --epochs 1
//! ```

mod labels;
mod tasks;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use bert_runtime::metrics::Evaluation;
use bert_runtime::train::{Ending, Groups};
use bert_runtime::{Bert, Device, Result};
use clap::Parser;

use tasks::{Name, Task};

/// Fine-tunes an encoder on a task.
#[derive(Parser)]
struct Arguments {
    /// The task.
    #[arg(value_enum)]
    task: Name,
    /// The encoder's folder.
    #[arg(long, value_name = "DIR")]
    model: PathBuf,
    /// The folder that holds the data sets, each in a folder of its own.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where checkpoints, metrics.jsonl, curve.svg and the trained model go; a training that is there already goes on.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// How often all examples are read; the task's own number unless it is given.
    #[arg(long)]
    epochs: Option<u64>,
    /// The highest learning rate.
    #[arg(long)]
    rate: Option<f64>,
    /// How many times that rate the head's own parameters have.
    #[arg(long)]
    head_rate: Option<f64>,
    /// What all random numbers follow from.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Trains on so many examples alone.
    #[arg(long)]
    limit: Option<usize>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let mut task = Task::open(arguments.task, &arguments.data)?;
    task.train.truncate(arguments.limit.unwrap_or(usize::MAX));
    let (epochs, rate) = (arguments.epochs.unwrap_or(task.epochs), arguments.rate.unwrap_or(task.rate));
    let bert = Bert::options().max_length(task.max_length).open(&arguments.model, &Device::Cpu)?;
    let untrained = bert.fresh_dynamic(&task.head, arguments.seed)?.evaluate(task.dev.clone())?;
    let head_rate = arguments.head_rate.unwrap_or(task.head_rate);
    let mut trainer = bert.dynamic_trainer(&task.head).epochs(epochs).learning_rate(rate).batch_size(task.batch).seed(arguments.seed);
    trainer = trainer.groups(Groups { head_rate, ..Groups::default() });
    if let Some(out) = &arguments.out {
        trainer = trainer.folder(out).resume();
    }
    let start = Instant::now();
    let examples = task.train.len();
    let trained = trainer.monitor(task.measures[0]).train(task.train, task.dev.clone())?;
    let seconds = start.elapsed().as_secs_f64() / epochs as f64;
    if trained.ending == Ending::Interrupted {
        eprintln!("stopped; the same command goes on");
        return Ok(());
    }
    if let Some(out) = &arguments.out {
        trained.model.save_pretrained(out.join("model"))?;
    }
    println!("{}", trained.table());
    let measured = trained.model.evaluate(task.dev)?;
    let figures: Vec<String> = task.measures.iter().map(|name| figure(name, &untrained, &measured)).collect();
    println!(
        "| {:?} | {} | {epochs} x {examples} | {} | {} | {seconds:.0} |",
        arguments.task,
        figures.join(", "),
        rates(rate, head_rate),
        arguments.seed
    );
    Ok(())
}

/// The learning rate, and the head's own.
fn rates(rate: f64, head_rate: f64) -> String {
    if head_rate == 1.0 { format!("{rate:e}") } else { format!("{rate:e}, the head {:.1e}", rate * head_rate) }
}

/// A measure after training, and before.
fn figure(name: &str, untrained: &Evaluation, trained: &Evaluation) -> String {
    let value = |of: &Evaluation| of.get(name).map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
    format!("{name} {} ({})", value(trained), value(untrained))
}
