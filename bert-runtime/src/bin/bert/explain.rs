//! `bert explain`

use std::io::Write as _;

use bert_dsl::{Bare, Code, Source, check};
use clap::Args;

use crate::check::drawn;
use crate::failure::Failure;
use crate::paint::{BOLD, GREEN, RED};
use crate::screen::Screen;

#[derive(Args)]
pub struct Arguments {
    /// An error's code, such as `H070`; all codes are listed if none is given.
    #[arg(value_name = "CODE")]
    what: Option<String>,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    match &arguments.what {
        Some(code) => story(code.parse().map_err(|error| unknown(&error))?, screen),
        None => list(screen),
    }
}

fn unknown(error: &impl std::fmt::Display) -> Failure {
    Failure::new(format!("{error}; `bert explain` lists all of them"))
}

fn list(screen: &mut Screen) -> Result<(), Failure> {
    for code in Code::ALL {
        writeln!(screen, "{}  {}", screen.paint.with(BOLD, &code.to_string()), code.rule())?;
    }
    screen.next("`bert explain CODE` tells the story of one")?;
    Ok(())
}

fn story(code: Code, screen: &mut Screen) -> Result<(), Failure> {
    let (story, paint) = (code.story(), screen.paint);
    writeln!(screen, "{} {}\n\n{}\n", paint.with(BOLD, &format!("{code}:")), code.rule(), wrapped(story.why))?;
    if let Some(wrong) = story.wrong {
        let source = Source::new("wrong.head", wrong);
        let errors = check(&source, Bare::Named("Wrong")).diagnostics().clone();
        writeln!(screen, "{}\n\n{}", paint.with(RED, "Wrong:"), indented(wrong))?;
        write!(screen, "{}", drawn(&errors, &source, paint))?;
    }
    writeln!(screen, "{}\n\n{}", paint.with(GREEN, "Right:"), indented(story.right).trim_end())?;
    screen.next("`bert check FILE` checks a head, and `bert heads` lists whole ones")?;
    Ok(())
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

/// The widest line of prose.
const WIDTH: usize = 100;

/// A paragraph in lines that are not too wide.
fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, String::len);
        if line > 0 && line + 1 + word.len() > WIDTH {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(word);
        }
    }
    lines.join("\n")
}
