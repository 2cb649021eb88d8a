//! `bert explain`

use std::io::Write as _;

use std::path::{Path, PathBuf};

use bert_dsl::explain::{Sizes, account};
use bert_dsl::{Bare, Code, Source, check};
use bert_runtime::{Bert, Device, DynamicHead, ErrorKind, Registry};
use clap::Args;

use crate::check::{checked, drawn};
use crate::failure::Failure;
use crate::paint::{BOLD, GREEN, RED};
use crate::screen::Screen;
use crate::sources::{Given, STDIN};

#[derive(Args)]
pub struct Arguments {
    /// A `.head` file or `-` for standard input, or an error's code, such as `H070`; all codes are listed if nothing is given.
    #[arg(value_name = "FILE|CODE")]
    what: Option<String>,
    /// A model, in Hugging Face's layout, whose sizes and tensors are told beside a file's head.
    #[arg(long, value_name = "DIR", requires = "what")]
    model: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    match &arguments.what {
        Some(path) if is_path(path) => accounts(Path::new(path), arguments.model.as_deref(), screen),
        Some(code) => story(code.parse().map_err(|error| unknown(&error))?, screen),
        None => list(screen),
    }
}

/// Whether a file is meant, and no code.
fn is_path(what: &str) -> bool {
    what == STDIN || what.parse::<Code>().is_err() && (what.contains(['.', '/']) || Path::new(what).exists())
}

fn accounts(path: &Path, model: Option<&Path>, screen: &mut Screen) -> Result<(), Failure> {
    let (source, heads) = checked(&Given::of(path), screen)?;
    let bert = model.map(|folder| Bert::open(folder, &Device::Cpu)).transpose()?;
    let sizes = bert.as_ref().map_or(Sizes::BERT_BASE, sizes);
    for (index, head) in heads.iter().enumerate() {
        let gap = if index > 0 { "\n" } else { "" };
        writeln!(screen, "{gap}{}", account(head, sizes))?;
    }
    match bert {
        Some(bert) => tensors(&bert, source.text(), screen)?,
        None => screen.note("numbers are for BERT-base; `--model DIR` tells those of a model, and which tensors it has")?,
    }
    next(path, model, screen)
}

fn next(path: &Path, model: Option<&Path>, screen: &mut Screen) -> Result<(), Failure> {
    let file = if path.as_os_str() == STDIN { "FILE".into() } else { path.display().to_string() };
    let model = model.map_or("DIR".into(), |model| model.display().to_string());
    let train = format!("`bert train {file} --model {model} --data FILE` trains it");
    screen.next(&format!("{train}; `bert draw {file} -o head.svg` makes a picture, `bert expand {file}` prints its Rust"))?;
    Ok(())
}

fn sizes(bert: &Bert) -> Sizes {
    let (facts, number) = (bert.facts(), |size: usize| Some(size as u64));
    Sizes { hidden: number(facts.hidden), vocab: number(facts.vocab), depth: number(facts.depth) }
}

/// Which tensors a model has for each head, and what there is to know of them.
fn tensors(bert: &Bert, text: &str, screen: &mut Screen) -> Result<(), Failure> {
    for (index, head) in Registry::new().heads(text)?.into_iter().enumerate() {
        let gap = if index > 0 { "\n" } else { "" };
        let told = match bert.bind_dynamic(&head) {
            Ok(model) => model.report().to_string(),
            Err(error) if error.kind() == ErrorKind::Binding => unfit(bert, &head, &error),
            Err(error) => return Err(error.into()),
        };
        writeln!(screen, "{gap}In {}:\n{told}", bert.folder().display())?;
    }
    Ok(())
}

/// What does not fit, and whether that is to be minded: a head that is new to a model has nothing there.
fn unfit(bert: &Bert, head: &DynamicHead, error: &bert_runtime::Error) -> String {
    match bert.fresh_dynamic(head, 0) {
        Ok(_) => format!("{error}\nSo this head is new to the model: `bert train` begins it, and what is missing starts at random."),
        Err(_) => error.to_string(),
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
