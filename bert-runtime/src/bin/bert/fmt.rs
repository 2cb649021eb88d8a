//! `bert fmt`

use std::io::Write as _;
use std::path::PathBuf;

use bert_dsl::{Source, format};
use clap::Args;
use rayon::prelude::*;

use crate::check::{counted, drawn};
use crate::failure::Failure;
use crate::place;
use crate::screen::Screen;
use crate::sources::{Given, all};

#[derive(Args)]
pub struct Arguments {
    /// Files, folders with `.head` files in them and below, or `-` for standard input, which is written to standard output.
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// Writes nothing, lists what is not in its canonical form, and fails if anything is.
    #[arg(long)]
    check: bool,
}

/// What became of the sources.
#[derive(Default)]
struct Count {
    sources: usize,
    /// The names of those that were not in their canonical form, a line each.
    listed: String,
    others: usize,
    wrong: usize,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let given = all(&arguments.paths);
    let read: Vec<Read> = given.par_iter().map(read).collect();
    let mut count = Count { sources: given.len(), ..Count::default() };
    let outcome = given.iter().zip(read).try_for_each(|(given, read)| count.one(given, read, arguments.check, screen));
    // Only now: where nobody reads the names, the files are formatted all the same.
    screen.write_all(count.listed.as_bytes()).and_then(|()| screen.flush()).map_err(|error| match Failure::from(error) {
        failure if arguments.check => failure.or_told(),
        failure => failure,
    })?;
    outcome?;
    count.end(arguments.check, screen)
}

enum Wrong {
    Unreadable(String),
    Malformed(Source, bert_dsl::Diagnostics),
}

/// A source, and its canonical form.
type Read = Result<(Source, String), Wrong>;

fn read(given: &Given) -> Read {
    let source = given.read().map_err(Wrong::Unreadable)?;
    match format(&source) {
        Ok(text) => Ok((source, text)),
        Err(errors) => Err(Wrong::Malformed(source, errors)),
    }
}

impl Count {
    fn one(&mut self, given: &Given, read: Read, check: bool, screen: &mut Screen) -> Result<(), Failure> {
        match read {
            Ok((source, text)) => self.right(given, &source, &text, check, screen),
            Err(Wrong::Unreadable(fault)) => {
                screen.error(&fault);
                self.wrong += 1;
                Ok(())
            }
            Err(Wrong::Malformed(source, errors)) => {
                self.wrong += 1;
                Ok(screen.aside(&drawn(&errors, &source, screen.aside_paint()))?)
            }
        }
    }

    fn right(&mut self, given: &Given, source: &Source, text: &str, check: bool, screen: &mut Screen) -> Result<(), Failure> {
        let differs = source.text() != text;
        match given {
            Given::Stdin if !check => screen.write_all(text.as_bytes())?,
            Given::File(path) if differs && !check => place::replace(path, text)?,
            _ => {}
        }
        self.others += usize::from(differs);
        if differs && (check || !matches!(given, Given::Stdin)) {
            self.listed.push_str(&format!("{}\n", given.name()));
        }
        Ok(())
    }

    fn end(&self, check: bool, screen: &mut Screen) -> Result<(), Failure> {
        let of = counted(self.sources, "file");
        match (check, self.others) {
            (true, 0) => screen.note(&format!("{of} looked at, all in canonical form"))?,
            (true, others) => {
                screen.note(&format!("{others} of {of} not in canonical form"))?;
                screen.next("`bert fmt` with the same paths writes them")?;
            }
            (false, others) => screen.note(&format!("{others} of {of} changed"))?,
        }
        if self.wrong > 0 || check && self.others > 0 { Err(Failure::Told) } else { Ok(()) }
    }
}
