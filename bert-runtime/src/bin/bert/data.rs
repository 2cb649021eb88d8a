//! Examples from files and from standard input.

mod columns;
mod coming;
mod format;

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};

use bert_runtime::ErrorKind;
use bert_runtime::data::{Documents, Plain, Row, Rows, Stream};
use clap::Args;

use crate::failure::Failure;
use crate::screen::Screen;
use crate::sources::STDIN;

pub use coming::Coming;
use format::{Format, Way};

/// What is said of the examples.
#[derive(Args, Clone)]
pub struct Reading {
    /// What the files are; by their names unless it is said, and texts where a name says nothing.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// What parts the fields of CSV and TSV files, such as `;`, or `tab`.
    #[arg(long, value_name = "CHARACTER", value_parser = format::delimiter)]
    delimiter: Option<char>,
    /// Which field is what: `text=sentence`, `words=tokens`, `first=question`, `second=passage`, `choices=a,b,c`, `context=story`,
    /// `NAME=field` for what the head is given and for its targets, `target=field` for the only one.
    #[arg(long, value_name = "WHAT=FIELD")]
    map: Vec<String>,
    /// Passes over lines and rows that are not valid, each with a warning. Without it the first of them ends everything.
    #[arg(long)]
    skip_broken: bool,
    /// Of running text, reads as many sentences together as fit into so many tokens, as BERT's own pretraining does; without it one, or
    /// two for a head that is asked about pairs.
    #[arg(long, value_name = "TOKENS")]
    segments: Option<usize>,
}

/// A row, or what is wrong with it.
pub type Read = bert_runtime::Result<Row>;

impl Reading {
    /// The fields that are what the head reads and is trained towards.
    pub fn columns(&self, head: &bert_runtime::DynamicHead) -> Result<bert_runtime::data::Columns, Failure> {
        columns::of(&self.map, head)
    }

    /// All rows of some files.
    ///
    /// # Errors
    /// Everything that is wrong with them, unless what is broken is to be skipped.
    pub fn rows(&self, paths: &[PathBuf], screen: &mut Screen) -> Result<Rows, Failure> {
        paths.iter().try_fold(Rows::default(), |all, path| Ok(all.and(self.file(path, screen)?)))
    }

    fn file(&self, path: &Path, screen: &mut Screen) -> Result<Rows, Failure> {
        match format::way(self.format, self.delimiter, path)? {
            Way::Running => Err(without_rows(path)),
            Way::Whole(whole) => Ok(whole.open(path)?),
            Way::Streamed(format) => {
                let mut rows = Vec::new();
                let mut faults = Vec::new();
                for row in Stream::new(called(path), open(path)?, format) {
                    match row {
                        Ok(row) => rows.push(row),
                        Err(error) if error.kind() == ErrorKind::Io => return Err(error.into()),
                        Err(error) if self.skip_broken => self.skipped(&error, screen)?,
                        Err(error) => faults.push(error.to_string()),
                    }
                }
                told(&faults)?;
                Ok(Rows::from_parts(rows, Vec::new()))
            }
        }
    }

    /// The rows of some files, each as it comes: standard input if there are none.
    pub fn coming(&self, paths: &[PathBuf]) -> Result<Coming, Failure> {
        let stdin = [PathBuf::from(STDIN)];
        let paths = if paths.is_empty() { &stdin[..] } else { paths };
        let mut streams: Vec<Box<dyn Iterator<Item = Read> + Send>> = Vec::new();
        for path in paths {
            streams.push(match format::way(self.format, self.delimiter, path)? {
                Way::Running => return Err(without_rows(path)),
                Way::Whole(whole) => {
                    let rows: Vec<Row> = whole.open(path)?.iter().cloned().collect();
                    Box::new(rows.into_iter().map(Ok))
                }
                Way::Streamed(format) => Box::new(Stream::new(called(path), open(path)?, format)),
            });
        }
        Ok(Coming::start(streams.into_iter().flatten()))
    }

    /// The documents of some files, if they are running text.
    ///
    /// # Errors
    /// Running text beside files with rows, and what cannot be read.
    pub fn running(&self, paths: &[PathBuf]) -> Result<Option<Documents>, Failure> {
        let forms = paths.iter().map(|path| format::running(self.format, path)).collect::<Result<Vec<_>, _>>()?;
        let forms: Vec<(&PathBuf, Plain)> = paths.iter().zip(forms).filter_map(|(path, form)| Some((path, form?))).collect();
        match forms.first() {
            None => Ok(None),
            Some((text, _)) if forms.len() < paths.len() => {
                let what = "is running text, and other files have rows with what is right of each: give them to a training of their own";
                Err(Failure::new(format!("{} {what}", text.display())))
            }
            Some(_) => {
                let documents =
                    forms.iter().try_fold(Documents::default(), |all, (path, form)| document(path, form).map(|more| all.and(more)));
                documents.map(Some)
            }
        }
    }

    /// How many tokens of running text are read together, where single sentences are not.
    pub fn segments(&self) -> Option<usize> {
        self.segments
    }

    /// Whether what is broken is passed over.
    pub fn skips(&self) -> bool {
        self.skip_broken
    }

    /// Warns of what is passed over.
    pub fn skipped(&self, error: &bert_runtime::Error, screen: &mut Screen) -> Result<(), Failure> {
        Ok(screen.warn(&format!("skipped: {error}"))?)
    }
}

fn without_rows(path: &Path) -> Failure {
    Failure::new(format!("{} is running text, which has no rows: `bert train` and `bert eval` read it", path.display()))
}

/// The documents of a file.
fn document(path: &Path, form: &Plain) -> Result<Documents, Failure> {
    if path.as_os_str() != STDIN {
        return Ok(Documents::open(path, form)?);
    }
    let mut bytes = Vec::new();
    io::stdin().read_to_end(&mut bytes).map_err(|error| Failure::new(format!("standard input cannot be read: {error}")))?;
    Ok(Documents::parse(called(path), bytes, form)?)
}

/// How many faults are listed.
const LISTED: usize = 20;

fn told(faults: &[String]) -> Result<(), Failure> {
    let more = faults.len().saturating_sub(LISTED);
    match faults {
        [] => Ok(()),
        [only] => Err(Failure::new(format!("{only} (`--skip-broken` passes over such rows)"))),
        several => {
            let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
            let listed = several.iter().take(LISTED).cloned().collect::<Vec<_>>().join("\n  ");
            Err(Failure::new(format!("{} rows are not valid:\n  {listed}{rest}\n`--skip-broken` passes over such rows", several.len())))
        }
    }
}

/// The name of a file in messages.
fn called(path: &Path) -> PathBuf {
    if path.as_os_str() == STDIN { PathBuf::from("<stdin>") } else { path.to_owned() }
}

fn open(path: &Path) -> Result<BufReader<Box<dyn io::Read + Send>>, Failure> {
    if path.as_os_str() == STDIN {
        return Ok(BufReader::new(Box::new(io::stdin())));
    }
    let unreadable = |what: String| Failure::new(format!("{} cannot be read: {what}", path.display()));
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    if file.metadata().is_ok_and(|facts| facts.is_dir()) {
        return Err(unreadable("it is a folder: give the files in it".to_owned()));
    }
    Ok(BufReader::new(Box::new(file)))
}
