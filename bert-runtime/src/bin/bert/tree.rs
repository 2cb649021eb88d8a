//! `bert tree`

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use crate::check::checked;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::sources::Given;

#[derive(Args)]
pub struct Arguments {
    /// A `.head` file, or `-` for standard input.
    #[arg(value_name = "FILE")]
    path: PathBuf,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let (_, heads) = checked(&Given::of(&arguments.path), screen)?;
    for head in &heads {
        write!(screen, "{}", bert_dsl::tree::modules(head))?;
    }
    screen.next(&format!("`bert explain {0}` tells each step, and `bert draw {0}` makes a picture", arguments.path.display()))?;
    Ok(())
}
