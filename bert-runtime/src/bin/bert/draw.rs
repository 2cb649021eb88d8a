//! `bert draw`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::check::checked;
use crate::failure::Failure;
use crate::place;
use crate::screen::Screen;
use crate::sources::Given;

#[derive(Args)]
pub struct Arguments {
    /// A `.head` file, or `-` for standard input.
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// The SVG file, which is written anew; standard output unless it is given.
    #[arg(short, long, value_name = "SVG")]
    out: Option<PathBuf>,
    /// Which head, where the file has several.
    #[arg(long, value_name = "NAME")]
    head: Option<String>,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let (_, heads) = checked(&Given::of(&arguments.path), screen)?;
    let names = || heads.iter().map(|head| format!("`{}`", head.name)).collect::<Vec<_>>().join(", ");
    let head = match (&arguments.head, heads.as_slice()) {
        (Some(name), heads) => heads.iter().find(|head| head.name == *name),
        (None, [head]) => Some(head),
        (None, _) => None,
    };
    let Some(head) = head else {
        return Err(Failure::new(format!("{} has the heads {}: choose one with `--head NAME`", arguments.path.display(), names())));
    };
    let picture = bert_dsl::draw::svg(head);
    let Some(out) = &arguments.out else { return Ok(write!(screen, "{picture}")?) };
    place::put(out, &picture)?;
    writeln!(screen, "{}", out.display())?;
    screen.next("a browser shows it; the page of the head that rustdoc makes has the same picture")?;
    Ok(())
}
