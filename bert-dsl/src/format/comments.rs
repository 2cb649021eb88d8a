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

    /// The next one, if it stands behind `end` on the same line, with nothing but a `;` between.
    pub fn trailing(&mut self, end: u32, source: &Source) -> Option<Span> {
        self.behind(end, source, &[' ', '\t', ';'])
    }

    /// The next one, if it stands behind a header that ends at `end`, and ends the line of the opening bracket.
    pub fn behind_header(&mut self, end: u32, source: &Source) -> Option<Span> {
        let ends_its_line = self.left.front().is_some_and(|next| source.around(next.end).1.trim_start().is_empty());
        if ends_its_line { self.behind(end, source, &[' ', '\t', '=', '{']) } else { None }
    }

    fn behind(&mut self, end: u32, source: &Source, between: &[char]) -> Option<Span> {
        let next = *self.left.front()?;
        let follows = next.start >= end && source.slice(Span { start: end, end: next.start }).chars().all(|c| between.contains(&c));
        if follows { self.left.pop_front() } else { None }
    }
}
