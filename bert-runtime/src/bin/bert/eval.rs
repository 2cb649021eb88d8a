//! `bert eval`

use std::io::Write as _;
use std::path::PathBuf;

use bert_runtime::metrics::Evaluation;
use bert_runtime::train::Mix;
use clap::{Args, ValueEnum};

use crate::check::counted;
use crate::data::Reading;
use crate::examples::{Data, Drawing, data, running};
use crate::failure::Failure;
use crate::model::Place;
use crate::predict::Bar;
use crate::screen::Screen;

#[derive(Args)]
pub struct Arguments {
    /// The head; that with which the model was saved unless it is given.
    #[arg(value_name = "HEAD")]
    head: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Files with examples and what is right of each; or running text, for a head that finds hidden words.
    #[arg(long, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    /// How the scores are written.
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// A score a line, for people.
    Table,
    /// All scores in one JSON object.
    Jsonl,
    /// Names in the first line, and numbers in the second.
    Csv,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let model = arguments.place.trained(arguments.head.as_deref(), screen)?;
    let evaluation = match data(&arguments.data, &arguments.reading, model.dynamic_head(), screen)? {
        Data::Running(documents) => {
            let drawing = Drawing { seed: SEED, segments: arguments.reading.segments() };
            let text = running(documents, model.dynamic_head(), model.bert(), drawing)?;
            Mix::new().text("data", text).evaluate(&model)
        }
        Data::Examples(examples) => {
            let bar = Bar::new(Some(examples.len() as u64));
            let evaluation = model.evaluate_each(examples, |_, _| bar.step());
            bar.end();
            evaluation
        }
    };
    write(&evaluation?, arguments.output, screen)?;
    let model = arguments.place.model.display();
    screen.next(&format!(
        "`bert predict --model {model} --data FILE` shows single answers; more examples for `bert train` mend what is wrong"
    ))?;
    Ok(())
}

/// Which words of running text are hidden follows from it: the same in every evaluation.
const SEED: u64 = 42;

fn write(evaluation: &Evaluation, output: Output, screen: &mut Screen) -> Result<(), Failure> {
    let scores: Vec<(&str, f64)> = evaluation.iter().map(|score| (score.name.as_str(), score.value)).collect();
    let width = scores.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    match output {
        Output::Table => scores.iter().try_for_each(|(name, value)| writeln!(screen, "{name:width$}  {value:.4}"))?,
        Output::Jsonl => writeln!(screen, "{}", serde_json::to_string(&evaluation.scores).unwrap_or_default())?,
        Output::Csv => {
            writeln!(screen, "{}", scores.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(","))?;
            writeln!(screen, "{}", scores.iter().map(|(_, value)| value.to_string()).collect::<Vec<_>>().join(","))?;
        }
    }
    for unmeasured in evaluation.unmeasured() {
        screen.warn(&format!("{} has no value: {}", unmeasured.name, unmeasured.why))?;
    }
    let cut = if evaluation.truncated > 0 { format!(", {} of them cut", evaluation.truncated) } else { String::new() };
    screen.note(&format!("of {}{cut}", counted(evaluation.examples, "example")))?;
    Ok(())
}
