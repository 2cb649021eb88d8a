//! The layers between a pipeline's source and its end: which suit a value, and what they make of it.

mod blocks;
mod combined;
mod features;
mod sequences;
mod stacks;

use crate::draft::Draft;
use crate::value::Value;

/// A way to go on from a value.
pub(crate) struct Row {
    fits: fn(&Draft, &Value) -> bool,
    write: fn(&mut Draft, &Value) -> Value,
    /// How many chances it has to be drawn.
    weight: usize,
}

/// The layers that leave all axes but the features as they are.
const KEEPING: &[&[Row]] = &[features::ROWS, sequences::ROWS, blocks::ROWS];
/// All.
const ALL: &[&[Row]] = &[features::ROWS, sequences::ROWS, blocks::ROWS, sequences::FOLDS, stacks::ROWS, combined::ROWS];

impl Draft {
    /// One layer or block, any that suits the value.
    pub(crate) fn step(&mut self, value: &Value) -> Value {
        self.one_of_rows(ALL, value)
    }

    /// One layer or block that leaves the axes as they are.
    pub(crate) fn keeping(&mut self, value: &Value) -> Value {
        self.one_of_rows(KEEPING, value)
    }

    fn one_of_rows(&mut self, tables: &[&[Row]], value: &Value) -> Value {
        let fitting: Vec<&Row> = tables.iter().copied().flatten().filter(|row| (row.fits)(self, value)).collect();
        let mut chance = self.random.below(fitting.iter().map(|row| row.weight).sum());
        for row in fitting {
            if chance < row.weight {
                return (row.write)(self, value);
            }
            chance -= row.weight;
        }
        value.clone()
    }

    /// Writes a layer, with a path of its own or without.
    pub(crate) fn layer(&mut self, word: &str, positional: &[String], keys: Vec<String>) {
        if self.random.once_in(2) {
            self.path_of_layer();
        }
        self.call(word, positional, keys);
        self.end();
    }

    pub(crate) fn path_of_layer(&mut self) -> Vec<String> {
        let path = self.names.layer(&mut self.random, &self.scope);
        self.path(&path);
        self.page.put(":");
        path
    }

    pub(crate) fn path(&mut self, path: &[String]) {
        for (index, segment) in path.iter().enumerate() {
            if index > 0 {
                self.page.put(".");
            }
            self.page.put(segment.as_str());
        }
    }
}
