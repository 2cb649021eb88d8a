//! What is told of a case.

use std::io::Write;
use std::path::Path;

use bert_runtime::{Error, ErrorKind, Result};
use serde_json::{Value, json};

use crate::cases::Case;
use crate::clock::Times;
use crate::load::Load;

/// The name under which the peers' scripts list this encoder.
const PEER: &str = "bert-heads";

/// What a case took.
pub struct Record {
    case: String,
    median: f64,
    min: f64,
    runs: usize,
    sequences: usize,
    tokens: usize,
    gflop: f64,
    peak: Option<f64>,
    memory: Option<f64>,
}

impl Record {
    pub fn new(case: Case, load: &Load, times: &Times) -> Self {
        Self {
            case: case.to_string(),
            median: times.median(),
            min: times.min(),
            runs: times.runs(),
            sequences: load.sequences(),
            tokens: load.tokens(),
            gflop: load.operations() / 1e9,
            peak: None,
            memory: None,
        }
    }

    /// The same beside the machine's peak, in billions of operations a second.
    pub fn beside(self, peak: Option<f64>) -> Self {
        Self { peak, ..self }
    }

    /// The same with the most memory that a GPU held, in MiB.
    pub fn with_memory(self, memory: Option<f64>) -> Self {
        Self { memory, ..self }
    }

    /// The share of the machine's peak at which the texts' own tokens went through a whole encoder: the floor over the median.
    fn share(&self) -> Option<f64> {
        self.peak.map(|peak| self.gflop / self.median / peak)
    }

    /// As an object, with the names that the peers' scripts use.
    pub fn json(&self) -> Value {
        let mut object = json!({
            "peer": PEER,
            "case": self.case,
            "median_s": rounded(self.median, 6),
            "min_s": rounded(self.min, 6),
            "runs": self.runs,
            "seq_s": rounded(self.sequences as f64 / self.median, 2),
            "tok_s": rounded(self.tokens as f64 / self.median, 1),
            "gflop": rounded(self.gflop, 3),
        });
        if let (Some(peak), Some(share)) = (self.peak, self.share()) {
            object["floor_s"] = rounded(self.gflop / peak, 6).into();
            object["of_peak"] = rounded(share, 3).into();
        }
        if let Some(memory) = self.memory {
            object["gpu_mib"] = memory.round().into();
        }
        object
    }

    /// As a line to read.
    pub fn line(&self) -> Value {
        let share = self.share().map_or_else(String::new, |share| format!(", {:.0}% of the peak", share * 100.0));
        let (median, min, runs, tokens) = (self.median, self.min, self.runs, self.tokens as f64 / self.median);
        format!("{:16} {median:9.4} s, at best {min:9.4} s of {runs}, {tokens:8.0} tokens/s{share}", self.case).into()
    }
}

/// What a new process took to its first prediction.
pub fn cold(seconds: Option<f64>, mib: Option<f64>) -> Value {
    json!({ "peer": PEER, "case": "cold", "seconds": seconds.map(|seconds| rounded(seconds, 2)), "peak_mib": mib.map(f64::round) })
}

/// The most memory that this process held.
pub fn memory(mib: Option<f64>) -> Value {
    json!({ "peer": PEER, "case": "rss", "peak_mib": mib.map(f64::round) })
}

/// What the machine can do.
pub fn peak(gflop_s: Option<f64>) -> Value {
    json!({ "peer": "machine", "case": "peak", "gflop_s": gflop_s.map(|peak| rounded(peak, 1)) })
}

/// Prints a line at once: an object as JSON, and a text as it is.
pub fn say(line: &Value) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let text = line.as_str().map_or_else(|| line.to_string(), str::to_owned);
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Error::new(ErrorKind::Io, format!("nobody reads what is printed: {error}")))
}

/// Writes numbers to a file, as little-endian float32.
pub fn write_numbers(file: &Path, numbers: &[f32]) -> Result<()> {
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    std::fs::write(file, bytes).map_err(|error| Error::new(ErrorKind::Io, format!("{} cannot be written: {error}", file.display())))
}

fn rounded(number: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (number * scale).round() / scale
}
