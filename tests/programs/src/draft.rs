//! A head while it is drawn.

use crate::Drawn;
use crate::declarations::{Given, Set};
use crate::names::Names;
use crate::page::Page;
use crate::random::Random;
use crate::value::Value;

/// A value with a name.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) value: Value,
}

/// What is known of a head so far.
pub(crate) struct Draft {
    pub(crate) random: Random,
    pub(crate) drawn: Drawn,
    pub(crate) page: Page,
    pub(crate) names: Names,
    pub(crate) sets: Vec<Set>,
    pub(crate) givens: Vec<Given>,
    /// The values of the pipeline.
    pub(crate) values: Vec<Named>,
    /// The scopes around the next layer.
    pub(crate) scope: Vec<String>,
    /// How many blocks are around the next layer.
    pub(crate) depth: usize,
    pub(crate) per_choice: bool,
    /// How many pipelines the head has.
    pub(crate) pipelines: usize,
    /// How many of them are not ended.
    pub(crate) left: usize,
}

impl Draft {
    pub(crate) fn new(mut random: Random, drawn: Drawn) -> Self {
        let per_choice = random.once_in(6);
        let pipelines = 1 + random.below(8).saturating_sub(5);
        Self {
            random,
            drawn,
            page: Page::default(),
            names: Names::default(),
            sets: Vec::new(),
            givens: Vec::new(),
            values: Vec::new(),
            scope: Vec::new(),
            depth: 0,
            per_choice,
            pipelines,
            left: pipelines,
        }
    }

    /// The body of a head: what it declares, then its pipelines.
    pub(crate) fn body(mut self) -> Page {
        if self.random.once_in(3) {
            self.new_set();
        }
        while self.left > 0 {
            self.pipeline();
        }
        let pipelines = std::mem::take(&mut self.page);
        self.declarations();
        self.page.append(pipelines);
        self.page
    }

    fn pipeline(&mut self) {
        self.values.clear();
        let mut value = self.source();
        let steps = self.random.below(5);
        for _ in 0..steps {
            value = self.step(&value);
        }
        self.ending(value);
        self.left -= 1;
    }

    /// Ends a statement.
    pub(crate) fn end(&mut self) {
        self.page.put(";");
    }

    /// Writes a call: a word, positional arguments, then keys.
    pub(crate) fn call(&mut self, word: &str, positional: &[String], keys: Vec<String>) {
        self.page.put(word);
        let arguments: Vec<String> = positional.iter().cloned().chain(self.random.some(keys)).collect();
        self.page.list(&arguments);
    }

    /// A number, in one of the ways to write one.
    pub(crate) fn one_of(&mut self, of: &[&str]) -> String {
        (*self.random.one(of)).to_owned()
    }
}
