//! Names: plain and odd ones, none twice in one room.

use std::collections::{HashMap, HashSet};

use crate::random::Random;

/// Segments of paths; nearly anything may be one.
const SEGMENTS: &[&str] = &[
    "dense",
    "classifier",
    "out_proj",
    "LayerNorm",
    "transform",
    "self",
    "Self",
    "type",
    "crate",
    "super",
    "fn",
    "match",
    "async",
    "0",
    "1",
    "12",
    "output",
    "head",
    "labels",
    "loss",
    "given",
    "let",
    "input",
    "decode",
    "Option",
    "Vec",
    "Ok",
    "None",
    "String",
    "forward",
    "bind",
    "p",
    "b",
    "cx",
    "étage",
    "x_1",
    "linear",
    "relu_1",
    "hidden",
    "vocab",
    "depth",
    "encoded",
    "outputs",
    "children",
    "class",
    "pool",
    "Box",
    "Result",
    "Default",
    "clone",
    "new",
    "tensor",
    "weights",
    "vec",
    "main",
    "u32",
    "f32",
    "str",
    "true",
    "_x",
];

/// Values, outputs, label sets and what is given.
const WORDS: &[&str] = &[
    "arc",
    "relation",
    "intent",
    "slot",
    "subject",
    "object",
    "account",
    "scores",
    "answer",
    "hidden_state",
    "Topic",
    "Ok",
    "Some",
    "None",
    "Option",
    "Vec",
    "x",
    "cx",
    "p",
    "b",
    "encoded",
    "forward",
    "bind",
    "étage",
    "mean",
    "first",
    "layer",
    "rows",
    "value",
    "batch",
    "self_x",
    "String",
    "Result",
    "kind",
    "row",
    "reading",
    "context",
    "config",
    "u32",
    "drop",
    "core",
    "std",
    "tokens",
    "words",
    "pooled",
];

/// Rust's own words, which a value, an output or a label set may be called too.
const KEYWORDS: &[&str] = &["type", "self", "match", "fn", "crate", "super", "async", "move", "ref", "loop", "yield", "where"];

/// Names of heads: types in Rust, so none that Rust keeps for itself.
const HEADS: &[&str] = &[
    "Sentiment",
    "Ner",
    "Option",
    "Vec",
    "Result",
    "String",
    "Ok",
    "Some",
    "Box",
    "Tensor",
    "Default",
    "Task",
    "Head",
    "Étage",
    "A",
    "Output",
    "Label",
    "Debug",
    "X1",
    "Send",
    "Error",
    "Iterator",
    "Clone",
];

/// The names that are taken, by the room that they are in.
#[derive(Debug, Default)]
pub(crate) struct Names {
    taken: HashMap<String, HashSet<String>>,
    scopes: HashMap<String, Vec<String>>,
    count: usize,
}

impl Names {
    /// The name of a head.
    pub(crate) fn head(&mut self, random: &mut Random) -> String {
        self.fresh(random, "heads", HEADS)
    }

    /// The name of a value, an output, a label set or what is given.
    pub(crate) fn word(&mut self, random: &mut Random, room: &str) -> String {
        let pool = if random.once_in(6) { KEYWORDS } else { WORDS };
        self.fresh(random, room, pool)
    }

    /// The name of a value, which is that of a scope too.
    pub(crate) fn value(&mut self, random: &mut Random, scope: &[String]) -> String {
        loop {
            let name = self.word(random, "values");
            if self.take(&inside(scope), &name) {
                return name;
            }
        }
    }

    /// The path of a layer.
    pub(crate) fn layer(&mut self, random: &mut Random, scope: &[String]) -> Vec<String> {
        let mut path = if random.once_in(3) { self.scope(random, scope) } else { Vec::new() };
        let within: Vec<String> = scope.iter().chain(&path).cloned().collect();
        path.push(self.fresh(random, &inside(&within), SEGMENTS));
        path
    }

    /// The path of a scope, which may be one that there is.
    pub(crate) fn scope(&mut self, random: &mut Random, scope: &[String]) -> Vec<String> {
        let mut path = Vec::new();
        while path.is_empty() || random.once_in(3) {
            let within: Vec<String> = scope.iter().chain(&path).cloned().collect();
            path.push(self.segment(random, &inside(&within)));
        }
        path
    }

    fn segment(&mut self, random: &mut Random, room: &str) -> String {
        let known = self.scopes.get(room).map_or(&[][..], Vec::as_slice);
        if !known.is_empty() && random.once_in(4) {
            return random.one(known).clone();
        }
        let name = self.fresh(random, room, SEGMENTS);
        self.scopes.entry(room.to_owned()).or_default().push(name.clone());
        name
    }

    /// What stands for the path of a block layer without a name.
    pub(crate) fn unnamed(&mut self, word: &str) -> String {
        self.count += 1;
        format!("{word} {}", self.count)
    }

    /// Takes a name of a layer's; whether it was free.
    pub(crate) fn take_in(&mut self, scope: &[String], name: &str) -> bool {
        self.take(&inside(scope), name)
    }

    fn take(&mut self, room: &str, name: &str) -> bool {
        self.taken.entry(room.to_owned()).or_default().insert(name.to_owned())
    }

    fn fresh(&mut self, random: &mut Random, room: &str, pool: &[&str]) -> String {
        let name = *random.one(pool);
        if self.take(room, name) {
            return name.to_owned();
        }
        self.count += 1;
        let numbered = format!("{}{}", if name.starts_with(|c: char| c.is_ascii_digit()) { "n" } else { name }, self.count + 100);
        self.take(room, &numbered);
        numbered
    }
}

fn inside(scope: &[String]) -> String {
    format!("layers of {}", scope.join("."))
}
