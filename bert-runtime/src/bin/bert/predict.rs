//! `bert predict`

mod bar;
mod cells;
mod table;
mod writer;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bert_runtime::data::{Mapping, Row, Rows};
use bert_runtime::interpret::{DynamicInput, DynamicPrediction};
use bert_runtime::{DynamicBert, Predicted};
use clap::Args;

use crate::check::counted;
use crate::data::{Coming, Read, Reading};
use crate::failure::Failure;
use crate::model::Place;
use crate::screen::Screen;
pub use bar::Bar;
use writer::{Output, Writer};

#[derive(Args)]
pub struct Arguments {
    /// The head; that with which the model was saved unless it is given.
    #[arg(value_name = "HEAD")]
    head: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Files with examples, or `-` for standard input, which is read if nothing is given.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    data: Vec<PathBuf>,
    /// A text, instead of files; several may be given.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["data", "format", "map"])]
    text: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// How predictions are written.
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,
}

/// What was done.
#[derive(Default)]
struct Count {
    predicted: usize,
    skipped: usize,
    cut: usize,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    is_head(arguments.head.as_deref())?;
    let model = arguments.place.trained(arguments.head.as_deref(), screen)?;
    let texts = arguments.text.clone();
    let coming = match texts.is_empty() {
        true => arguments.reading.coming(&arguments.data)?,
        false => Coming::start(texts.into_iter().enumerate().map(|(number, text)| Ok(said(number, &text)))),
    };
    let mut run = Run { model: &model, arguments, writer: Writer::new(arguments.output), bar: Bar::new(None), count: Count::default() };
    let outcome = run.all(&coming, screen);
    run.bar.end();
    screen.flush()?;
    outcome?;
    run.count.end(arguments, screen)
}

/// Refuses a text where a head is expected.
fn is_head(path: Option<&Path>) -> Result<(), Failure> {
    match path.filter(|path| !path.exists() && path.extension().is_none_or(|end| end != "head")) {
        Some(text) => Err(Failure::new(format!("{0} is not the file of a head: if it is a text, write `--text \"{0}\"`", text.display()))),
        None => Ok(()),
    }
}

/// A text of the command line as a row.
fn said(number: usize, text: &str) -> Row {
    Row::new(bert_runtime::data::Place::new(PathBuf::from("--text"), number + 1, None)).with("text", text)
}

/// Predictions that are being made.
struct Run<'a> {
    model: &'a DynamicBert,
    arguments: &'a Arguments,
    writer: Writer,
    bar: Bar,
    count: Count,
}

impl<'a> Run<'a> {
    fn all(&mut self, coming: &Coming, screen: &mut Screen) -> Result<(), Failure> {
        let mut mapping = None;
        loop {
            let read = coming.take();
            if read.is_empty() {
                return Ok(());
            }
            let (rows, fault) = self.valid(read, screen)?;
            let mapping = match &mapping {
                Some(mapping) => mapping,
                None if rows.is_empty() => {
                    fault.map_or(Ok(()), Err)?;
                    continue;
                }
                None => mapping.insert(self.mapping(&rows)?),
            };
            self.some(mapping, &rows, screen)?;
            fault.map_or(Ok(()), Err)?;
        }
    }

    fn mapping(&self, rows: &[Row]) -> Result<Mapping<'a>, Failure> {
        let head = self.model.dynamic_head();
        let sample = Rows::from_parts(rows.to_vec(), Vec::new());
        Ok(self.arguments.reading.columns(head)?.mapping_of_inputs(&sample, head)?)
    }

    /// The rows in front of the first that is not valid, or all that are where others are skipped.
    fn valid(&mut self, read: Vec<Read>, screen: &mut Screen) -> Result<(Vec<Row>, Option<Failure>), Failure> {
        let mut rows = Vec::with_capacity(read.len());
        for row in read {
            match row {
                Ok(row) => rows.push(row),
                Err(error) => {
                    if let Some(fault) = self.broken(error, screen)? {
                        return Ok((rows, Some(fault)));
                    }
                }
            }
        }
        Ok((rows, None))
    }

    /// Warns of a row that is skipped; gives the failure where none is.
    fn broken(&mut self, error: bert_runtime::Error, screen: &mut Screen) -> Result<Option<Failure>, Failure> {
        if error.kind() == bert_runtime::ErrorKind::Io {
            return Ok(Some(error.into()));
        }
        if !self.arguments.reading.skips() {
            return Ok(Some(Failure::new(format!("{error} (`--skip-broken` passes over such rows)"))));
        }
        self.count.skipped += 1;
        self.bar.hidden(|| self.arguments.reading.skipped(&error, screen))?;
        Ok(None)
    }

    /// Answers rows up to the first that cannot be read.
    fn some(&mut self, mapping: &Mapping<'_>, rows: &[Row], screen: &mut Screen) -> Result<(), Failure> {
        let (mut asked, mut fault) = (Vec::new(), None);
        for row in rows {
            match mapping.input(row) {
                Ok(input) => asked.push((row, input)),
                Err(error) => fault = self.broken(error, screen)?,
            }
            if fault.is_some() {
                break;
            }
        }
        let answered = match self.model.predict_many(asked.iter().map(|(_, input)| input.clone())) {
            Ok(predictions) => asked.iter().zip(&predictions).try_for_each(|((row, _), prediction)| self.write(row, prediction, screen)),
            Err(_) => self.one_by_one(asked, screen),
        };
        self.writer.end_of_part(screen)?;
        answered?;
        fault.map_or(Ok(()), Err)
    }

    /// Where one of several cannot be answered it is found out which.
    fn one_by_one(&mut self, asked: Vec<(&Row, DynamicInput)>, screen: &mut Screen) -> Result<(), Failure> {
        for (row, input) in asked {
            match self.model.predict(input) {
                Ok(prediction) => self.write(row, &prediction, screen)?,
                Err(error) => self.broken(at(row, &error), screen)?.map_or(Ok(()), Err)?,
            }
        }
        Ok(())
    }

    fn write(&mut self, row: &Row, prediction: &Predicted<DynamicPrediction>, screen: &mut Screen) -> Result<(), Failure> {
        self.count.predicted += 1;
        self.count.cut += usize::from(prediction.truncation().is_some());
        self.bar.step();
        self.writer.add(row, prediction, screen)
    }
}

/// An error with the place of its row.
fn at(row: &Row, error: &bert_runtime::Error) -> bert_runtime::Error {
    bert_runtime::Error::new(error.kind(), format!("{}: {error}", row.place()))
}

impl Count {
    fn end(&self, arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
        if self.cut > 0 {
            let cut = counted(self.cut, "text");
            screen.warn(&format!("of {cut} a part was cut off, since the model reads no more at once: the JSON lines say of which"))?;
        }
        if self.predicted == 0 {
            return Err(Failure::new(
                "there was nothing to predict: give texts with `--text`, files with `--data`, or lines on standard input",
            ));
        }
        if self.skipped > 0 {
            screen.note(&format!("{} predicted, {} skipped", self.predicted, self.skipped))?;
        }
        let programs = if arguments.output == Output::Table { "`--output jsonl` or `csv` writes them for a program; " } else { "" };
        let model = arguments.place.model.display();
        screen.next(&format!("{programs}`bert eval --model {model} --data FILE` measures how good they are"))?;
        Ok(())
    }
}
