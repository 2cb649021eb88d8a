//! The `bert` command: from an idea to a trained head.
//!
//! Each command is a room: its arguments, and `run`.

mod check;
mod data;
mod device;
mod draw;
mod eval;
mod examples;
mod expand;
mod explain;
mod failure;
mod fmt;
mod heads;
mod lsp;
mod model;
mod new;
mod paint;
mod place;
mod predict;
mod screen;
mod sources;
mod train;
mod tree;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;
use screen::Screen;

/// From an idea to a trained head on BERT, and a compiler that says why.
#[derive(Parser)]
#[command(name = "bert", version, propagate_version = true, arg_required_else_help = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Says nothing of what to do next.
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Begins a task: a head with comments, a Rust program and a data example.
    New(new::Arguments),
    /// Checks heads, and draws everything that is wrong with them.
    Check(check::Arguments),
    /// Writes heads in their canonical form, comments kept.
    Fmt(fmt::Arguments),
    /// Prints the Rust that a head becomes.
    Expand(expand::Arguments),
    /// Tells a head step by step, or why an error is one, with the wrong and the right head.
    Explain(explain::Arguments),
    /// Prints the modules of heads as PyTorch does.
    Tree(tree::Arguments),
    /// Draws a head as a picture.
    Draw(draw::Arguments),
    /// The built-in catalogue: lists, shows and copies its heads.
    Heads(heads::Arguments),
    /// The language server, which an editor starts: errors as you type, axes and reasons, completion.
    Lsp(lsp::Arguments),
    /// Trains a head on an encoder, with examples from files.
    Train(train::Arguments),
    /// Measures how good a trained model is.
    Eval(eval::Arguments),
    /// Answers texts with a trained model.
    Predict(predict::Arguments),
}

fn main() -> ExitCode {
    let Arguments { command, quiet } = Arguments::parse();
    let mut screen = Screen::new(quiet);
    let outcome = run(&command, &mut screen).and_then(|()| Ok(screen.flush()?));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.end(&screen),
    }
}

fn run(command: &Command, screen: &mut Screen) -> Result<(), Failure> {
    match command {
        Command::New(arguments) => new::run(arguments, screen),
        Command::Check(arguments) => check::run(arguments, screen),
        Command::Fmt(arguments) => fmt::run(arguments, screen),
        Command::Expand(arguments) => expand::run(arguments, screen),
        Command::Explain(arguments) => explain::run(arguments, screen),
        Command::Tree(arguments) => tree::run(arguments, screen),
        Command::Draw(arguments) => draw::run(arguments, screen),
        Command::Heads(arguments) => heads::run(arguments, screen),
        Command::Lsp(arguments) => lsp::run(arguments),
        Command::Train(arguments) => train::run(arguments, screen),
        Command::Eval(arguments) => eval::run(arguments, screen),
        Command::Predict(arguments) => predict::run(arguments, screen),
    }
}
