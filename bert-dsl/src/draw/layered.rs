//! The nodes of a graph in layers, each above those that it reads, with as few crossings as sweeps of barycentres find.

use super::graph::{Graph, Node, Pin};

/// Something in a layer: a node, or a place that an edge passes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Node(usize),
    Passage,
}

/// A part of an edge, from a layer to the next above it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// The item and port below.
    pub from: Pin,
    /// The item and port above.
    pub to: Pin,
}

/// The layers, lowest first; pins name items by their numbers.
#[derive(Debug)]
pub(super) struct Layered {
    pub items: Vec<Item>,
    pub layers: Vec<Vec<usize>>,
    pub parts: Vec<Part>,
    /// For each edge of the graph, its parts from below.
    pub edges: Vec<Vec<usize>>,
}

/// How often the layers are swept.
const SWEEPS: usize = 12;

impl Layered {
    /// The layers of a graph, whose outputs are these nodes, and whose values come in by these ports from left to right.
    pub fn of(graph: &Graph, outputs: &[usize], arrivals: &[usize]) -> Self {
        let ranks = ranks(graph, outputs);
        let count = ranks.iter().max().map_or(0, |highest| highest + 1);
        let items = (0..graph.nodes.len()).map(Item::Node).collect();
        let mut layered = Self { items, layers: vec![Vec::new(); count], parts: Vec::new(), edges: Vec::new() };
        ranks.iter().enumerate().for_each(|(node, rank)| layered.layers[*rank].push(node));
        for (from, to) in &graph.edges {
            layered.edge(*from, *to, ranks[from.node]..ranks[to.node]);
        }
        let is_fixed = !arrivals.is_empty();
        if is_fixed {
            layered.layers[0] = arrivals.iter().map(|port| graph.entries[*port]).collect();
        }
        layered.order(usize::from(is_fixed));
        layered
    }

    fn edge(&mut self, mut from: Pin, to: Pin, ranks: std::ops::Range<usize>) {
        let mut parts = Vec::new();
        for layer in ranks.start + 1..ranks.end {
            let passage = Pin { node: self.items.len(), port: 0 };
            self.items.push(Item::Passage);
            self.layers[layer].push(passage.node);
            parts.push(self.part(from, passage));
            from = passage;
        }
        parts.push(self.part(from, to));
        self.edges.push(parts);
    }

    fn part(&mut self, from: Pin, to: Pin) -> usize {
        self.parts.push(Part { from, to });
        self.parts.len() - 1
    }

    /// Sorts the layers from the first that may be sorted on.
    fn order(&mut self, first: usize) {
        let mut best = (self.crossings(), self.layers.clone());
        for sweep in 0..SWEEPS {
            let upwards = sweep % 2 == 0;
            for step in 1..self.layers.len() {
                let layer = if upwards { step } else { self.layers.len() - 1 - step };
                if layer >= first {
                    self.sort(layer, upwards);
                }
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.layers.clone());
            }
        }
        self.layers = best.1;
    }

    /// Sorts a layer by where its neighbours below or above stand.
    fn sort(&mut self, layer: usize, by_below: bool) {
        let at = self.positions();
        let barycentre = |item: &usize| {
            let near: Vec<f64> = self.parts.iter().filter_map(|part| part.seen_from(*item, by_below)).map(&at).collect();
            if near.is_empty() { at(Pin { node: *item, port: 0 }) } else { near.iter().sum::<f64>() / near.len() as f64 }
        };
        let mut keyed: Vec<(f64, usize)> = self.layers[layer].iter().map(|item| (barycentre(item), *item)).collect();
        keyed.sort_by(|one, other| one.0.total_cmp(&other.0));
        self.layers[layer] = keyed.into_iter().map(|(_, item)| item).collect();
    }

    /// The ports of an item by which edges come in, in the order of where they come from.
    pub fn arrivals(&self, item: usize) -> Vec<usize> {
        let at = self.positions();
        let mut coming: Vec<&Part> = self.parts.iter().filter(|part| part.to.node == item).collect();
        coming.sort_by(|one, other| at(one.from).total_cmp(&at(other.from)));
        coming.into_iter().map(|part| part.to.port).collect()
    }

    /// Where a pin stands in its layer. The ports by which values leave an item follow one another.
    fn positions(&self) -> impl Fn(Pin) -> f64 + use<> {
        let mut places = vec![0.0; self.items.len()];
        for layer in &self.layers {
            layer.iter().enumerate().for_each(|(place, item)| places[*item] = place as f64);
        }
        move |pin| places[pin.node] + pin.port as f64 / 64.0
    }

    fn crossings(&self) -> usize {
        let at = self.positions();
        let layer_of = self.layer_of();
        let ends: Vec<(usize, f64, f64)> =
            self.parts.iter().map(|part| (layer_of[part.from.node], at(part.from), at(part.to.whole()))).collect();
        let crossed = |(index, one): (usize, &(usize, f64, f64))| {
            ends[..index].iter().filter(|other| one.0 == other.0 && (one.1 - other.1) * (one.2 - other.2) < 0.0).count()
        };
        ends.iter().enumerate().map(crossed).sum()
    }

    fn layer_of(&self) -> Vec<usize> {
        let mut layers = vec![0; self.items.len()];
        for (number, layer) in self.layers.iter().enumerate() {
            layer.iter().for_each(|item| layers[*item] = number);
        }
        layers
    }
}

impl Part {
    /// The other end, where this part ends at an item: below it, or above it.
    fn seen_from(self, item: usize, below: bool) -> Option<Pin> {
        let (own, other) = if below { (self.to, self.from) } else { (self.from, self.to.whole()) };
        (own.node == item).then_some(other)
    }
}

/// The layer of each node: one above the highest that it reads. The outputs stand in one row, and what leaves a frame on top.
fn ranks(graph: &Graph, outputs: &[usize]) -> Vec<usize> {
    let lowest = |node: &Node| if matches!(node, Node::Entry) || graph.entries.is_empty() { 0 } else { 1 };
    let mut ranks: Vec<usize> = graph.nodes.iter().map(lowest).collect();
    settle(graph, &mut ranks);
    let row = outputs.iter().map(|node| ranks[*node]).max().unwrap_or_default();
    outputs.iter().for_each(|node| ranks[*node] = row);
    settle(graph, &mut ranks);
    let top = ranks.iter().max().copied().unwrap_or_default();
    graph.exits.iter().for_each(|node| ranks[*node] = top);
    ranks
}

/// Lifts each node above what it reads.
fn settle(graph: &Graph, ranks: &mut [usize]) {
    for _ in 0..graph.nodes.len() {
        for (from, to) in &graph.edges {
            ranks[to.node] = ranks[to.node].max(ranks[from.node] + 1);
        }
    }
}
