//! What is said of a training.

use std::path::Path;

use bert_runtime::train::Record;
use bert_runtime::{Error, ErrorKind};

use crate::check::counted;
use crate::failure::Failure;
use crate::screen::Screen;

/// The share of the first epoch's loss above which it has hardly fallen.
const HARDLY: f64 = 0.9;

/// Why nothing was trained; where something was trained before, it may be in the way.
pub fn refused(error: &Error, is_there: bool) -> Failure {
    let other = if is_there && error.kind() == ErrorKind::Input { ": `--out DIR` says which" } else { "" };
    Failure::new(format!("{error}{other}"))
}

/// How much was read, and how the mean loss fell from the first epoch to the last.
pub fn learned(records: &[Record], read: &str, screen: &mut Screen) -> Result<(), Failure> {
    let epochs = records.last().map_or(0, epoch);
    let read = format!("trained on {read}, {}", counted(epochs as usize, "time"));
    match (mean_loss(records, 1), mean_loss(records, epochs)) {
        (Some(first), Some(last)) if epochs > 1 => {
            screen.note(&format!("{read}: the loss was {first:.4} in the first epoch, and {last:.4} in the last"))?;
            if last > HARDLY * first {
                screen.note(
                    "it hardly fell: a higher `--rate` or more `--epochs` may help, if what is right can be told from the texts at all",
                )?;
            }
        }
        _ => screen.note(&read)?,
    }
    Ok(())
}

/// The epoch, from 1, that a record is of.
fn epoch(record: &Record) -> u64 {
    record.epoch.ceil() as u64
}

fn mean_loss(records: &[Record], of: u64) -> Option<f64> {
    let losses: Vec<f64> = records.iter().filter(|record| epoch(record) == of).filter_map(|record| record.loss).collect();
    (!losses.is_empty()).then(|| losses.iter().sum::<f64>() / losses.len() as f64)
}

/// The commands that come next.
pub fn next(model: &Path, of_texts: bool) -> String {
    let (model, asked) = (model.display(), if of_texts { "--text \"A text of your own.\"" } else { "--data FILE" });
    format!(
        "`bert eval --model {model} --data FILE` measures it, on examples that it has not seen; `bert predict --model {model} {asked}` answers"
    )
}
