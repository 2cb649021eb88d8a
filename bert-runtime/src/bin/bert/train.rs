//! `bert train`

mod recipe;
mod told;

use std::io::Write as _;
use std::path::PathBuf;

use bert_runtime::train::Ending;
use clap::Args;

use crate::data::Reading;
use crate::examples::{Drawing, data};
use crate::failure::Failure;
use crate::model::{Place, head};
use crate::screen::Screen;
use recipe::Recipe;

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
    #[command(flatten)]
    recipe: Recipe,
    /// What epochs are compared by, such as `accuracy`; the loss on the dev examples unless it is said.
    #[arg(long, requires = "dev", value_name = "METRIC")]
    monitor: Option<String>,
    /// Stops after so many epochs that were not better than the best.
    #[arg(long, requires = "dev", value_name = "EPOCHS")]
    patience: Option<u64>,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let head = head(&arguments.head, screen)?;
    let train = data(&arguments.data, &arguments.reading, &head, screen)?;
    let dev = match arguments.dev.as_slice() {
        [] => None,
        files => Some(data(files, &arguments.reading, &head, screen)?),
    };
    let bert = arguments.place.open_with(arguments.recipe.opening(), screen)?;
    screen.flush()?;
    let mut trainer = bert.dynamic_trainer(&head).settings(arguments.recipe.settings()).folder(&arguments.out).resume();
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
    let drawing = Drawing { seed: arguments.recipe.seed, segments: arguments.reading.segments() };
    let train = train.mix("train", &head, &bert, drawing)?;
    let dev = dev.map(|dev| dev.mix("dev", &head, &bert, drawing)).transpose()?;
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
