//! Where the items of each layer stand from left to right: near what they are connected with, and never on one another.

use super::graph::Pin;
use super::layered::{Item, Layered, Part};

/// How wide an item is, and where its ports are from its left; without ports of their own, edges come and go in the middle.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    pub width: f64,
    pub height: f64,
    pub entries: Vec<f64>,
    pub exits: Vec<f64>,
}

/// Between two items of a layer.
const APART: f64 = 26.0;
/// Between the arrows that end at one box.
const ARROWS: f64 = 18.0;
const ROUNDS: usize = 100;
/// How strongly the only edge between two places pulls.
const CHAIN: f64 = 16.0;

/// The places of the items of a layered graph.
pub(super) struct Columns {
    /// The left of each item.
    pub lefts: Vec<f64>,
    /// Where each part leaves the item below, and enters the one above, from their left.
    offsets: Vec<(f64, f64)>,
    /// How strongly each part pulls at its items.
    strengths: Vec<f64>,
}

impl Columns {
    /// Places items of these shapes.
    pub fn of(layered: &Layered, shapes: &[Shape]) -> Self {
        let strengths = layered.parts.iter().map(|part| strength(layered, part.from, part.to)).collect();
        let mut columns = Self { lefts: packed(layered, shapes), offsets: offsets(layered, shapes), strengths };
        for round in 0..ROUNDS {
            let count = layered.layers.len();
            for step in 0..count {
                let layer = if round % 2 == 0 { step } else { count - 1 - step };
                columns.settle(layered, shapes, layer);
            }
        }
        let left = columns.lefts.iter().copied().fold(f64::INFINITY, f64::min);
        columns.lefts.iter_mut().for_each(|x| *x = (*x - left).round());
        columns.straighten(layered, shapes);
        columns
    }

    /// Where a part is at its lower end, and at its upper.
    pub fn ends(&self, layered: &Layered, part: usize) -> (f64, f64) {
        let (from, to) = (layered.parts[part].from, layered.parts[part].to);
        (self.lefts[from.node] + self.offsets[part].0, self.lefts[to.node] + self.offsets[part].1)
    }

    /// Moves a layer's items to where their edges pull them, as far as their order and their widths allow.
    fn settle(&mut self, layered: &Layered, shapes: &[Shape], layer: usize) {
        let items = &layered.layers[layer];
        let mut before = 0.0;
        let mut blocks: Vec<Block> = Vec::new();
        let mut shifts = Vec::with_capacity(items.len());
        for item in items {
            let (wanted, weight) = self.pull(layered, *item);
            blocks.push(Block { sum: (wanted - before) * weight, weight, count: 1 });
            shifts.push(before);
            before += shapes[*item].width + APART;
            merge(&mut blocks);
        }
        let places = blocks.iter().flat_map(|block| std::iter::repeat_n(block.sum / block.weight, block.count));
        for ((item, place), shift) in items.iter().zip(places).zip(shifts) {
            self.lefts[*item] = place + shift;
        }
    }

    /// Where an item's edges want its left to be, and how strongly.
    fn pull(&self, layered: &Layered, item: usize) -> (f64, f64) {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (number, part) in layered.parts.iter().enumerate() {
            let (below, above) = self.ends(layered, number);
            let strength = self.strengths[number];
            if part.to.node == item {
                sum += strength * (below - self.offsets[number].1);
            } else if part.from.node == item {
                sum += strength * (above - self.offsets[number].0);
            } else {
                continue;
            }
            weight += strength;
        }
        if weight == 0.0 { (self.lefts[item], 0.01) } else { (sum / weight, weight) }
    }

    /// Makes straight what is nearly so, where there is room for it: each item above what it reads, then each below what reads it.
    fn straighten(&mut self, layered: &Layered, shapes: &[Shape]) {
        let count = layered.layers.len();
        (0..count).for_each(|layer| self.align(layered, shapes, layer, true));
        (0..count).rev().for_each(|layer| self.align(layered, shapes, layer, false));
    }

    fn align(&mut self, layered: &Layered, shapes: &[Shape], layer: usize, to_below: bool) {
        for (place, item) in layered.layers[layer].iter().enumerate() {
            let own = |part: &usize| {
                let Part { from, to } = layered.parts[*part];
                if to_below { to.node == *item } else { from.node == *item && self.strengths[*part] == CHAIN }
            };
            let mut parts = (0..layered.parts.len()).filter(own);
            let (Some(part), None) = (parts.next(), parts.next()) else { continue };
            let (below, above) = self.ends(layered, part);
            let moved = self.lefts[*item] + if to_below { below - above } else { above - below };
            if (below - above).abs() < APART && self.fits(layered, shapes, layer, place, moved) {
                self.lefts[*item] = moved;
            }
        }
    }

    fn fits(&self, layered: &Layered, shapes: &[Shape], layer: usize, place: usize, left: f64) -> bool {
        let items = &layered.layers[layer];
        let ends = |item: usize| self.lefts[item] + shapes[item].width + APART;
        let before = place.checked_sub(1).is_none_or(|before| ends(items[before]) <= left);
        before && items.get(place + 1).is_none_or(|after| left + shapes[items[place]].width + APART <= self.lefts[*after])
    }
}

/// Items that stand side by side without a gap.
struct Block {
    sum: f64,
    weight: f64,
    count: usize,
}

/// Joins blocks at the end that would overlap.
fn merge(blocks: &mut Vec<Block>) {
    while let [.., one, other] = blocks.as_mut_slice()
        && one.sum / one.weight > other.sum / other.weight
    {
        one.sum += other.sum;
        one.weight += other.weight;
        one.count += other.count;
        blocks.pop();
    }
}

/// How strongly a part pulls: chains and long edges are to be straight.
fn strength(layered: &Layered, from: Pin, to: Pin) -> f64 {
    let alone = |is: &dyn Fn(&Part) -> bool| layered.parts.iter().filter(|part| is(part)).count() == 1;
    let is_chain = alone(&|part| part.from == from) && alone(&|part| part.to == to);
    let passages = [from, to].into_iter().filter(|pin| layered.items[pin.node] == Item::Passage).count();
    match (is_chain, passages) {
        (true, _) => CHAIN,
        (false, 0) => 1.0,
        (false, _) => 2.0,
    }
}

/// The layers from their left, without gaps.
fn packed(layered: &Layered, shapes: &[Shape]) -> Vec<f64> {
    let mut lefts = vec![0.0; shapes.len()];
    for layer in &layered.layers {
        let whole: f64 = layer.iter().map(|item| shapes[*item].width + APART).sum();
        let mut left = -whole / 2.0;
        for item in layer {
            lefts[*item] = left;
            left += shapes[*item].width + APART;
        }
    }
    lefts
}

/// Where each part meets its items. Arrows that end at one box stand side by side, in the order of where they come from.
fn offsets(layered: &Layered, shapes: &[Shape]) -> Vec<(f64, f64)> {
    let place = |pin: Pin| {
        let layer = layered.layers.iter().find_map(|layer| layer.iter().position(|item| *item == pin.node));
        (layer.unwrap_or_default(), pin.port)
    };
    let leaves = |pin: Pin| shapes[pin.node].exits.get(pin.port).copied().unwrap_or(shapes[pin.node].width / 2.0);
    let enters = |number: usize, pin: Pin| {
        let shape = &shapes[pin.node];
        if let Some(port) = shape.entries.get(pin.port) {
            return *port;
        }
        let mut others: Vec<usize> = (0..layered.parts.len()).filter(|other| layered.parts[*other].to.node == pin.node).collect();
        others.sort_by_key(|other| place(layered.parts[*other].from));
        let index = others.iter().position(|other| *other == number).unwrap_or_default();
        let apart = ARROWS.min((shape.width * 0.4 / others.len() as f64).floor() * 2.0);
        shape.width / 2.0 + (index as f64 - (others.len() - 1) as f64 / 2.0) * apart
    };
    layered.parts.iter().enumerate().map(|(number, part)| (leaves(part.from), enters(number, part.to))).collect()
}
