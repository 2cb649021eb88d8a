//! How a model is trained, as the command is told.

use bert_runtime::train::{Decay, Freeze, Groups, Precision, Settings};
use bert_runtime::{Bert, BertOptions};
use clap::Args;

#[derive(Args)]
#[command(next_help_heading = "Recipe")]
pub struct Recipe {
    /// How often all examples are read.
    #[arg(long, default_value_t = usual().epochs)]
    epochs: u64,
    /// How many examples a step reads.
    #[arg(long, default_value_t = 16, value_name = "EXAMPLES")]
    batch: usize,
    /// In how many runs a step reads them: more of them take less memory, and give the same step.
    #[arg(long, default_value_t = usual().accumulation, value_name = "RUNS")]
    accumulation: usize,
    /// The highest learning rate.
    #[arg(long, default_value_t = usual().learning_rate)]
    rate: f64,
    /// How many times that rate the head's own parameters have.
    #[arg(long, default_value_t = usual().groups.head_rate, value_name = "TIMES")]
    head_rate: f64,
    /// What the rate is multiplied by from each layer of the encoder to the one below it.
    #[arg(long, default_value_t = usual().groups.layer_decay, value_name = "TIMES")]
    layer_decay: f64,
    /// The share of all steps in which the rate rises.
    #[arg(long, default_value_t = usual().warm_up, value_name = "SHARE")]
    warm_up: f64,
    /// How the rate falls after that: `linear`, `cosine`, or `constant`, not at all.
    #[arg(long, default_value = "linear", value_parser = decay, value_name = "SHAPE")]
    decay: Decay,
    /// The decay of matrices; biases and norms have none.
    #[arg(long, default_value_t = usual().groups.weight_decay, value_name = "SHARE")]
    weight_decay: f64,
    /// The norm that the gradients of a step together are cut down to, or `none`.
    #[arg(long, default_value = "1", value_parser = clip, value_name = "NORM")]
    clip: Clip,
    /// The probability with which the encoder leaves out numbers; its own unless it is said.
    #[arg(long, value_name = "PROBABILITY")]
    dropout: Option<f64>,
    /// What does not train: `nothing`, `embeddings`, `encoder`, or so many of the lowest layers.
    #[arg(long, default_value = "nothing", value_parser = freeze, value_name = "PART")]
    freeze: Freeze,
    /// What the encoder computes in while its weights stay in f32: `full`, `bf16` or `f16`.
    #[arg(long, default_value = "full", value_parser = precision, value_name = "FORMAT")]
    precision: Precision,
    /// What all random numbers follow from.
    #[arg(long, default_value_t = usual().seed)]
    pub seed: u64,
}

/// What holds unless it is said.
fn usual() -> Settings {
    Settings::default()
}

impl Recipe {
    /// How the encoder is opened.
    pub fn opening(&self) -> BertOptions {
        self.dropout.map_or(Bert::options(), |p| Bert::options().dropout(p))
    }

    pub fn settings(&self) -> Settings {
        Settings {
            epochs: self.epochs,
            batch_size: self.batch,
            accumulation: self.accumulation,
            learning_rate: self.rate,
            warm_up: self.warm_up,
            decay: self.decay,
            clip: self.clip.0,
            groups: Groups { weight_decay: self.weight_decay, layer_decay: self.layer_decay, head_rate: self.head_rate },
            freeze: self.freeze,
            precision: self.precision,
            seed: self.seed,
            ..usual()
        }
    }
}

/// A norm, or none.
#[derive(Clone, Copy)]
struct Clip(Option<f64>);

fn clip(said: &str) -> Result<Clip, String> {
    match said {
        "none" => Ok(Clip(None)),
        norm => norm.parse().map(|norm| Clip(Some(norm))).map_err(|_| "write a norm, such as 1, or `none`".to_owned()),
    }
}

fn decay(said: &str) -> Result<Decay, String> {
    match said {
        "linear" => Ok(Decay::Linear),
        "cosine" => Ok(Decay::Cosine),
        "constant" => Ok(Decay::Constant),
        _ => Err("write `linear`, `cosine` or `constant`".to_owned()),
    }
}

fn precision(said: &str) -> Result<Precision, String> {
    match said {
        "full" => Ok(Precision::Full),
        "bf16" => Ok(Precision::BF16),
        "f16" => Ok(Precision::F16),
        _ => Err("write `full`, `bf16` or `f16`".to_owned()),
    }
}

fn freeze(said: &str) -> Result<Freeze, String> {
    match said {
        "nothing" => Ok(Freeze::Nothing),
        "embeddings" => Ok(Freeze::Embeddings),
        "encoder" => Ok(Freeze::Encoder),
        layers => {
            layers.parse().map(Freeze::Layers).map_err(|_| "write `nothing`, `embeddings`, `encoder`, or a number of layers".to_owned())
        }
    }
}
