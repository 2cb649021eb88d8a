//! Scopes, and layers around a block.

use super::Row;
use crate::draft::Draft;
use crate::value::Value;

/// The most blocks in each other.
const DEEPEST: usize = 3;

pub(super) const ROWS: &[Row] = &[
    Row { fits: may_nest, write: scope, weight: 2 },
    Row { fits: may_nest, write: residual, weight: 2 },
    Row { fits: may_nest, write: multi_dropout, weight: 1 },
];

fn may_nest(draft: &Draft, _value: &Value) -> bool {
    draft.depth < DEEPEST
}

fn scope(draft: &mut Draft, value: &Value) -> Value {
    let path = draft.names.scope(&mut draft.random, &draft.scope);
    draft.path(&path);
    draft.block(&path, |draft| draft.some_keeping(value))
}

fn residual(draft: &mut Draft, value: &Value) -> Value {
    let path = draft.block_layer("residual", &[]);
    draft.block(&path, |draft| {
        let inside = draft.some_keeping(value);
        match (inside.features, value.features) {
            (Some(found), Some(wanted)) if found != wanted => draft.linear_to(&inside, wanted),
            _ => inside,
        }
    })
}

fn multi_dropout(draft: &mut Draft, value: &Value) -> Value {
    let (count, rate) = (draft.random.between(1, 4).to_string(), draft.one_of(&["p = 0.3", "p = 0", "p = 5e-1"]));
    let path = draft.block_layer("multi_dropout", &[count, rate]);
    draft.block(&path, |draft| draft.some_keeping(value))
}

impl Draft {
    /// Writes what stands in front of a block, and gives the block's path.
    fn block_layer(&mut self, word: &str, arguments: &[String]) -> Vec<String> {
        let named = self.random.once_in(2).then(|| self.path_of_layer());
        self.call(word, arguments, Vec::new());
        named.unwrap_or_else(|| vec![self.names.unnamed(word)])
    }

    /// `{ .. }`, with a path around what is inside.
    pub(crate) fn block(&mut self, path: &[String], inside: impl FnOnce(&mut Self) -> Value) -> Value {
        let outside = self.scope.len();
        self.page.put("{");
        self.scope.extend_from_slice(path);
        self.depth += 1;
        let value = inside(self);
        self.depth -= 1;
        self.scope.truncate(outside);
        self.page.put("}");
        if self.random.once_in(8) {
            self.end();
        }
        value
    }

    /// One layer or more that leave the axes as they are.
    pub(crate) fn some_keeping(&mut self, value: &Value) -> Value {
        let mut value = self.keeping(value);
        while self.random.once_in(2) {
            value = self.keeping(&value);
        }
        value
    }
}
