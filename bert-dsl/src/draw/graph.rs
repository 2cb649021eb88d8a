//! What is drawn, before it has places: boxes and frames, frames with graphs of their own inside, and values that flow between them.

use std::collections::HashMap;

use super::card::Card;

/// A value, by its number.
pub(super) type Value = usize;

/// A frame's inside, by its number; 0 is the whole picture.
pub(super) type Level = usize;

/// An end of an edge: a node, and which of its ports where it is a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pin {
    pub node: usize,
    pub port: usize,
}

impl Pin {
    /// The node, whichever its port.
    pub fn whole(self) -> Self {
        Self { port: 0, ..self }
    }
}

/// What has a place.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Card(Card),
    /// A frame around a graph of its own.
    Frame {
        title: String,
        hint: String,
        inside: Level,
    },
    /// Where a value comes into a frame.
    Entry,
    /// Where one leaves it.
    Exit,
}

/// A graph on one level.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<(Pin, Pin)>,
    /// The frame around it, by its level and node.
    around: Option<(Level, usize)>,
    /// The nodes at which values come in, by the number of the frame's port.
    pub entries: Vec<usize>,
    /// The nodes at which they leave.
    pub exits: Vec<usize>,
    /// Where each value can be had on this level.
    pins: HashMap<Value, Pin>,
}

/// All levels.
#[derive(Debug)]
pub(super) struct Graphs {
    levels: Vec<Graph>,
    /// The level that each value is made on.
    homes: Vec<Level>,
}

impl Graphs {
    /// The whole picture, empty.
    pub fn new() -> Self {
        Self { levels: vec![Graph::default()], homes: Vec::new() }
    }

    /// One level.
    pub fn level(&self, level: Level) -> &Graph {
        &self.levels[level]
    }

    /// A box that reads values, and the value that it gives.
    pub fn card(&mut self, level: Level, card: Card, reads: &[Value]) -> Value {
        let pins: Vec<Pin> = reads.iter().map(|value| self.pin(*value, level)).collect();
        let node = self.node(level, Node::Card(card));
        let to = Pin { node, port: 0 };
        self.levels[level].edges.extend(pins.into_iter().map(|from| (from, to)));
        let value = self.homes.len();
        self.homes.push(level);
        self.levels[level].pins.insert(value, to);
        value
    }

    /// A frame, and the level inside it.
    pub fn frame(&mut self, level: Level, title: String, hint: String) -> Level {
        let inside = self.levels.len();
        let node = self.node(level, Node::Frame { title, hint, inside });
        self.levels.push(Graph { around: Some((level, node)), ..Graph::default() });
        inside
    }

    fn node(&mut self, level: Level, node: Node) -> usize {
        self.levels[level].nodes.push(node);
        self.levels[level].nodes.len() - 1
    }

    /// Where a value can be had on a level: it is brought out of the frames that it is made in, and into those that the level is in.
    fn pin(&mut self, value: Value, level: Level) -> Pin {
        if let Some(pin) = self.levels[level].pins.get(&value) {
            return *pin;
        }
        let pin = match (self.step_towards(self.homes[value], level), self.levels[level].around) {
            (None, Some((outside, frame))) => {
                let from = self.pin(value, outside);
                let node = self.node(level, Node::Entry);
                self.levels[level].entries.push(node);
                let to = Pin { node: frame, port: self.levels[level].entries.len() - 1 };
                self.levels[outside].edges.push((from, to));
                Pin { node, port: 0 }
            }
            (inside, _) => self.brought_out(value, inside.unwrap_or(level)),
        };
        self.levels[level].pins.insert(value, pin);
        pin
    }

    /// The value at the border of a frame that it is made in.
    fn brought_out(&mut self, value: Value, inside: Level) -> Pin {
        let from = self.pin(value, inside);
        let node = self.node(inside, Node::Exit);
        let graph = &mut self.levels[inside];
        graph.exits.push(node);
        graph.edges.push((from, Pin { node, port: 0 }));
        Pin { node: graph.around.map_or(0, |(_, frame)| frame), port: graph.exits.len() - 1 }
    }

    /// The level right below `level` that holds `home`, where `home` is below it.
    fn step_towards(&self, home: Level, level: Level) -> Option<Level> {
        let mut at = home;
        while let Some((outside, _)) = self.levels[at].around {
            if outside == level {
                return Some(at);
            }
            at = outside;
        }
        None
    }
}
