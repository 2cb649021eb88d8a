//! Standard output and standard error, and whether they have colours.

use std::io::{self, BufWriter, Stdout, Write};

use anstream::{AutoStream, ColorChoice};

use crate::paint::{BOLD, CYAN, Paint, RED, YELLOW};

/// Where a command writes: results to standard output, what is said about them to standard error.
pub struct Screen {
    out: BufWriter<Stdout>,
    /// Colours of standard output.
    pub paint: Paint,
    /// Colours of standard error.
    aside: Paint,
    quiet: bool,
}

impl Screen {
    /// Colours where a terminal is there and nothing such as `NO_COLOR` speaks against them.
    pub fn new(quiet: bool) -> Self {
        let paint = Paint::new(AutoStream::choice(&io::stdout()) != ColorChoice::Never);
        let aside = Paint::new(AutoStream::choice(&io::stderr()) != ColorChoice::Never);
        Self { out: BufWriter::new(io::stdout()), paint, aside, quiet }
    }

    /// A line on standard error: what to do next.
    pub fn next(&mut self, what: &str) -> io::Result<()> {
        self.note(&format!("{} {what}", self.aside.with(CYAN, "next:")))
    }

    /// A line on standard error, unless it is to be quiet.
    pub fn note(&mut self, what: &str) -> io::Result<()> {
        if self.quiet { Ok(()) } else { self.aside(&format!("{what}\n")) }
    }

    /// A warning on standard error.
    pub fn warn(&mut self, what: &str) -> io::Result<()> {
        self.aside(&format!("{} {what}\n", self.aside.with(YELLOW, "warning:")))
    }

    /// A text on standard error, behind the results so far. Where nobody reads it, the results still count.
    pub fn aside(&mut self, text: &str) -> io::Result<()> {
        self.out.flush()?;
        let _ = write!(io::stderr(), "{text}");
        Ok(())
    }

    /// Colours of standard error.
    pub fn aside_paint(&self) -> Paint {
        self.aside
    }

    /// An error on standard error. Where nobody can read it, nothing is left to be done.
    pub fn error(&self, what: &str) {
        let _ = writeln!(io::stderr(), "{}{} {what}", self.aside.with(RED, "error"), self.aside.with(BOLD, ":"));
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
