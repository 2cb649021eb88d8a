//! `bert train`

mod told;

use std::io::Write as _;
use std::path::PathBuf;

use bert_runtime::train::{Ending, Freeze, Precision};
use clap::Args;

use crate::data::Reading;
use crate::examples::data;
use crate::failure::Failure;
use crate::model::{Place, head};
use crate::screen::Screen;

#[derive(Args)]
pub struct Arguments {
    /// The head.
    #[arg(value_name = "HEAD")]
    head: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Files with examples and what is right of each; or running text, for a head that finds hidden words.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Other files, which measure how good the model is after each epoch; the best one is kept.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    dev: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// Where checkpoints, metrics.jsonl, curve.svg and, in `model`, the trained model go. The same command goes on where one was stopped.
    #[arg(long, value_name = "DIR", default_value = "trained")]
    out: PathBuf,
    /// How often all examples are read.
    #[arg(long, default_value_t = 3)]
    epochs: u64,
    /// How many examples a step reads.
    #[arg(long, default_value_t = 16, value_name = "EXAMPLES")]
    batch: usize,
    /// The highest learning rate.
    #[arg(long, default_value_t = 3e-5)]
    rate: f64,
    /// What all random numbers follow from.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// What does not train: `nothing`, `embeddings`, `encoder`, or so many of the lowest layers.
    #[arg(long, default_value = "nothing", value_parser = freeze, value_name = "PART")]
    freeze: Freeze,
    /// What the encoder computes in while its weights stay in f32: `full`, `bf16` or `f16`.
    #[arg(long, default_value = "full", value_parser = precision, value_name = "FORMAT")]
    precision: Precision,
    /// What epochs are compared by, such as `accuracy`; the loss on the dev examples unless it is said.
    #[arg(long, requires = "dev", value_name = "METRIC")]
    monitor: Option<String>,
    /// Stops after so many epochs that were not better than the best.
    #[arg(long, requires = "dev", value_name = "EPOCHS")]
    patience: Option<u64>,
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

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let head = head(&arguments.head, screen)?;
    let train = data(&arguments.data, &arguments.reading, &head, screen)?;
    let dev = match arguments.dev.as_slice() {
        [] => None,
        files => Some(data(files, &arguments.reading, &head, screen)?),
    };
    let bert = arguments.place.open(screen)?;
    screen.flush()?;
    let mut trainer = bert
        .dynamic_trainer(&head)
        .epochs(arguments.epochs)
        .batch_size(arguments.batch)
        .learning_rate(arguments.rate)
        .freeze(arguments.freeze)
        .precision(arguments.precision)
        .seed(arguments.seed)
        .folder(&arguments.out)
        .resume();
    if let Some(metric) = &arguments.monitor {
        trainer = trainer.monitor(metric);
    }
    if let Some(epochs) = arguments.patience {
        trainer = trainer.patience(epochs);
    }
    let (read, of_texts, is_there) = (train.told(), train.is_of_texts(), arguments.out.exists());
    if train.is_running() {
        // It goes on with the head that the checkpoint was pretrained with.
        trainer = trainer.extend_pretrained_head();
    }
    let train = train.mix("train", &head, &bert, arguments.seed)?;
    let dev = dev.map(|dev| dev.mix("dev", &head, &bert, arguments.seed)).transpose()?;
    let trained = trainer.train_mix(train, dev).map_err(|error| told::refused(&error, is_there))?;
    if trained.ending == Ending::Interrupted {
        screen.note("stopped, and saved")?;
        screen.next("the same command goes on")?;
        return Err(Failure::Told);
    }
    let model = arguments.out.join("model");
    trained.model.save_pretrained(&model)?;
    if !arguments.dev.is_empty() {
        write!(screen, "{}", trained.table())?;
    }
    writeln!(screen, "{}", model.display())?;
    told::learned(&trained.records, &read, screen)?;
    screen.next(&told::next(&model, of_texts))?;
    Ok(())
}
