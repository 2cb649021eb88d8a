//! Labels that are not written in a head.

use bert_runtime::Label;

/// What a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// The state.
    Politics,
    /// Games.
    Sport,
    /// What is known.
    Science,
}

impl Label for Topic {
    const NAMES: &'static [&'static str] = &["politics", "sport", "science"];
    const COUNT: usize = 3;

    fn from_index(index: usize) -> Option<Self> {
        [Self::Politics, Self::Sport, Self::Science].get(index).copied()
    }

    fn index(self) -> usize {
        self as usize
    }
}
