//! `bert new`

mod ask;
mod files;
mod task;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;

use bert_dsl::rust_names::camel;
use bert_dsl::{Bare, Source, check};
use clap::{Args, ValueEnum as _};

use crate::failure::Failure;
use crate::model::small;
use crate::screen::Screen;
use files::Begun;
use task::Task;

#[derive(Args)]
pub struct Arguments {
    /// What it is called: a folder of this name is made, with the head, a Rust program and a data example.
    name: Option<String>,
    /// What is to be predicted; it is asked for if it is not given and a terminal is there.
    #[arg(long, value_enum)]
    task: Option<Task>,
    /// The folder of the crate `bert-runtime` that the Rust program builds on; the published one, or that of the checkout that this command was built in.
    #[arg(long, value_name = "DIR")]
    runtime: Option<PathBuf>,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let (name, task) = match (&arguments.name, arguments.task) {
        (Some(name), Some(task)) => (name.clone(), task),
        (name, task) => asked(name.as_deref(), task)?,
    };
    check_name(&name)?;
    let begun = Begun { name: &name, task, runtime: arguments.runtime.as_deref() };
    for path in begun.write()? {
        writeln!(screen, "{}", path.display())?;
    }
    told(&begun, screen)
}

/// What was not given is asked for.
fn asked(name: Option<&str>, task: Option<Task>) -> Result<(String, Task), Failure> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let tasks: Vec<String> = Task::value_variants().iter().map(|task| format!("  {:12} {}", task.word(), task.sentence())).collect();
        let what = if name.is_none() { "no name was given" } else { "no task was given" };
        return Err(Failure::new(format!("{what}: write `bert new NAME --task TASK`, of\n{}", tasks.join("\n"))));
    }
    let (mut input, mut output) = (io::stdin().lock(), io::stderr().lock());
    let task = task.map_or_else(|| ask::task(&mut input, &mut output), Ok)?;
    let name = name.map_or_else(|| ask::name(task.word(), &mut input, &mut output), |name| Ok(name.to_owned()))?;
    Ok((name, task))
}

/// A name becomes a folder, a crate, a file and a Rust type.
fn check_name(name: &str) -> Result<(), Failure> {
    let is_plain =
        name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let source = Source::new(name, format!("head {} {{ input cls; }}", camel(name)));
    let is_free = !["test", "core", "std", "alloc", "proc_macro"].contains(&name);
    if is_plain && is_free && check(&source, Bare::Refused).diagnostics().is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "`{name}` cannot be the name of a crate and of a Rust type: take small letters, digits and `_`, such as `my_reviews`"
    )))
}

fn told(begun: &Begun<'_>, screen: &mut Screen) -> Result<(), Failure> {
    let (name, head, examples) = (begun.name, begun.head(), files::EXAMPLES);
    screen.note(&format!("{name} is begun: {}", begun.task.sentence()))?;
    screen.next(&format!("`cd {name}`, read {head}, and try it as it is:"))?;
    let model = small().map(|model| model.display().to_string());
    for command in tries(begun, model.as_deref()) {
        screen.note(&format!("  {command}"))?;
    }
    screen.note(match model {
        Some(_) => "(the model is the small BERT that ships with the project; any other in Hugging Face's layout will do)",
        None => "(DIR is the folder of a BERT in Hugging Face's layout)",
    })?;
    if begun.task.is_pretrained() {
        screen.note(&format!("`bert train {head} --model DIR --data BOOK.txt --format prose` goes on training on a text of yours"))?;
    }
    screen.note(&format!("then make {head} and {examples} your own; src/main.rs answers from Rust"))?;
    Ok(())
}

/// The commands that a task can be tried with as it is begun, on the small model if it is there.
fn tries(begun: &Begun<'_>, small: Option<&str>) -> Vec<String> {
    let (head, examples, model) = (begun.head(), files::EXAMPLES, small.unwrap_or("DIR"));
    if begun.task.is_pretrained() {
        return vec![format!("bert explain {head} --model {model}"), format!("bert predict {head} --model {model} --data {examples}")];
    }
    // A small encoder learns at a higher rate than a large one.
    let rate = if small.is_some() { " --rate 1e-3" } else { "" };
    vec![
        format!("bert explain {head}"),
        format!("bert train {head} --model {model} --data {examples} --epochs 10{rate}"),
        begun.task.prediction().to_owned(),
    ]
}
