//! `bert heads`

use std::io::Write as _;
use std::path::{Path, PathBuf};

use bert_dsl::catalogue::{ENTRIES, Entry, find};
use bert_dsl::nearest;
use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::paint::BOLD;
use crate::place;
use crate::screen::Screen;

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Lists all heads, and what each is for.
    List,
    /// Prints a head.
    Show {
        /// The head's name in the list.
        name: String,
    },
    /// Copies a head into a file, and never over one.
    Copy {
        /// The head's name in the list.
        name: String,
        /// The file or the folder; NAME.head in this folder unless it is given.
        to: Option<PathBuf>,
    },
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    match &arguments.command {
        None | Some(Command::List) => list(screen),
        Some(Command::Show { name }) => {
            write!(screen, "{}", named(name)?.text)?;
            screen.next(&format!("`bert heads copy {name}` makes it yours"))?;
            Ok(())
        }
        Some(Command::Copy { name, to }) => copy(named(name)?, to.as_deref(), screen),
    }
}

fn list(screen: &mut Screen) -> Result<(), Failure> {
    let width = ENTRIES.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    for entry in ENTRIES {
        let name = screen.paint.with(BOLD, &format!("{:width$}", entry.name));
        writeln!(screen, "{name}  {}", entry.sentence())?;
    }
    screen.next("`bert heads show NAME` prints one, `bert heads copy NAME` makes it yours")?;
    Ok(())
}

fn named(name: &str) -> Result<&'static Entry, Failure> {
    let name = name.strip_suffix(".head").unwrap_or(name);
    find(name).ok_or_else(|| {
        let near = nearest(name, ENTRIES.iter().map(|entry| entry.name));
        let hint = near.map_or_else(String::new, |near| format!(" Did you mean `{near}`?"));
        Failure::new(format!("no head of the catalogue is called `{name}`.{hint} `bert heads` lists all of them"))
    })
}

fn copy(entry: &Entry, to: Option<&Path>, screen: &mut Screen) -> Result<(), Failure> {
    let file = format!("{}.head", entry.name);
    let path = match to {
        Some(folder) if folder.is_dir() => folder.join(file),
        Some(path) => path.to_owned(),
        None => PathBuf::from(file),
    };
    place::create(&path, entry.text)?;
    let shown = path.display();
    writeln!(screen, "{shown}")?;
    screen.next(&format!("put your own labels in, and `bert check {shown}` says whether it is right"))?;
    Ok(())
}
