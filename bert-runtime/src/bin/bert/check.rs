//! `bert check`

mod draw;
mod json;

use std::io::Write as _;
use std::path::PathBuf;

use bert_dsl::{Bare, Code, Diagnostics, Source, check};
use clap::{Args, ValueEnum};
use rayon::prelude::*;

use crate::failure::Failure;
use crate::paint::{GREEN, Paint};
use crate::screen::Screen;
use crate::sources::{Given, all};

pub use draw::drawn;

#[derive(Args)]
pub struct Arguments {
    /// Files, folders with `.head` files in them and below, or `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    paths: Vec<PathBuf>,
    /// How errors are written.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As rustc draws them.
    Human,
    /// One JSON object a line, for editors.
    Json,
}

/// What was found in one source.
#[derive(Default)]
struct Found {
    text: String,
    errors: usize,
    heads: usize,
    /// The code of the first error.
    code: Option<Code>,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let (given, paint, format) = (all(&arguments.paths), screen.paint, arguments.format);
    let found: Vec<Found> = given.par_iter().map(|given| look(given, format, paint)).collect();
    let sum = |count: fn(&Found) -> usize| found.iter().map(count).sum::<usize>();
    let (errors, heads) = (sum(|found| found.errors), sum(|found| found.heads));
    if errors > 0 {
        // Whether or not somebody reads all of it, the answer is no.
        return Err(wrong(&found, errors, format, screen).err().unwrap_or(Failure::Told).or_told());
    }
    if format == Format::Human { right(heads, &given, screen) } else { Ok(()) }
}

fn wrong(found: &[Found], errors: usize, format: Format, screen: &mut Screen) -> Result<(), Failure> {
    found.iter().try_for_each(|one| screen.write_all(one.text.as_bytes()))?;
    screen.flush()?;
    if format == Format::Human {
        screen.note(&format!("{} in {}", counted(errors, "error"), counted(found.len(), "file")))?;
        if let Some(code) = found.iter().find_map(|one| one.code) {
            screen.next(&story(code))?;
        }
    }
    Ok(())
}

/// Where more is said of an error.
fn story(code: Code) -> String {
    format!("`bert explain {code}` tells why that is an error, with the wrong and the right head")
}

fn right(heads: usize, given: &[Given], screen: &mut Screen) -> Result<(), Failure> {
    let fine = screen.paint.with(GREEN, "right");
    writeln!(screen, "{} in {}: {fine}", counted(heads, "head"), counted(given.len(), "file"))?;
    if let [Given::File(path)] = given {
        let path = path.display();
        screen
            .next(&format!("`bert explain {path}` tells what it reads and why, `bert train {path} --model DIR --data FILE` trains it"))?;
    }
    Ok(())
}

/// A number of things.
pub fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn look(given: &Given, format: Format, paint: Paint) -> Found {
    let source = match given.read() {
        Ok(source) => source,
        Err(fault) => return unreadable(given, &fault, format, paint),
    };
    let analysis = check(&source, Bare::Named(&given.bare()));
    let errors = analysis.diagnostics();
    let text = match format {
        Format::Human => drawn(errors, &source, paint),
        Format::Json => errors.iter().map(|error| json::line(error, &source)).collect(),
    };
    Found { text, errors: errors.len(), heads: analysis.outlines.len(), code: first(errors) }
}

fn first(errors: &Diagnostics) -> Option<Code> {
    errors.iter().next().map(|error| error.code)
}

fn unreadable(given: &Given, fault: &str, format: Format, paint: Paint) -> Found {
    let text = match format {
        Format::Human => draw::fault(fault, paint),
        Format::Json => json::fault(&given.name(), fault),
    };
    Found { text, errors: 1, ..Found::default() }
}

/// The heads of a source; its errors are drawn.
pub fn checked(given: &Given, screen: &mut Screen) -> Result<(Source, Vec<bert_dsl::CheckedHead>), Failure> {
    let source = given.read().map_err(Failure::Said)?;
    match given.heads(&source) {
        Ok(heads) => Ok((source, heads)),
        Err(errors) => {
            screen.aside(&drawn(&errors, &source, screen.aside_paint()))?;
            if let Some(code) = first(&errors) {
                screen.next(&story(code))?;
            }
            Err(Failure::Told)
        }
    }
}
