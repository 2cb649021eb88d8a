//! `bert lsp`: the language server, a thin door between an editor and `bert_dsl::ide`.
//!
//! ```text
//! standard input -> wire -> server -> one file a feature -> bert_dsl::ide
//!                            documents, positions
//! ```

mod actions;
mod completion;
mod definition;
mod diagnostics;
mod documents;
mod fault;
mod formatting;
mod hover;
mod positions;
mod server;
mod symbols;
mod sync;
mod wire;

use clap::Args;

use crate::failure::Failure;
use server::Server;

#[derive(Args)]
pub struct Arguments {
    /// Some editors say so; it speaks over standard input and output in any case.
    #[arg(long = "stdio", hide = true)]
    _stdio: bool,
}

pub fn run(_: &Arguments) -> Result<(), Failure> {
    // An editor that goes without a word is the only failure, and nobody is left to be told.
    if Server::default().serve()? { Ok(()) } else { Err(Failure::Told) }
}
