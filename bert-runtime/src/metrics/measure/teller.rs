//! Where the scores of one answer are told.

use crate::error::Result;
use crate::metrics::scores::{Better, Scores};

/// The scores, with the output's name in front of those of this answer where a head gives several.
pub(super) struct Teller<'a> {
    pub(super) scores: &'a mut Scores,
    pub(super) output: &'a str,
    pub(super) is_lone: bool,
}

impl Teller<'_> {
    fn named(&self, name: &str) -> String {
        if self.is_lone { name.to_owned() } else { format!("{}.{name}", self.output) }
    }

    /// A score of which more is better.
    pub(super) fn higher(&mut self, name: &str, value: impl Into<Option<f64>>) {
        let name = self.named(name);
        self.scores.push(name, Better::Higher, value.into());
    }

    /// A score of which less is better.
    pub(super) fn lower(&mut self, name: &str, value: impl Into<Option<f64>>) {
        let name = self.named(name);
        self.scores.push(name, Better::Lower, value.into());
    }

    /// A score of which more is better, or why it has no value.
    pub(super) fn higher_or_why(&mut self, name: &str, value: Result<f64>) {
        let name = self.named(name);
        self.scores.push_or_tell(name, Better::Higher, value);
    }

    /// Why this answer has no score beside its loss.
    pub(super) fn nothing(&mut self, why: &str) {
        self.scores.leave_out(self.output.to_owned(), why.to_owned());
    }
}
