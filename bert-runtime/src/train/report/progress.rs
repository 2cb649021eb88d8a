//! A bar with loss, rate and time left, where there is a terminal.

use std::io::{IsTerminal, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The bar, on standard error.
#[derive(Debug)]
pub(in crate::train) struct Progress {
    bar: ProgressBar,
    /// Whether lines are wanted where no bar is seen.
    plain: bool,
}

impl Progress {
    /// A bar of so many steps, of which some are done; hidden where it was not wanted or nobody would see it.
    pub fn new(steps: u64, done: u64, wanted: bool) -> Self {
        let seen = wanted && std::io::stderr().is_terminal();
        let target = if seen { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(steps), target).with_position(done);
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} steps  {msg}  {elapsed} gone, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self { bar, plain: wanted && !seen }
    }

    pub fn step(&self, epoch: f64, loss: f64, tokens_per_second: f64) {
        self.bar.inc(1);
        self.bar.set_message(format!("epoch {epoch:.2}  loss {loss:.4}  {tokens_per_second:.0} tokens/s"));
    }

    /// A line above the bar, or alone where nobody would see one.
    pub fn say(&self, line: &str) {
        if self.plain {
            // Nobody need read it, and training goes on.
            let _ = writeln!(std::io::stderr(), "{line}");
        } else {
            self.bar.println(line);
        }
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
