//! How long the encoder takes, on the work that `../compare.py` gives its peers.
//!
//! ```text
//! cargo run --release --example encoder_bench -- --model DIR --workload FILE --json
//! cargo run --release --example encoder_bench -- --model DIR --cases 8x128,8x128/cls --runs 9
//! encoder_bench --model DIR --device cuda --format bf16 --cases 256x128 --json
//! ```

mod cases;
mod clock;
mod heads;
mod load;
mod memory;
mod operations;
mod peak;
mod record;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use bert_runtime::{Bert, DType, Result, device};
use clap::Parser;

use cases::Case;
use load::Work;
use record::Record;

/// What is measured where no case is named: what peers do, and what they cannot.
const CASES: &str = "1x16,1x128,8x128,32x128,8x512,1x16/all,8x128/all,8x128/heads8,8x128/all8,real,sorted";

/// Times cases: `BxL` (texts x tokens), `real` or `sorted`, and after a stroke what the heads read.
///
/// READINGS: `classifier` (where none is named; the pooler and two labels), `cls` (the same without the pooler), `all` (a head on every
/// token), `layer6` (every token of layer 6), `heads8` and `all8` (eight heads, one pass), `passes8` (eight heads, eight passes); of a
/// masked language model `masked` (the vocabulary at the masks, every eighth token) and `vocabulary` (at every token).
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Arguments {
    /// A checkpoint's folder.
    #[arg(long, value_name = "DIR")]
    model: PathBuf,
    /// The texts of `real` and `sorted`: a safetensors file of `lengths` and `ids`, end to end.
    #[arg(long, value_name = "FILE")]
    workload: Option<PathBuf>,
    /// The cases, with commas between them.
    #[arg(long, value_delimiter = ',', default_value = CASES)]
    cases: Vec<Case>,
    /// How often each case runs after it ran once unmeasured; without it, for 3 seconds and 5 times at least.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Where to compute: `cpu`, `cuda` or `cuda:N`.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// The number format of weights and of what is computed: `f32`, `bf16` or `f16`.
    #[arg(long, default_value = "f32", value_parser = format)]
    format: DType,
    /// How many tokens of `real` and `sorted` go through the encoder at once.
    #[arg(long, default_value_t = 2048, value_name = "TOKENS")]
    batch_tokens: usize,
    /// A JSON object a case, instead of a line to read.
    #[arg(long)]
    json: bool,
    /// Writes the logits of the last case here, as little-endian float32 in the order of the texts.
    #[arg(long, value_name = "FILE")]
    logits: Option<PathBuf>,
    /// Answers lines `CASE [RUNS [FILE]]` on stdin with a JSON object each, and `peak` with the machine's peak.
    #[arg(long, conflicts_with_all = ["json", "logits", "cold", "peak"])]
    serve: bool,
    /// Opens the model, answers 1 x 16 once, and tells the seconds since the process started and the most memory it held.
    #[arg(long, conflicts_with = "peak")]
    cold: bool,
    /// The machine's peak of fused multiply-adds alone.
    #[arg(long)]
    peak: bool,
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
    if arguments.peak {
        return record::say(&record::peak(peak::gflop_s()));
    }
    let device = device::open(&arguments.device)?;
    eprintln!("device: {}", device::describe(&device));
    let bert = Bert::options().dtype(arguments.format).open(&arguments.model, &device)?;
    let mut work = Work::new(bert, arguments.workload.clone(), arguments.batch_tokens);
    match (arguments.cold, arguments.serve) {
        (true, _) => cold(&mut work),
        (_, true) => serve::serve(&mut work),
        _ => measure(&mut work, arguments),
    }
}

fn format(name: &str) -> Result<DType, String> {
    match name {
        "f32" => Ok(DType::F32),
        "bf16" => Ok(DType::BF16),
        "f16" => Ok(DType::F16),
        other => Err(format!("no number format is called `{other}`")),
    }
}

fn cold(work: &mut Work) -> Result<()> {
    work.load(Case::SMALLEST)?.logits()?;
    record::say(&record::cold(clock::since_start(), memory::most_mib()))
}

fn measure(work: &mut Work, arguments: &Arguments) -> Result<()> {
    let peak = work.is_on_processor().then(peak::gflop_s).flatten();
    for &case in &arguments.cases {
        let load = work.load(case)?;
        let logits = load.logits()?;
        let times = clock::times(|| load.run(), arguments.runs)?;
        let record = Record::new(case, &load, &times).beside(peak).with_memory(work.memory()?);
        record::say(&if arguments.json { record.json() } else { record.line() })?;
        arguments.logits.as_deref().map(|file| record::write_numbers(file, &logits)).transpose()?;
    }
    record::say(&if arguments.json { record::memory(memory::most_mib()) } else { record::peak(peak) })
}
