//! The comments of a source, which no tree holds.

use crate::source::{Source, Span};
use crate::syntax::{Kind, lex};

/// Comments that are still to be printed, in the order of the source.
pub(super) struct Comments {
    left: std::collections::VecDeque<Span>,
}

impl Comments {
    pub fn of(source: &Source) -> Self {
        let left = lex(source.text()).into_iter().filter(|token| token.kind == Kind::Comment).map(|token| token.span).collect();
        Self { left }
    }

    pub fn none() -> Self {
        Self { left: Default::default() }
    }

    /// Whether one begins in this place.
    pub fn any_in(&self, span: Span) -> bool {
        let first = self.left.partition_point(|comment| comment.start < span.start);
        self.left.get(first).is_some_and(|comment| comment.start < span.end)
    }

    /// The next one, if it begins before `end`.
    pub fn next_before(&mut self, end: u32) -> Option<Span> {
        if self.left.front()?.start < end { self.left.pop_front() } else { None }
    }

    /// The next one, if it stands behind `end` on the same line.
    pub fn trailing(&mut self, end: u32, source: &Source) -> Option<Span> {
        let next = *self.left.front()?;
        let between = source.slice(Span { start: end, end: next.start });
        let follows = next.start >= end && between.chars().all(|c| matches!(c, ' ' | '\t' | ';'));
        if follows { self.left.pop_front() } else { None }
    }
}
