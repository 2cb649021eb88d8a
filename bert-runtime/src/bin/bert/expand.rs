//! `bert expand`

use std::io::Write as _;
use std::path::PathBuf;

use bert_dsl::{CheckedHead, Fragment, Passes, Source, Target};
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
    /// The head as it is written, without optimisation.
    #[arg(long)]
    as_written: bool,
}

pub fn run(arguments: &Arguments, screen: &mut Screen) -> Result<(), Failure> {
    let (source, heads) = checked(&Given::of(&arguments.path), screen)?;
    let passes = if arguments.as_written { Passes::none() } else { Passes::default() };
    for (index, head) in heads.iter().enumerate() {
        let gap = if index > 0 { "\n" } else { "" };
        write!(screen, "{gap}{}", rust(head, &source, &passes)?)?;
    }
    screen.next(
        "it compiles as it stands, in a module of a crate that has `bert-runtime`; `head!` and `#[derive(BertHead)]` make the same",
    )?;
    Ok(())
}

/// A head's Rust items, formatted.
fn rust(head: &CheckedHead, source: &Source, passes: &Passes) -> Result<String, Failure> {
    let target = Target {
        krate: Fragment::text("::bert_runtime"),
        is_declared: false,
        visibility: Fragment::text(&head.visibility),
        places: source,
        passes: passes.clone(),
    };
    let file = syn::parse2(bert_dsl::expand(head, &target).into());
    let file =
        file.map_err(|error| Failure::new(format!("the Rust of `{}` cannot be formatted: {error}: please report this", head.name)))?;
    Ok(prettyplease::unparse(&file))
}
