//! A bar on standard error, where somebody sees it and nothing else is written there.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a command is.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar of so many examples, or a count where it is not known how many there are.
    pub fn new(examples: Option<u64>) -> Self {
        let seen = io::stderr().is_terminal() && !io::stdout().is_terminal();
        let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(examples, target);
        let form = match examples {
            Some(_) => "{bar:24} {pos}/{len} examples  {per_sec}  {eta} left",
            None => "{spinner} {pos} examples  {per_sec}",
        };
        if let Ok(style) = ProgressStyle::with_template(form) {
            bar.set_style(style);
        }
        Self(bar)
    }

    pub fn step(&self) {
        self.0.inc(1);
    }

    /// Does something that writes to standard error.
    pub fn hidden<R>(&self, run: impl FnOnce() -> R) -> R {
        self.0.suspend(run)
    }

    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
